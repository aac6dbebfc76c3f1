/* SPDX-License-Identifier: Apache-2.0 */
/* The next recipient to be sent to, taken in a transaction of its own. */
#include <string.h>

#include "base/clock.h"
#include "base/secret.h"
#include "store/outbox.h"
#include "store/outbox_rule.h"
#include "store/query.h"
#include "store/raw_read.h"
#include "store/statement.h"
#include "store/transaction.h"

/* Rows looked at in one transaction. */
#define CANDIDATES_MAX 50

struct claiming {
    const struct outbox_caps *caps;
    unsigned char claim[OUTBOX_CLAIM_OCTETS];
    bool claimed;
    bool more; /* there may be another one behind those that were looked at */
};

static void
candidate_clear(struct outbox_candidate *candidate)
{
    g_free(candidate->address);
    g_free(candidate->source_ip);
    g_free(candidate->host);
    g_free(candidate->form);
    *candidate = (struct outbox_candidate){ 0 };
}

/* A row that another claim or a person has in hand is passed over. */
static bool
lock_row(struct db *db, const char *state, const char *now, struct outbox_candidate *candidate,
         GError **error)
{
    struct value values[] = { value_text(state), value_text(now) };
    g_autoptr(Query) query =
        query_run(db,
                  "SELECT complaintId, position, address, role, form FROM complaintRecipient WHERE "
                  "state = ? AND nextTry <= ? ORDER BY nextTry, complaintId, position LIMIT 1 FOR "
                  "UPDATE SKIP LOCKED",
                  values, G_N_ELEMENTS(values), error);
    if (query == NULL)
        return false;
    if (!query_next(query))
        return true;
    candidate->complaint_id = query_number(query, 0);
    candidate->position = (unsigned)query_number(query, 1);
    candidate->address = g_strdup(query_text(query, 2));
    candidate->copy = strcmp(query_text(query, 3), "copy") == 0;
    candidate->form = g_strdup(query_text(query, 4));
    return true;
}

static bool
read_complaint(struct db *db, struct outbox_candidate *candidate, GError **error)
{
    struct value values[] = { value_text(candidate->form), value_number(candidate->complaint_id) };
    g_autoptr(Query) query =
        query_run(db,
                  "SELECT c.sourceIp, c.host, c.asn, c.forced, m.rawId FROM complaint c LEFT JOIN "
                  "complaintMessage m ON m.complaintId = c.complaintId AND m.form = ? WHERE "
                  "c.complaintId = ?",
                  values, G_N_ELEMENTS(values), error);
    if (query == NULL)
        return false;
    if (!query_next(query)) { /* read_job() finds out, too, and ends the row */
        candidate->source_ip = g_strdup("");
        candidate->host = g_strdup("");
        return true;
    }
    candidate->source_ip_len = query_len(query, 0);
    candidate->source_ip = g_memdup2(query_text(query, 0), candidate->source_ip_len + 1);
    candidate->host = g_strdup(query_text(query, 1));
    candidate->asn = query_number(query, 2);
    candidate->forced = query_number(query, 3) != 0;
    candidate->written = query_number(query, 4) != 0;
    return true;
}

/* Those that were tried before come first: they are few, and the oldest. */
static bool
next_candidate(struct db *db, const char *now, struct outbox_candidate *candidate, GError **error)
{
    return lock_row(db, "deferred", now, candidate, error) &&
           (candidate->complaint_id != 0 || lock_row(db, "queued", now, candidate, error)) &&
           (candidate->complaint_id == 0 || read_complaint(db, candidate, error));
}

static bool
take(struct db *db, const struct outbox_candidate *candidate, struct claiming *claiming,
     int64_t now, GError **error)
{
    char lease[CLOCK_TEXT_MAX];
    struct value values[] = {
        value_text(candidate->written ? "sending" : "writing"),
        { .text = (const char *)claiming->claim, .len = OUTBOX_CLAIM_OCTETS },
        value_text(clock_sql(now + OUTBOX_LEASE_SECONDS, lease)),
        value_number(candidate->complaint_id),
        value_number(candidate->position),
    };
    uint64_t changed = 0;
    if (!statement_run(db,
                       "UPDATE complaintRecipient SET state = ?, claim = ?, leaseUntil = ?, "
                       "attempts = attempts + 1 WHERE complaintId = ? AND position = ? AND "
                       "state IN ('queued', 'deferred')",
                       values, G_N_ELEMENTS(values), &changed, NULL, error))
        return false;
    claiming->claimed = changed == 1;
    return true;
}

