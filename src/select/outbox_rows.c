/* SPDX-License-Identifier: Apache-2.0 */
#include "select/outbox_rows.h"

#include <string.h>

#include "select/read.h"

#define COLUMNS                                                                                    \
    "SELECT c.complaintId, r.position, r.attempts, r.smtpCode, c.reference, c.created, c.who, "    \
    "c.feedbackType, c.sourceIp, c.subject, r.address, r.role, r.origin, r.state, "                \
    "r.nextTry, r.settled, r.smtpText, (SELECT COUNT(*) FROM complaintEmail e WHERE "              \
    "e.complaintId "                                                                               \
    "= c.complaintId), c.asn, m.rawId, r.form FROM complaint c JOIN complaintRecipient r USING "   \
    "(complaintId) LEFT JOIN complaintMessage m ON m.complaintId = r.complaintId AND m.form = "    \
    "r.form"

const char *const outbox_states[] = { "queued",    "deferred", "writing", "sending",
                                      "sent",      "failed",   "unknown", "refused",
                                      "cancelled", "bounced",  NULL };

static struct outbox_rows *
rows_new_empty(void)
{
    struct outbox_rows *rows = g_new0(struct outbox_rows, 1);
    rows->rows = g_array_new(FALSE, FALSE, sizeof(struct outbox_row));
    rows->emails = g_array_new(FALSE, FALSE, sizeof(int64_t));
    rows->text = g_string_chunk_new(4096);
    return rows;
}

static void
take(struct outbox_rows *rows, const struct query *query)
{
    const char *ip = read_ip(query, 8, rows->text);
    struct outbox_row row = {
        .complaint_id = query_number(query, 0),
        .position = (unsigned)query_number(query, 1),
        .attempts = (unsigned)query_number(query, 2),
        .smtp_code = (unsigned)query_number(query, 3),
        .reference = read_text_or_empty(query, 4, rows->text),
        .created = read_text_or_empty(query, 5, rows->text),
        .who = read_text_or_empty(query, 6, rows->text),
        .feedback_type = read_text_or_empty(query, 7, rows->text),
        .source_ip = ip != NULL ? ip : "",
        .subject = read_text_or_empty(query, 9, rows->text),
        .address = read_text_or_empty(query, 10, rows->text),
        .role = read_text_or_empty(query, 11, rows->text),
        .origin = read_text_or_empty(query, 12, rows->text),
        .state = read_text_or_empty(query, 13, rows->text),
        .next_try = read_text_or_empty(query, 14, rows->text),
        .settled = read_text_or_empty(query, 15, rows->text),
        .smtp_text = read_text_or_empty(query, 16, rows->text),
        .mails = query_number(query, 17),
        .asn = query_number(query, 18),
        .raw_id = query_number(query, 19),
        .form = read_text_or_empty(query, 20, rows->text),
    };
    g_array_append_val(rows->rows, row);
}

/* A page ends with a whole complaint: the next one begins behind it. */
static void
end_at_a_complaint(struct outbox_rows *rows)
{
    const struct outbox_row *all = (const struct outbox_row *)(const void *)rows->rows->data;
    guint kept = rows->rows->len;
    while (kept > 1 && all[kept - 1].complaint_id == all[rows->rows->len - 1].complaint_id)
        kept--;
    if (all[kept - 1].complaint_id != all[rows->rows->len - 1].complaint_id)
        g_array_set_size(rows->rows, kept);
    rows->next = all[rows->rows->len - 1].complaint_id;
}

struct outbox_rows *
outbox_rows_read(struct db *db, const struct outbox_filter *filter, GError **error)
{
    g_autoptr(OutboxRows) rows = rows_new_empty();
    g_autoptr(GString) sql = g_string_new(COLUMNS " WHERE c.complaintId < ?");
    struct value values[6] = { value_number(filter->after > 0 ? filter->after : G_MAXINT64) };
    size_t count = 1,
           limit = filter->limit > 0 ? MIN(filter->limit, OUTBOX_EXPORT_MAX) : OUTBOX_LIMIT_MAX;
    if (filter->state != NULL) {
        g_string_append(sql, " AND r.state = ?");
        values[count++] = value_text(filter->state);
    }
    if (filter->address != NULL) {
        bool domain = filter->address[0] == '@';
        g_string_append(sql, domain ? " AND SUBSTRING_INDEX(r.address, '@', -1) = ?"
                                    : " AND r.address = ?");
        values[count++] = value_text(filter->address + domain);
    }
    if (filter->ip.len > 0) {
        g_string_append(sql, " AND c.sourceIp = ?");
        values[count++] = value_octets(filter->ip.octets, filter->ip.len);
    }
    if (filter->reference != NULL) {
        g_string_append(sql, " AND c.reference = ?");
        values[count++] = value_text(filter->reference);
    }
    if (filter->email_id != 0) {
        g_string_append(sql, " AND c.complaintId IN (SELECT complaintId FROM complaintEmail WHERE "
                             "emailId = ?)");
        values[count++] = value_number(filter->email_id);
    }
    g_string_append_printf(sql, " ORDER BY c.complaintId DESC, r.position LIMIT %zu", limit);
    g_autoptr(Query) query = read_rows(db, READ_LIST_MS, sql->str, values, count, error);
    if (query == NULL)
        return NULL;
    while (query_next(query))
        take(rows, query);
    if (rows->rows->len == limit)
        end_at_a_complaint(rows);
    return g_steal_pointer(&rows);
}

