/* SPDX-License-Identifier: Apache-2.0 */
#include "complaint/sender.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/verp.h"
#include "complaint/arf_message.h"
#include "complaint/sender_parts.h"

#define FIRST_WAIT 300
#define LONGEST_WAIT 14400
#define GIVE_UP_AFTER (3 * 86400)
#define AWAY_WAIT_MAX 60
#define FAULT_WAIT 5
#define EXPIRE_EVERY_US (30 * G_USEC_PER_SEC)
#define IDLE_LINE_US (30 * G_USEC_PER_SEC)
#define SETTLE_TRIES 10

struct sending {
    struct sender *sender;
    struct db *db;
    struct id_block raw_ids;
    struct smtp_line *line;
    gint64 used_us;
    unsigned away_wait; /* seconds; 0: the server can be spoken to */
};

/* Of the process: pages queue without knowing who sends. */
static GMutex wake_lock;
static GCond wake_cond;
static unsigned wake_count;

void
sender_wake(void)
{
    g_mutex_lock(&wake_lock);
    wake_count++;
    g_cond_broadcast(&wake_cond);
    g_mutex_unlock(&wake_lock);
}

static bool
is_stopping(struct sender *sender)
{
    return g_atomic_int_get(&sender->stopping) != 0;
}

/* Until something new is queued behind `seen`, the time is over, or the end. */
static void
wait_for_work(struct sender *sender, unsigned seen, unsigned seconds)
{
    gint64 until = g_get_monotonic_time() + (gint64)seconds * G_USEC_PER_SEC;
    g_mutex_lock(&wake_lock);
    while (wake_count == seen && !is_stopping(sender) &&
           g_cond_wait_until(&wake_cond, &wake_lock, until))
        ;
    g_mutex_unlock(&wake_lock);
}

/* The same, whatever is queued. */
static void
pause_for(struct sender *sender, unsigned seconds)
{
    gint64 until = g_get_monotonic_time() + (gint64)seconds * G_USEC_PER_SEC;
    g_mutex_lock(&wake_lock);
    while (!is_stopping(sender) && g_cond_wait_until(&wake_cond, &wake_lock, until))
        ;
    g_mutex_unlock(&wake_lock);
}

static unsigned
wakes_so_far(void)
{
    unsigned count;
    g_mutex_lock(&wake_lock);
    count = wake_count;
    g_mutex_unlock(&wake_lock);
    return count;
}

static void
tell(struct sender *sender, const char *event, const struct outbox_job *job, unsigned code,
     const char *text)
{
    struct sender_event said = { .event = event,
                                 .reference = job != NULL ? job->reference : NULL,
                                 .position = job != NULL ? job->position : 0,
                                 .code = code,
                                 .text = text };
    if (sender->told != NULL)
        sender->told(&said);
}

static bool
give_up(void *closure, bool in_mail)
{
    struct sender *sender = closure;
    return is_stopping(sender) &&
           (!in_mail ||
            g_get_monotonic_time() > sender->stop_us + SENDER_STOP_SECONDS * G_USEC_PER_SEC);
}

int64_t
sender_wait_after(unsigned attempts)
{
    int64_t wait = FIRST_WAIT, waited = 0;
    for (unsigned i = 1; i < attempts; i++) {
        waited += wait;
        wait = MIN(wait * 2, LONGEST_WAIT);
        if (waited >= GIVE_UP_AFTER)
            return 0;
    }
    return waited + wait <= GIVE_UP_AFTER ? wait : 0;
}

/* What was sent must be noted: without that it would become unknown. */
static void
settle(struct sending *sending, const struct outbox_job *job, enum outbox_end end, unsigned code,
       const char *text, int64_t next_try)
{
    static const char *const events[] = { [OUTBOX_SENT] = "sent",
                                          [OUTBOX_DEFERRED] = "deferred",
                                          [OUTBOX_FAILED] = "failed",
                                          [OUTBOX_UNKNOWN] = "unknown",
                                          [OUTBOX_RELEASED] = "given-back" };
    for (unsigned i = 0; i < SETTLE_TRIES; i++) {
        g_autoptr(GError) error = NULL;
        if (outbox_settle(sending->db, job, end, code, text, next_try, &error)) {
            tell(sending->sender, events[end], job, code, text);
            return;
        }
        tell(sending->sender, "outbox", job, 0, error->message);
        if (is_stopping(sending->sender))
            return;
        pause_for(sending->sender, FAULT_WAIT);
    }
}