static bool
refuse(struct db *db, const struct outbox_candidate *candidate,
       const struct outbox_verdict *verdict, const char *now, GError **error)
{
    struct value values[] = { value_text(now), value_text(verdict->reason),
                              value_number(candidate->complaint_id),
                              value_number(candidate->position) };
    return statement_run(db,
                         "UPDATE complaintRecipient SET state = 'refused', settled = ?, smtpCode = "
                         "NULL, smtpText = ? WHERE complaintId = ? AND position = ?",
                         values, G_N_ELEMENTS(values), NULL, NULL, error);
}

/* A server's word about what was tried stays. */
#define PUT_OFF                                                                                    \
    "UPDATE complaintRecipient SET nextTry = ?, smtpText = IF(state = 'queued', ?, smtpText), "    \
    "smtpCode = IF(state = 'queued', NULL, smtpCode) WHERE nextTry <= ? AND "

static bool
put_off(struct db *db, const struct outbox_candidate *candidate,
        const struct outbox_verdict *verdict, const char *now, GError **error)
{
    char until[CLOCK_TEXT_MAX];
    struct value values[] = { value_text(clock_sql(verdict->until, until)),
                              value_text(verdict->reason), value_text(now),
                              value_text(candidate->address), value_number(candidate->position) };
    if (verdict->ruling == RULING_LATER_ALL)
        return statement_run(db, PUT_OFF "state IN ('queued', 'deferred') AND role = 'contact'",
                             values, 3, NULL, NULL, error);
    if (verdict->ruling == RULING_LATER_CONTACT)
        return statement_run(
            db, PUT_OFF "address = ? AND state IN ('queued', 'deferred') AND role = 'contact'",
            values, 4, NULL, NULL, error);
    values[3] = value_number(candidate->complaint_id);
    return statement_run(db, PUT_OFF "complaintId = ? AND position = ?", values, 5, NULL, NULL,
                         error);
}

/* One candidate: taken, refused or put off. */
static bool
look_at(struct db *db, const struct outbox_candidate *candidate, struct claiming *claiming,
        int64_t now, GError **error)
{
    struct outbox_verdict verdict;
    char text[CLOCK_TEXT_MAX];
    clock_sql(now, text);
    if (!outbox_rule(db, claiming->caps, candidate, now, &verdict, error))
        return false;
    if (verdict.ruling == RULING_SEND)
        return take(db, candidate, claiming, now, error);
    if (verdict.ruling == RULING_REFUSE)
        return refuse(db, candidate, &verdict, text, error);
    return put_off(db, candidate, &verdict, text, error);
}

/* A claim that was committed, though the answer was lost. */
static bool
is_claimed(struct db *db, struct claiming *claiming, GError **error)
{
    struct value claim = { .text = (const char *)claiming->claim, .len = OUTBOX_CLAIM_OCTETS };
    int64_t found = 0;
    if (!query_figure(db, "SELECT COUNT(*) FROM complaintRecipient WHERE claim = ?", &claim, 1,
                      &found, error))
        return false;
    claiming->claimed = found > 0;
    return true;
}

static bool
claim_work(struct db *db, void *self, bool *final, GError **error)
{
    struct claiming *claiming = self;
    int64_t now = clock_now();
    char text[CLOCK_TEXT_MAX];
    (void) final;
    claiming->more = true;
    if (!is_claimed(db, claiming, error) || claiming->claimed)
        return claiming->claimed;
    /* All that count take turns, on one server by the row's lock, in a cluster by certification. */
    if (outbox_rule_counts(claiming->caps) &&
        !db_execute(db, "UPDATE idBlock SET next = next + 1 WHERE name = 'outbox'", error))
        return false;
    clock_sql(now, text);
    for (unsigned i = 0; i < CANDIDATES_MAX && !claiming->claimed && claiming->more; i++) {
        struct outbox_candidate candidate = { 0 };
        bool ok = next_candidate(db, text, &candidate, error);
        claiming->more = candidate.complaint_id != 0;
        if (ok && claiming->more)
            ok = look_at(db, &candidate, claiming, now, error);
        candidate_clear(&candidate);
        if (!ok)
            return false;
    }
    return true;
}

