/* SPDX-License-Identifier: Apache-2.0 */
/* The message of a claimed complaint, in a transaction that ends with the claim confirmed. */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "store/outbox.h"
#include "store/outbox_message.h"
#include "store/query.h"
#include "store/raw_read.h"
#include "store/replay.h"
#include "store/statement.h"
#include "store/transaction.h"

struct writing {
    struct outbox_job *job;
    struct id_block *ids;
    outbox_compose *compose;
    void *user;
    bool held;
    bool storing; /* a failure is the database's */
};

static struct value
claim_of(const struct outbox_job *job)
{
    return (struct value){ .text = (const char *)job->claim, .len = OUTBOX_CLAIM_OCTETS };
}

/* Who writes for one complaint takes turns: the second finds what the first wrote. */
static bool
lock(struct db *db, struct writing *writing, GError **error)
{
    struct value id = value_number(writing->job->complaint_id), claim = claim_of(writing->job);
    g_autoptr(Query) complaint =
        query_run(db, "SELECT 1 FROM complaint WHERE complaintId = ? FOR UPDATE", &id, 1, error);
    if (complaint == NULL)
        return false;
    g_autoptr(Query) row = query_run(db,
                                     "SELECT 1 FROM complaintRecipient WHERE claim = ? AND state "
                                     "IN ('writing', 'sending') FOR UPDATE",
                                     &claim, 1, error);
    writing->held = row != NULL && query_next(row);
    return row != NULL;
}

static bool
read_written(struct db *db, struct outbox_job *job, GError **error)
{
    struct value values[] = { value_number(job->complaint_id), value_text(job->form) };
    int64_t raw_id = 0;
    if (!query_figure(db, "SELECT rawId FROM complaintMessage WHERE complaintId = ? AND form = ?",
                      values, G_N_ELEMENTS(values), &raw_id, error))
        return false;
    if (raw_id == 0)
        return true;
    job->rest = raw_read(db, raw_id, error);
    return job->rest != NULL;
}

static bool
set_subject(struct db *db, const struct outbox_job *job, const char *subject, GError **error)
{
    g_autofree char *valid = text_utf8(span_of(subject));
    valid[text_cut_chars(valid, strlen(valid), OUTBOX_SUBJECT_CHARS)] = '\0';
    struct value values[] = { value_text(valid), value_number(job->complaint_id) };
    return statement_run(db,
                         "UPDATE complaint SET subject = ? WHERE complaintId = ? AND subject = ''",
                         values, G_N_ELEMENTS(values), NULL, NULL, error);
}

static bool
write_new(struct db *db, struct writing *writing, GError **error)
{
    struct outbox_job *job = writing->job;
    struct outbox_text text = { 0 };
    g_autoptr(OutboxMessageRows) rows = outbox_message_rows_new();
    bool good = writing->compose(db, writing->user, job, &text, error);
    if (good) {
        struct outbox_message message = { .form = job->form,
                                          .message_id = text.message_id,
                                          .rest = text.rest };
        outbox_message_rows_add(rows, job->complaint_id, &message, id_block_next(writing->ids));
        writing->storing = true;
        good =
            outbox_message_rows_run(rows, db, error) && set_subject(db, job, text.subject, error);
    }
    if (good)
        job->rest = g_steal_pointer(&text.rest);
    g_free(text.message_id);
    g_free(text.subject);
    g_clear_pointer(&text.rest, g_bytes_unref);
    return good;
}

static bool
confirm(struct db *db, const struct outbox_job *job, GError **error)
{
    char lease[CLOCK_TEXT_MAX];
    clock_sql(clock_now() + OUTBOX_LEASE_SECONDS, lease);
    struct value values[] = { value_text(lease), claim_of(job) };
    return statement_run(db,
                         "UPDATE complaintRecipient SET state = 'sending', leaseUntil = ? WHERE "
                         "claim = ?",
                         values, G_N_ELEMENTS(values), NULL, NULL, error);
}

static bool
write_work(struct db *db, void *self, bool *final, GError **error)
{
    struct writing *writing = self;
    struct outbox_job *job = writing->job;
    g_autoptr(GError) problem = NULL;
    g_clear_pointer(&job->rest, g_bytes_unref); /* of a try before that was not committed */
    writing->storing = false;
    bool good = lock(db, writing, &problem);
    if (good && !writing->held)
        return true;
    good = good && read_written(db, job, &problem) &&
           (job->rest != NULL || write_new(db, writing, &problem)) && confirm(db, job, &problem);
    if (good)
        return true;
    *final = !writing->storing && g_error_matches(problem, FAULT, FAULT_REJECT);
    g_propagate_error(error, g_steal_pointer(&problem));
    return false;
}

bool
outbox_write(struct db *db, struct id_block *ids, struct outbox_job *job, outbox_compose *compose,
             void *user, bool *held, GError **error)
{
    struct writing writing = { .job = job, .ids = ids, .compose = compose, .user = user };
    /* One for each replay: what a lost COMMIT has stored may stay. */
    if (!id_block_reserve(db, ids, 1 + REPLAYS_MAX, error))
        return false;
    bool good = transaction_run(db, write_work, &writing, error);
    *held = good && writing.held;
    if (!*held)
        g_clear_pointer(&job->rest, g_bytes_unref);
    return good;
}

bool
outbox_reform(struct db *db, struct outbox_job *job, const char *form, GError **error)
{
    struct value values[] = { value_text(form), claim_of(job) };
    if (!statement_run(db,
                       "UPDATE complaintRecipient SET form = ?, state = 'writing' WHERE claim = ? "
                       "AND state IN ('writing', 'sending')",
                       values, G_N_ELEMENTS(values), NULL, NULL, error))
        return false;
    g_free(job->form);
    job->form = g_strdup(form);
    g_clear_pointer(&job->rest, g_bytes_unref);
    return true;
}
