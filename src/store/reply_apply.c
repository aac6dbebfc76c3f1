/* SPDX-License-Identifier: Apache-2.0 */
/* What follows from a bounce for its recipient and the contact. */
#include <string.h>

#include "base/clock.h"
#include "store/query.h"
#include "store/reply.h"
#include "store/statement.h"
#include "store/transaction.h"

#define PAGE_ROWS 200
/* A bounce may be quicker than the note that its mail was sent. */
#define WAIT_SECONDS 3600

struct applying {
    int64_t reply_id, complaint_id, received;
    unsigned position;
    bool hard, keyed;
    char *status;
    struct reply_counts counts; /* of this one */
};

static bool
mark_applied(struct db *db, int64_t reply_id, GError **error)
{
    struct value id = value_number(reply_id);
    return statement_run(db, "UPDATE complaintReply SET applied = 1 WHERE replyId = ?", &id, 1,
                         NULL, NULL, error);
}

/* *early: it is being sent as far as the row knows; the next run looks again. */
static bool
mark_bounced(struct db *db, struct applying *applying, bool *early, GError **error)
{
    struct value values[] = { value_number(applying->complaint_id),
                              value_number(applying->position) };
    uint64_t changed = 0;
    int64_t sending = 0;
    if (!statement_run(db,
                       "UPDATE complaintRecipient SET state = 'bounced' WHERE complaintId = ? AND "
                       "position = ? AND state IN ('sent', 'unknown')",
                       values, G_N_ELEMENTS(values), &changed, NULL, error) ||
        !query_figure(db,
                      "SELECT COUNT(*) FROM complaintRecipient WHERE complaintId = ? AND position "
                      "= ? AND state = 'sending'",
                      values, G_N_ELEMENTS(values), &sending, error))
        return false;
    applying->counts.bounced = changed;
    *early = sending > 0 && clock_now() - applying->received < WAIT_SECONDS;
    return true;
}

static bool
disable(struct db *db, struct applying *applying, const char *address, const char *reason,
        GError **error)
{
    char now[CLOCK_TEXT_MAX];
    g_autofree char *lower = g_ascii_strdown(address, -1);
    struct value values[] = { value_text(lower), value_text(reason),
                              value_text(clock_sql(clock_now(), now)) };
    return statement_run(db,
                         "INSERT IGNORE INTO contactOptOut (kind, subject, reason, since) VALUES "
                         "('address', ?, ?, ?)",
                         values, G_N_ELEMENTS(values), &applying->counts.disabled, NULL, error);
}

/* Is there another hard bounce to the same contact's keyed address, far enough from this one? */
static bool
disable_if_dead(struct db *db, struct applying *applying, GError **error)
{
    char from[CLOCK_TEXT_MAX], before[CLOCK_TEXT_MAX], behind[CLOCK_TEXT_MAX], to[CLOCK_TEXT_MAX];
    struct value values[] = {
        value_number(applying->complaint_id),
        value_number(applying->position),
        value_text(clock_sql(applying->received - REPLY_DISABLE_WITHIN_SECONDS, from)),
        value_text(clock_sql(applying->received - REPLY_DISABLE_AFTER_SECONDS, before)),
        value_text(clock_sql(applying->received + REPLY_DISABLE_AFTER_SECONDS, behind)),
        value_text(clock_sql(applying->received + REPLY_DISABLE_WITHIN_SECONDS, to)),
    };
    g_autoptr(Query) query = query_run(
        db,
        "SELECT other.address, y.received, y.status FROM complaintRecipient this JOIN "
        "complaintRecipient other ON other.address = this.address AND other.role = 'contact' JOIN "
        "complaintReply y ON y.complaintId = other.complaintId AND y.position = other.position "
        "WHERE this.complaintId = ? AND this.position = ? AND this.role = 'contact' AND y.kind = "
        "'bounce' AND y.keyed = 1 AND y.status LIKE '5.%' AND (y.received BETWEEN ? AND ? OR "
        "y.received BETWEEN ? AND ?) ORDER BY y.received LIMIT 1",
        values, G_N_ELEMENTS(values), error);
    if (query == NULL)
        return false;
    if (!query_next(query))
        return true;
    char when[CLOCK_TEXT_MAX];
    g_autofree char *reason = g_strdup_printf(
        "bounced at %s UTC (%s) and at %s UTC (%s)", query_text(query, 1), query_text(query, 2),
        clock_sql(applying->received, when), applying->status);
    return disable(db, applying, query_text(query, 0), reason, error);
}

static bool
apply_work(struct db *db, void *self, bool *final, GError **error)
{
    struct applying *applying = self;
    bool early = false;
    (void) final;
    applying->counts = (struct reply_counts){ 0 };
    if (applying->hard && applying->position != 0 &&
        (!mark_bounced(db, applying, &early, error) ||
         (applying->keyed && !disable_if_dead(db, applying, error))))
        return false;
    return early || mark_applied(db, applying->reply_id, error);
}

static bool
apply_one(struct db *db, const struct query *row, struct reply_counts *counts, GError **error)
{
    struct applying applying = {
        .reply_id = query_number(row, 0),
        .complaint_id = query_number(row, 1),
        .position = (unsigned)query_number(row, 2),
        .keyed = query_number(row, 4) != 0,
        .received = query_number(row, 5),
    };
    applying.status = g_strdup(query_text(row, 3));
    applying.hard = strcmp(query_text(row, 6), "bounce") == 0 && reply_is_hard(applying.status);
    bool ok = transaction_run(db, apply_work, &applying, error);
    g_free(applying.status);
    if (ok) {
        counts->bounced += applying.counts.bounced;
        counts->disabled += applying.counts.disabled;
    }
    return ok;
}

bool
reply_apply(struct db *db, struct reply_counts *counts, GError **error)
{
    *counts = (struct reply_counts){ 0 };
    for (int64_t behind = 0;;) {
        struct value values[] = { value_number(behind), value_number(PAGE_ROWS) };
        g_autoptr(Query) page = query_run(
            db,
            "SELECT replyId, complaintId, position, status, keyed, TIMESTAMPDIFF(SECOND, "
            "'1970-01-01', received), kind FROM complaintReply WHERE applied = 0 AND replyId > ? "
            "ORDER BY replyId LIMIT ?",
            values, G_N_ELEMENTS(values), error);
        if (page == NULL)
            return false;
        while (query_next(page)) {
            behind = query_number(page, 0);
            if (!apply_one(db, page, counts, error))
                return false;
        }
        if (query_rows(page) < PAGE_ROWS)
            return true;
    }
}