static void
settle_answer(struct sending *sending, const struct outbox_job *job,
              const struct smtp_answer *answer)
{
    int64_t wait = sender_wait_after(job->attempts + 1);
    switch (answer->end) {
    case SMTP_SENT:
        settle(sending, job, OUTBOX_SENT, answer->code, answer->text, 0);
        break;
    case SMTP_FAILED:
        settle(sending, job, OUTBOX_FAILED, answer->code, answer->text, 0);
        break;
    case SMTP_UNKNOWN:
        settle(sending, job, OUTBOX_UNKNOWN, answer->code, answer->text, 0);
        break;
    case SMTP_GIVEN_UP:
        settle(sending, job, OUTBOX_RELEASED, 0, answer->text, 0);
        break;
    case SMTP_DEFERRED:
        settle(sending, job, wait != 0 ? OUTBOX_DEFERRED : OUTBOX_FAILED, answer->code,
               answer->text, clock_now() + wait);
        break;
    }
}

/* The envelope sender: one that only this recipient is told, where there is one. */
static char *
envelope_sender(const struct sender *sender, const struct outbox_job *job)
{
    const char *base = sender->config->web.bounce_address;
    char *own;
    if (base[0] == '\0')
        return g_strdup(sender->from);
    own = sender->config->web.secret_key != NULL
              ? verp_make(base, job->reference, job->position, sender->config->web.secret_key)
              : NULL;
    return own != NULL ? own : g_strdup(base);
}

/* Nothing was sent. A database that is away is no fault of the mail; with any other reason it has
 * its waits, and an end. */
static void
settle_unwritten(struct sending *sending, const struct outbox_job *job, const GError *error)
{
    int64_t wait = sender_wait_after(job->attempts + 1);
    if (g_error_matches(error, FAULT, FAULT_RETRY) && !db_is_connected(sending->db))
        settle(sending, job, OUTBOX_RELEASED, 0, error->message, 0);
    else if (g_error_matches(error, FAULT, FAULT_REJECT) || wait == 0)
        settle(sending, job, OUTBOX_FAILED, 0, error->message, 0);
    else
        settle(sending, job, OUTBOX_DEFERRED, 0, error->message, clock_now() + wait);
}

/* The whole mail, its message stored; NULL: nothing is to be sent, *error set when the database is
 * away. */
static GBytes *
write_job(struct sending *sending, struct outbox_job *job, GError **error)
{
    struct sender *sender = sending->sender;
    g_autoptr(GError) problem = NULL;
    GBytes *octets = NULL;
    bool held = true;
    if (sender_write(sending->db, &sending->raw_ids, sender->config, job, &held, &problem) && held)
        octets = arf_message_for(job->rest, job->to, &problem);
    if (problem != NULL)
        settle_unwritten(sending, job, problem);
    else if (!held)
        tell(sender, "lost", job, 0, "its lease was over before it was written");
    if (problem != NULL && !g_error_matches(problem, FAULT, FAULT_REJECT))
        g_propagate_error(error, g_steal_pointer(&problem));
    return octets;
}

static bool
send_job(struct sending *sending, struct outbox_job *job, GError **error)
{
    struct sender *sender = sending->sender;
    g_autoptr(GError) problem = NULL;
    g_autoptr(GBytes) octets = write_job(sending, job, &problem);
    struct smtp_answer answer;
    if (octets == NULL) {
        bool good = problem == NULL;
        if (!good)
            g_propagate_error(error, g_steal_pointer(&problem));
        return good;
    }
    if (is_stopping(sender)) {
        settle(sending, job, OUTBOX_RELEASED, 0, "stopped", 0);
        return true;
    }
    if (sending->line == NULL)
        sending->line = smtp_line_new(&sender->smtp);
    g_autofree char *from = envelope_sender(sender, job);
    smtp_submit(sending->line, from, job->address, span_of_bytes(octets), &answer);
    sending->used_us = g_get_monotonic_time();
    settle_answer(sending, job, &answer);
    if (answer.end != SMTP_GIVEN_UP)
        sending->away_wait = answer.away ? CLAMP(sending->away_wait * 2, 1, AWAY_WAIT_MAX) : 0;
    return true;
}

