/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of recipients' rows after a claim, and by a person's hand. */
#include "store/outbox.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "store/query.h"
#include "store/statement.h"
#include "store/transaction.h"

void
outbox_job_clear(struct outbox_job *job)
{
    g_free(job->reference);
    g_free(job->address);
    g_free(job->to);
    g_free(job->form);
    if (job->rest != NULL)
        g_bytes_unref(job->rest);
    *job = (struct outbox_job){ 0 };
}

static bool
mark_reported(struct db *db, int64_t complaint_id, GError **error)
{
    struct value id = value_number(complaint_id);
    return statement_run(db,
                         "UPDATE complaintEmail c JOIN arfEmail a ON a.emailId = c.emailId SET "
                         "a.reported = 1 WHERE c.complaintId = ? AND a.reported = 0",
                         &id, 1, NULL, NULL, error);
}

struct settle {
    const struct outbox_job *job;
    enum outbox_end end;
    unsigned smtp_code;
    char *smtp_text;
    int64_t next_try;
};

#define HELD_CLAIM " WHERE claim = ? AND state IN ('writing', 'sending', 'unknown')"

static bool
settle_row(struct db *db, const struct settle *settle, uint64_t *changed, GError **error)
{
    static const char *const words[] = { [OUTBOX_SENT] = "sent",
                                         [OUTBOX_DEFERRED] = "deferred",
                                         [OUTBOX_FAILED] = "failed",
                                         [OUTBOX_UNKNOWN] = "unknown" };
    char now[CLOCK_TEXT_MAX], next[CLOCK_TEXT_MAX];
    struct value claim = { .text = (const char *)settle->job->claim, .len = OUTBOX_CLAIM_OCTETS };
    clock_sql(clock_now(), now);
    if (settle->end == OUTBOX_RELEASED) {
        struct value values[] = { value_text(now), claim };
        return statement_run(db,
                             "UPDATE complaintRecipient SET state = 'queued', claim = NULL, "
                             "leaseUntil = NULL, attempts = attempts - 1, nextTry = "
                             "?" HELD_CLAIM,
                             values, G_N_ELEMENTS(values), changed, NULL, error);
    }
    struct value values[] = {
        value_text(words[settle->end]),
        value_text(now),
        value_number(settle->smtp_code),
        value_text(settle->smtp_text),
        value_text(settle->end == OUTBOX_DEFERRED ? clock_sql(settle->next_try, next) : now),
        claim,
    };
    return statement_run(db,
                         "UPDATE complaintRecipient SET state = ?, settled = ?, smtpCode = "
                         "NULLIF(?, 0), smtpText = ?, nextTry = ?, leaseUntil = NULL" HELD_CLAIM,
                         values, G_N_ELEMENTS(values), changed, NULL, error);
}

static bool
settle_work(struct db *db, void *self, bool *final, GError **error)
{
    const struct settle *settle = self;
    uint64_t changed = 0;
    (void) final;
    return settle_row(db, settle, &changed, error) &&
           (changed == 0 || settle->end != OUTBOX_SENT ||
            mark_reported(db, settle->job->complaint_id, error));
}

bool
outbox_settle(struct db *db, const struct outbox_job *job, enum outbox_end end, unsigned smtp_code,
              const char *smtp_text, int64_t next_try, GError **error)
{
    g_autofree char *text = text_utf8(span_of(smtp_text));
    struct settle settle = { job, end, smtp_code, text, next_try };
    text[text_cut_chars(text, strlen(text), OUTBOX_TEXT_CHARS)] = '\0';
    return transaction_run(db, settle_work, &settle, error);
}

/* Nothing of what was being written has been sent; but what ends the program each time it is
 * written must not go on doing so. */
static bool
expire_work(struct db *db, void *self, bool *final, GError **error)
{
    struct outbox_expired *expired = self;
    char now[CLOCK_TEXT_MAX];
    clock_sql(clock_now(), now);
    struct value values[] = { value_text(now), value_text(now), value_number(OUTBOX_WRITES_MAX) };
    (void) final;
    return statement_run(db,
                         "UPDATE complaintRecipient SET state = 'unknown', settled = leaseUntil, "
                         "smtpCode = NULL, smtpText = 'the program that was sending it ended, or "
                         "lost the database: it may have been sent' WHERE state = 'sending' AND "
                         "leaseUntil < ?",
                         values, 1, &expired->unknown, NULL, error) &&
           statement_run(db,
                         "UPDATE complaintRecipient SET state = 'failed', settled = ?, claim = "
                         "NULL, smtpCode = NULL, smtpText = 'the program ended each time while it "
                         "was writing this; nothing was sent' WHERE state = 'writing' AND "
                         "leaseUntil < ? AND attempts >= ?",
                         values, 3, &expired->failed, NULL, error) &&
           statement_run(db,
                         "UPDATE complaintRecipient SET state = 'queued', claim = NULL, nextTry = "
                         "?, leaseUntil = NULL WHERE state = 'writing' AND leaseUntil < ?",
                         values, 2, &expired->queued, NULL, error);
}

bool
outbox_expire(struct db *db, struct outbox_expired *expired, GError **error)
{
    *expired = (struct outbox_expired){ 0 };
    return transaction_run(db, expire_work, expired, error);
}