/* "To" of a mail to a contact names all contacts that may get this very mail. */
static bool
read_to(struct db *db, struct outbox_job *job, bool copy, GError **error)
{
    struct value values[] = { value_number(job->complaint_id), value_text(job->form) };
    if (copy) {
        job->to = g_strdup(job->address);
        return true;
    }
    g_autoptr(Query) query =
        query_run(db,
                  "SELECT address FROM complaintRecipient WHERE complaintId = ? AND form = ? AND "
                  "role = 'contact' AND state NOT IN ('refused', 'cancelled') ORDER BY position",
                  values, G_N_ELEMENTS(values), error);
    if (query == NULL)
        return false;
    g_autoptr(GString) to = g_string_new(NULL);
    while (query_next(query))
        g_string_append_printf(to, "%s%s", to->len > 0 ? ", " : "", query_text(query, 0));
    job->to = g_string_free(g_steal_pointer(&to), FALSE);
    return true;
}

static bool
read_job(struct db *db, const struct claiming *claiming, struct outbox_job *job, GError **error)
{
    struct value claim = { .text = (const char *)claiming->claim, .len = OUTBOX_CLAIM_OCTETS };
    g_autoptr(Query) query =
        query_run(db,
                  "SELECT r.complaintId, r.position, r.address, r.role, r.attempts, c.reference, "
                  "r.form, m.rawId FROM complaintRecipient r JOIN complaint c USING (complaintId) "
                  "LEFT JOIN complaintMessage m ON m.complaintId = r.complaintId AND m.form = "
                  "r.form WHERE r.claim = ?",
                  &claim, 1, error);
    if (query == NULL)
        return false;
    if (!query_next(query)) {
        g_set_error(error, FAULT, FAULT_REJECT, "its complaint is gone");
        return false;
    }
    job->complaint_id = query_number(query, 0);
    job->position = (unsigned)query_number(query, 1);
    memcpy(job->claim, claiming->claim, sizeof job->claim);
    /* A NUL would hide the rest of it. */
    job->address =
        g_strdup(strlen(query_text(query, 2)) == query_len(query, 2) ? query_text(query, 2) : "");
    job->attempts = (unsigned)MAX(query_number(query, 4) - 1, 0);
    job->reference = g_strdup(query_text(query, 5));
    job->form = g_strdup(query_text(query, 6));
    if (query_number(query, 7) != 0) {
        job->rest = raw_read(db, query_number(query, 7), error);
        if (job->rest == NULL)
            return false;
    }
    return read_to(db, job, strcmp(query_text(query, 3), "copy") == 0, error);
}

/* Fills the job; one whose octets are gone can never be sent. *gone: that was so. */
static bool
load(struct db *db, const struct claiming *claiming, struct outbox_job *job, bool *gone,
     GError **error)
{
    g_autoptr(GError) problem = NULL;
    *gone = false;
    if (read_job(db, claiming, job, &problem))
        return true;
    if (job->complaint_id == 0)
        memcpy(job->claim, claiming->claim, sizeof job->claim);
    if (!g_error_matches(problem, FAULT, FAULT_REJECT)) {
        /* It was not tried; when not even that can be noted its lease will end. */
        (void)outbox_settle(db, job, OUTBOX_RELEASED, 0, "", 0, NULL);
        outbox_job_clear(job);
        g_propagate_error(error, g_steal_pointer(&problem));
        return false;
    }
    *gone = outbox_settle(db, job, OUTBOX_FAILED, 0, problem->message, 0, error);
    outbox_job_clear(job);
    return *gone;
}

bool
outbox_claim(struct db *db, const struct outbox_caps *caps, struct outbox_job *job, GError **error)
{
    *job = (struct outbox_job){ 0 };
    for (;;) {
        struct claiming claiming = { .caps = caps };
        bool gone = false;
        if (!secret_octets(claiming.claim, sizeof claiming.claim, error))
            return false;
        if (!transaction_run(db, claim_work, &claiming, error))
            return false;
        if (!claiming.claimed && claiming.more)
            continue;
        if (!claiming.claimed || !load(db, &claiming, job, &gone, error))
            return false;
        if (!gone)
            return true;
    }
}