static bool
read_emails(struct outbox_rows *rows, struct db *db, const struct value *id, GError **error)
{
    g_autoptr(Query) query =
        query_run(db,
                  "SELECT emailId FROM complaintEmail WHERE complaintId = ? ORDER BY emailId LIMIT "
                  "1000",
                  id, 1, error);
    while (query != NULL && query_next(query)) {
        int64_t email = query_number(query, 0);
        g_array_append_val(rows->emails, email);
    }
    return query != NULL;
}

struct outbox_rows *
outbox_rows_one(struct db *db, int64_t complaint_id, GError **error)
{
    g_autoptr(OutboxRows) rows = rows_new_empty();
    struct value id = value_number(complaint_id);
    g_autoptr(Query) query =
        query_run(db, COLUMNS " WHERE c.complaintId = ? ORDER BY r.position", &id, 1, error);
    if (query == NULL)
        return NULL;
    while (query_next(query))
        take(rows, query);
    if (!read_emails(rows, db, &id, error))
        return NULL;
    return g_steal_pointer(&rows);
}

void
outbox_rows_free(struct outbox_rows *rows)
{
    if (rows == NULL)
        return;
    g_array_unref(rows->rows);
    g_array_unref(rows->emails);
    g_string_chunk_free(rows->text);
    g_free(rows);
}

GArray *
outbox_counts(struct db *db, GError **error)
{
    g_autoptr(Query) query = query_run(
        db, "SELECT state, COUNT(*) FROM complaintRecipient GROUP BY state", NULL, 0, error);
    GArray *counts;
    if (query == NULL)
        return NULL;
    counts = g_array_new(FALSE, FALSE, sizeof(struct outbox_state_count));
    while (query_next(query)) {
        struct outbox_state_count one = { .total = query_number(query, 1) };
        g_strlcpy(one.state, query_text(query, 0), sizeof one.state);
        g_array_append_val(counts, one);
    }
    return counts;
}

static bool
read_history(struct db *db, const struct value *address, struct contact_history *history,
             GError **error)
{
    g_autoptr(Query) query = query_run(
        db,
        "SELECT COALESCE(SUM(r.state IN ('sent', 'bounced')), 0), COALESCE(SUM(r.state = "
        "'failed'), 0), COALESCE(SUM(r.state = 'bounced'), 0), (SELECT COUNT(*) FROM "
        "complaintReply p JOIN complaintRecipient q ON q.complaintId = p.complaintId AND "
        "q.address = ? AND (p.position IS NULL OR p.position = q.position) WHERE p.kind IN "
        "('auto', 'ticket', 'human')), MIN(c.created), "
        "MAX(c.created), COUNT(DISTINCT c.sourceIp), COUNT(DISTINCT CASE WHEN NOT EXISTS "
        "(SELECT 1 FROM arfEmail a WHERE a.sourceIp = c.sourceIp AND a.arrivalDate > "
        "r.settled) THEN c.sourceIp END) FROM complaintRecipient r JOIN complaint c "
        "USING (complaintId) WHERE r.address = ?",
        (struct value[]){ *address, *address }, 2, error);
    if (query == NULL)
        return false;
    if (query_next(query)) {
        history->sent = query_number(query, 0);
        history->failed = query_number(query, 1);
        history->bounced = query_number(query, 2);
        history->answered = query_number(query, 3);
        history->first = read_text_or_empty(query, 4, history->text);
        history->last = read_text_or_empty(query, 5, history->text);
        history->sources = query_number(query, 6);
        history->quiet_sources = query_number(query, 7);
    }
    return true;
}

/* The nearest one that holds: its own, or one of a domain above it. */
static bool
read_opt_out(struct db *db, const char *address, struct contact_history *history, GError **error)
{
    g_autofree char *lower = g_ascii_strdown(address, -1);
    const char *at = strrchr(lower, '@');
    g_autofree char *below = g_strconcat(".", at != NULL ? at + 1 : "", NULL);
    struct value values[] = { value_text(lower), value_text(below) };
    g_autoptr(Query) query =
        query_run(db,
                  "SELECT kind = 'address', CONCAT(IF(kind = 'address', '', CONCAT(kind, ' ', "
                  "subject, ': ')), reason, ' (', since, ')') FROM contactOptOut WHERE (kind = "
                  "'address' AND subject = ?) OR (kind = 'domain' AND RIGHT(?, "
                  "CHAR_LENGTH(subject) + 1) = CONCAT('.', subject)) ORDER BY kind LIMIT 1",
                  values, G_N_ELEMENTS(values), error);
    if (query == NULL)
        return false;
    if (query_next(query)) {
        history->opt_out_own = query_number(query, 0) != 0;
        history->opt_out = read_text(query, 1, history->text);
    }
    return true;
}

bool
contact_history_read(struct db *db, const char *address, struct contact_history *history,
                     GError **error)
{
    struct value value = value_text(address);
    *history = (struct contact_history){ .first = "", .last = "" };
    history->text = g_string_chunk_new(1024);
    if (!read_history(db, &value, history, error))
        return false;
    return read_opt_out(db, address, history, error);
}

void
contact_history_clear(struct contact_history *history)
{
    if (history->text != NULL)
        g_string_chunk_free(history->text);
    history->text = NULL;
}