static void
tell_expired(struct sender *sender, const struct outbox_expired *expired)
{
    g_autofree char *text =
        g_strdup_printf("%" G_GUINT64_FORMAT " became unknown, %" G_GUINT64_FORMAT
                        " that were being written are queued again, %" G_GUINT64_FORMAT " failed",
                        expired->unknown, expired->queued, expired->failed);
    if (expired->unknown + expired->queued + expired->failed > 0)
        tell(sender, "expired", NULL, 0, text);
}

/* One thread looks for leases that are over, now and then. */
static bool
expire(struct sending *sending, GError **error)
{
    struct sender *sender = sending->sender;
    gint64 now = g_get_monotonic_time();
    struct outbox_expired expired;
    bool due;
    g_mutex_lock(&wake_lock);
    due = sender->expired_us == 0 || now - sender->expired_us > EXPIRE_EVERY_US;
    if (due)
        sender->expired_us = now;
    g_mutex_unlock(&wake_lock);
    if (!due)
        return true;
    if (!outbox_expire(sending->db, &expired, error))
        return false;
    tell_expired(sender, &expired);
    return true;
}

/* One turn; *found: there may be more to do at once. */
static bool
turn(struct sending *sending, bool *found, GError **error)
{
    struct outbox_job job;
    *found = false;
    if (sending->db == NULL && (sending->db = db_open(&sending->sender->db, error)) == NULL)
        return false;
    if (!expire(sending, error))
        return false;
    GError *problem = NULL;
    if (!outbox_claim(sending->db, &sending->sender->caps, &job, &problem)) {
        if (problem == NULL)
            return true;
        g_propagate_error(error, problem);
        return false;
    }
    *found = true;
    bool good = true;
    if (is_stopping(sending->sender))
        settle(sending, &job, OUTBOX_RELEASED, 0, "stopped", 0);
    else
        good = send_job(sending, &job, error);
    outbox_job_clear(&job);
    return good;
}

static gpointer
sending_thread(gpointer closure)
{
    struct sending sending = { .sender = closure, .raw_ids = { .name = "rawMessage" } };
    struct sender *sender = closure;
    while (!is_stopping(sender)) {
        g_autoptr(GError) error = NULL;
        unsigned seen = wakes_so_far();
        bool found = false;
        if (!turn(&sending, &found, &error)) {
            tell(sender, "outbox", NULL, 0, error->message);
            pause_for(sender, FAULT_WAIT);
        } else if (sending.away_wait > 0 && found) {
            pause_for(sender, sending.away_wait);
        } else if (!found) {
            if (sending.line != NULL && g_get_monotonic_time() - sending.used_us > IDLE_LINE_US)
                g_clear_pointer(&sending.line, smtp_line_free);
            wait_for_work(sender, seen, SENDER_POLL_SECONDS);
        }
    }
    smtp_line_free(sending.line);
    db_close(sending.db);
    return NULL;
}

bool
sender_is_wanted(const struct config *config)
{
    return config->web.mail_smtp != NULL && config->web.mail_smtp[0] != '\0' &&
           config->web.smtp_workers > 0;
}

static void
sender_free(struct sender *sender)
{
    if (sender->own != NULL)
        g_ptr_array_unref(sender->own);
    g_strfreev(sender->own_domains);
    g_free(sender->threads);
    g_free(sender->smtp_host);
    g_free(sender->from);
    g_free(sender);
}

struct sender *
sender_start(const struct config *config, unsigned count, sender_told *told, GError **error)
{
    struct sender *sender = g_new0(struct sender, 1);
    GError *cause = NULL;
    sender->config = config;
    sender->told = told;
    if (!sender_set_up(sender, error)) {
        sender_free(sender);
        return NULL;
    }
    sender->smtp.give_up = give_up;
    sender->smtp.closure = sender;
    sender->threads = g_new0(GThread *, count + 1);
    smtp_submit_open();
    while (sender->count < count && cause == NULL) {
        GThread *thread = g_thread_try_new("sender", sending_thread, sender, &cause);
        if (thread != NULL)
            sender->threads[sender->count++] = thread;
    }
    if (cause == NULL)
        return sender;
    sender_stop(sender);
    g_set_error(error, FAULT, FAULT_RETRY, "no threads to send with: %s", cause->message);
    g_error_free(cause);
    return NULL;
}

void
sender_stop(struct sender *sender)
{
    if (sender == NULL)
        return;
    sender->stop_us = g_get_monotonic_time();
    g_atomic_int_set(&sender->stopping, 1);
    sender_wake();
    for (unsigned i = 0; i < sender->count; i++)
        g_thread_join(sender->threads[i]);
    sender_free(sender);
}
