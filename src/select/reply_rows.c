/* SPDX-License-Identifier: Apache-2.0 */
#include "select/reply_rows.h"

#include "select/read.h"

#define COLUMNS                                                                                    \
    "SELECT p.complaintId, p.rawId, p.received, p.kind, p.fromAddress, p.subject, p.status, "      \
    "p.ticket, r.address FROM "
#define LIMIT " LIMIT " G_STRINGIFY(REPLY_ROWS_MAX)

static struct reply_rows *
read_all(struct db *db, const char *sql, struct value key, GError **error)
{
    g_autoptr(Query) query = query_run(db, sql, &key, 1, error);
    struct reply_rows *rows;
    if (query == NULL)
        return NULL;
    rows = g_new0(struct reply_rows, 1);
    rows->rows = g_array_new(FALSE, FALSE, sizeof(struct reply_row));
    rows->text = g_string_chunk_new(1024);
    while (query_next(query)) {
        struct reply_row row = {
            .complaint_id = query_number(query, 0),
            .raw_id = query_number(query, 1),
            .received = read_text_or_empty(query, 2, rows->text),
            .kind = read_text_or_empty(query, 3, rows->text),
            .from = read_text_or_empty(query, 4, rows->text),
            .subject = read_text_or_empty(query, 5, rows->text),
            .status = read_text_or_empty(query, 6, rows->text),
            .ticket = read_text_or_empty(query, 7, rows->text),
            .contact = read_text_or_empty(query, 8, rows->text),
        };
        g_array_append_val(rows->rows, row);
    }
    return rows;
}

struct reply_rows *
reply_rows_of_complaint(struct db *db, int64_t complaint_id, GError **error)
{
    return read_all(db,
                    COLUMNS "complaintReply p LEFT JOIN complaintRecipient r ON r.complaintId = "
                            "p.complaintId AND r.position = p.position AND r.role = 'contact' "
                            "WHERE p.complaintId = ? ORDER BY p.replyId" LIMIT,
                    value_number(complaint_id), error);
}

struct reply_rows *
reply_rows_of_contact(struct db *db, const char *address, GError **error)
{
    return read_all(db,
                    COLUMNS "complaintRecipient r JOIN complaintReply p ON p.complaintId = "
                            "r.complaintId AND (p.position IS NULL OR p.position = r.position) "
                            "WHERE r.address = ? AND r.role = 'contact' ORDER BY p.replyId "
                            "DESC" LIMIT,
                    value_text(address), error);
}

void
reply_rows_free(struct reply_rows *rows)
{
    if (rows == NULL)
        return;
    g_array_unref(rows->rows);
    g_string_chunk_free(rows->text);
    g_free(rows);
}
