/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outbox_driver - the outbox and its senders for tests/integration/test_outbox.py
 *
 * outbox_driver CONFIG put       lines on stdin, fields parted by TAB: reference, source IP, AS
 *                                number, host, contacts, copies, email ids, forced (0, 1), octets
 *                                of text ("-": the sender is to write it); lists are parted by
 *                                commas. All in one call; prints "first ID seconds S"
 * outbox_driver CONFIG send      until SIGTERM, an event a line
 * outbox_driver CONFIG drain     the same until nothing is to be sent now and nothing is being sent
 * outbox_driver CONFIG change ID POSITION WHAT [WHO]
 * outbox_driver CONFIG expire    prints how many became unknown
 * Exit code as of the programs.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "complaint/sender.h"
#include "report/report_parse.h"
#include "store/outbox.h"

/* What lives to the end of the program, where a leak checker sees it. */
static GPtrArray *kept;

static gpointer
keep(gpointer pointer)
{
    if (kept == NULL)
        kept = g_ptr_array_new();
    g_ptr_array_add(kept, pointer);
    return pointer;
}

static struct db *
open_database(const struct config *config, GError **error)
{
    struct db_settings settings = { .hosts = config->db.host,
                                    .port = config->db.port,
                                    .socket = config->db.socket,
                                    .user = config->db.user,
                                    .password = config->db.password,
                                    .name = config->db.name };
    return db_open(&settings, error);
}

static GBytes *
rest_of(const char *reference, size_t size)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_append_printf(text,
                           "From: abuse-reports@example.com\r\nSubject: Abuse report [%s]\r\n"
                           "Message-ID: <%s@example.com>\r\nMIME-Version: 1.0\r\n\r\n"
                           ".one dot\r\n..two\r\n.\r\nreference %s\r\n",
                           reference, reference, reference);
    while (text->len < size)
        g_string_append(text, "A line of the evidence, which is the same as all the others.\r\n");
    return g_string_free_to_bytes(g_steal_pointer(&text));
}

static void
add_recipients(GArray *recipients, char **addresses, const char *role)
{
    for (char **address = addresses; *address != NULL; address++) {
        struct outbox_recipient one = { *address, role,
                                        strcmp(role, "copy") == 0 ? "config" : "typed", "" };
        if ((*address)[0] != '\0')
            g_array_append_val(recipients, one);
    }
}

/* The strings live as long as the program. */
static void
add_complaint(GArray *complaints, char **field)
{
    struct outbox_complaint one = { .reference = field[0],
                                    .feedback_type = "fraud",
                                    .asn = (uint32_t)strtoul(field[2], NULL, 10),
                                    .host = field[3],
                                    .incidents = 1,
                                    .forced = field[7][0] == '1' };
    GArray *recipients = g_array_new(FALSE, FALSE, sizeof(struct outbox_recipient));
    GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    char **emails = keep(g_strsplit(field[6], ",", -1));
    ip_parse(span_of(field[1]), &one.source_ip);
    add_recipients(recipients, keep(g_strsplit(field[4], ",", -1)), "contact");
    add_recipients(recipients, keep(g_strsplit(field[5], ",", -1)), "copy");
    for (char **email = emails; *email != NULL; email++) {
        int64_t id = strtoll(*email, NULL, 10);
        if (id != 0)
            g_array_append_val(ids, id);
    }
    struct outbox_message *message = keep(g_new0(struct outbox_message, 1));
    *message = (struct outbox_message){
        .form = "",
        .subject = keep(g_strdup_printf("Abuse report [%s]", field[0])),
        .message_id = keep(g_strdup_printf("<%s@example.com>", field[0])),
        .rest = keep(rest_of(field[0], strtoul(field[8], NULL, 10))),
    };
    one.messages = message;
    one.message_count = field[8][0] != '-'; /* else the sender is to write it */
    one.email_count = ids->len;
    one.email_ids = keep(g_array_free(ids, FALSE));
    one.recipient_count = recipients->len;
    one.recipients = keep(g_array_free(recipients, FALSE));
    g_array_append_val(complaints, one);
}

static bool
put(struct db *db, GError **error)
{
    g_autoptr(GArray) complaints = g_array_new(FALSE, FALSE, sizeof(struct outbox_complaint));
    char *line = NULL;
    size_t room = 0;
    const struct outbox_order order = { .who = "driver" };
    int64_t first = 0, started;
    while (getline(&line, &room, stdin) > 0) {
        char **field = keep(g_strsplit(g_strchomp(line), "\t", -1));
        if (g_strv_length(field) == 9)
            add_complaint(complaints, field);
    }
    free(line);
    started = clock_monotonic_us();
    if (!outbox_put(db, &order, (const struct outbox_complaint *)(void *)complaints->data,
                    complaints->len, &first, error))
        return false;
    printf("first %" G_GINT64_FORMAT " seconds %.3f\n", first,
           (double)(clock_monotonic_us() - started) / 1e6);
    return true;
}

static void
told(const struct sender_event *event)
{
    printf("%s\t%s\t%u\t%u\t%s\n", event->event, event->reference != NULL ? event->reference : "-",
           event->position, event->code, event->text);
    fflush(stdout);
}

static bool
is_drained(struct db *db, bool *drained, GError **error)
{
    char now[CLOCK_TEXT_MAX];
    g_autofree char *value = NULL;
    g_autofree char *sql = g_strdup_printf(
        "SELECT COUNT(*) FROM complaintRecipient WHERE state IN ('writing', 'sending') OR (state "
        "IN ('queued', 'deferred') AND nextTry <= '%s')",
        clock_sql(clock_now(), now));
    if (!db_ask(db, sql, &value, error))
        return false;
    *drained = strcmp(value, "0") == 0;
    return true;
}

static bool
send_all(const struct config *config, struct db *db, bool drain, const sigset_t *signals,
         GError **error)
{
    struct sender *sender = sender_start(config, config->web.smtp_workers, told, error);
    bool ok = sender != NULL, drained = false;
    struct timespec pause = { 0, 20 * 1000 * 1000 };
    while (ok && !drained) {
        if (drain ? sigtimedwait(signals, NULL, &pause) > 0 : sigwaitinfo(signals, NULL) > 0)
            break;
        ok = !drain || is_drained(db, &drained, error);
    }
    sender_stop(sender);
    return ok;
}

static bool
run(const struct config *config, char **words, const sigset_t *signals, GError **error)
{
    g_autoptr(Db) db = open_database(config, error);
    struct outbox_expired expired;
    if (db == NULL)
        return false;
    if (strcmp(words[0], "put") == 0)
        return put(db, error);
    if (strcmp(words[0], "send") == 0 || strcmp(words[0], "drain") == 0)
        return send_all(config, db, words[0][0] == 'd', signals, error);
    if (strcmp(words[0], "change") == 0)
        return outbox_change(db, strtoll(words[1], NULL, 10), (unsigned)strtoul(words[2], NULL, 10),
                             words[3], words[4], error);
    if (!outbox_expire(db, &expired, error))
        return false;
    printf("%" G_GUINT64_FORMAT "\n", expired.unknown);
    return true;
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    sigset_t signals;
    int code = 0;
    log_open("outbox_driver", LOG_LEVEL_INFO);
    report_open();
    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    if (argc < 3)
        return 64;
    g_autoptr(Config) config = config_load(argv[1], &error);
    if (config == NULL || !run(config, argv + 2, &signals, &error)) {
        log_fault("failed", error);
        code = fault_exit_code(error);
    }
    return code;
}