/* What a person may do. */
static const struct change {
    const char *what;
    const char *from; /* states, each with a space before and behind */
    const char *to;
} changes[] = {
    { "retry", " failed unknown refused cancelled deferred queued ", "queued" },
    { "cancel", " queued deferred cancelled ", "cancelled" },
    { "sent", " unknown sent ", "sent" },
    { "failed", " unknown failed ", "failed" },
};

struct changing {
    int64_t complaint_id;
    unsigned position;
    const struct change *change;
    const char *who;
};

static bool
read_state(struct db *db, const struct changing *changing, char **state, bool *final,
           GError **error)
{
    struct value values[] = { value_number(changing->complaint_id),
                              value_number(changing->position) };
    g_autoptr(Query) query =
        query_run(db,
                  "SELECT state FROM complaintRecipient WHERE complaintId = ? AND position = ? FOR "
                  "UPDATE",
                  values, G_N_ELEMENTS(values), error);
    if (query == NULL)
        return false;
    *final = !query_next(query);
    if (*final) {
        g_set_error(error, FAULT, FAULT_REJECT, "there is no such recipient");
        return false;
    }
    *state = g_strdup(query_text(query, 0));
    return true;
}

/* What held it back says no more why it does not go out; a server's word about what was tried stays
 * behind ours. */
static bool
cancel_row(struct db *db, const struct changing *changing, GError **error)
{
    char now[CLOCK_TEXT_MAX];
    g_autofree char *text = changing->who != NULL && changing->who[0] != '\0'
                                ? g_strconcat("cancelled by ", changing->who, NULL)
                                : g_strdup("cancelled");
    struct value values[] = { value_text(text), value_number(OUTBOX_TEXT_CHARS),
                              value_text(clock_sql(clock_now(), now)),
                              value_number(changing->complaint_id),
                              value_number(changing->position) };
    return statement_run(db,
                         "UPDATE complaintRecipient SET smtpText = LEFT(CONCAT_WS(', after: ', ?, "
                         "IF(state = 'deferred', NULLIF(CONCAT_WS(' ', smtpCode, smtpText), ''), "
                         "NULL)), ?), smtpCode = NULL, state = 'cancelled', settled = ?, claim = "
                         "NULL, leaseUntil = NULL WHERE complaintId = ? AND position = ?",
                         values, G_N_ELEMENTS(values), NULL, NULL, error);
}

static bool
retry_row(struct db *db, const struct changing *changing, const char *from, GError **error)
{
    char now[CLOCK_TEXT_MAX];
    struct value values[] = { value_text(clock_sql(clock_now(), now)),
                              value_number(changing->complaint_id),
                              value_number(changing->position) };
    if (strcmp(from, "refused") == 0 &&
        !statement_run(db, "UPDATE complaint SET forced = 2 WHERE complaintId = ? AND forced = 0",
                       values + 1, 1, NULL, NULL, error))
        return false;
    return statement_run(db,
                         "UPDATE complaintRecipient SET smtpText = IF(state = 'cancelled', NULL, "
                         "smtpText), state = 'queued', nextTry = ?, attempts = 0, claim = NULL, "
                         "leaseUntil = NULL WHERE complaintId = ? AND position = ?",
                         values, G_N_ELEMENTS(values), NULL, NULL, error);
}

static bool
change_row(struct db *db, const struct changing *changing, const char *from, GError **error)
{
    char now[CLOCK_TEXT_MAX];
    struct value values[] = { value_text(changing->change->to),
                              value_text(clock_sql(clock_now(), now)),
                              value_number(changing->complaint_id),
                              value_number(changing->position) };
    if (strcmp(changing->change->what, "retry") == 0)
        return retry_row(db, changing, from, error);
    if (strcmp(changing->change->what, "cancel") == 0)
        return cancel_row(db, changing, error);
    return statement_run(db,
                         "UPDATE complaintRecipient SET state = ?, settled = ?, claim = NULL, "
                         "leaseUntil = NULL WHERE complaintId = ? AND position = ?",
                         values, G_N_ELEMENTS(values), NULL, NULL, error);
}

static bool
change_work(struct db *db, void *self, bool *final, GError **error)
{
    const struct changing *changing = self;
    const struct change *change = changing->change;
    g_autofree char *state = NULL;
    if (!read_state(db, changing, &state, final, error))
        return false;
    g_autofree char *word = g_strconcat(" ", state, " ", NULL);
    if (strstr(change->from, word) == NULL) {
        g_set_error(error, FAULT, FAULT_REJECT, "\"%s\" is not for what is %s", change->what,
                    state);
        *final = true;
        return false;
    }
    if (strcmp(state, change->to) == 0)
        return true;
    return change_row(db, changing, state, error) &&
           (strcmp(change->to, "sent") != 0 || mark_reported(db, changing->complaint_id, error));
}

bool
outbox_change(struct db *db, int64_t complaint_id, unsigned position, const char *what,
              const char *who, GError **error)
{
    struct changing changing = { .complaint_id = complaint_id, .position = position, .who = who };
    for (size_t i = 0; i < G_N_ELEMENTS(changes); i++)
        if (strcmp(changes[i].what, what) == 0)
            changing.change = &changes[i];
    if (changing.change == NULL) {
        g_set_error(error, FAULT, FAULT_REJECT, "an outbox row knows no \"%s\"", what);
        return false;
    }
    return transaction_run(db, change_work, &changing, error);
}
