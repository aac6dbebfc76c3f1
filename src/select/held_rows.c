/* SPDX-License-Identifier: Apache-2.0 */
#include "select/held_rows.h"

#include "base/clock.h"
#include "select/read.h"

static const char columns[] = "SELECT heldId, COALESCE(rawId, 0), kind, reason, feed, place, "
                              "receivedDate, octets, parserVersion FROM heldMessage";

static struct held_rows *
take(struct query *query, size_t limit)
{
    struct held_rows *rows = g_new0(struct held_rows, 1);
    rows->text = g_string_chunk_new(4096);
    rows->rows = g_new0(struct held_row, query_rows(query) + 1);
    while (rows->count < limit && query_next(query))
        rows->rows[rows->count++] = (struct held_row){
            .held_id = query_number(query, 0),
            .raw_id = query_number(query, 1),
            .kind = read_text(query, 2, rows->text),
            .reason = read_text(query, 3, rows->text),
            .feed = read_text(query, 4, rows->text),
            .place = read_text(query, 5, rows->text),
            .received_date = read_date(query, 6),
            .octets = query_number(query, 7),
            .parser_version = query_number(query, 8),
        };
    if (query_rows(query) > limit) {
        rows->next_received = rows->rows[limit - 1].received_date;
        rows->next_id = rows->rows[limit - 1].held_id;
    }
    return rows;
}

struct held_rows *
held_rows_read(struct db *db, const char *kind, int64_t after_received, int64_t after_id,
               size_t limit, GError **error)
{
    char after[CLOCK_TEXT_MAX];
    struct value bound = value_text(kind != NULL ? kind : "");
    g_autoptr(GString) sql = g_string_new(columns);
    limit = CLAMP(limit, 1, HELD_LIMIT_MAX);
    g_string_append(sql, kind != NULL ? " WHERE kind = ?" : " WHERE 1 = 1");
    if (after_id != 0) {
        clock_sql(after_received, after);
        g_string_append_printf(sql,
                               " AND receivedDate <= '%s' AND (receivedDate < '%s' OR heldId < "
                               "%" G_GINT64_FORMAT ")",
                               after, after, after_id);
    }
    g_string_append_printf(sql, " ORDER BY receivedDate DESC, heldId DESC LIMIT %zu", limit + 1);
    g_autoptr(Query) query =
        read_rows(db, READ_LIST_MS, sql->str, &bound, kind != NULL ? 1 : 0, error);
    return query != NULL ? take(query, limit) : NULL;
}

struct held_rows *
held_rows_by_id(struct db *db, int64_t held_id, GError **error)
{
    struct value bound = value_number(held_id);
    g_autofree char *sql = g_strdup_printf("%s WHERE heldId = ?", columns);
    g_autoptr(Query) query = read_rows(db, READ_LIST_MS, sql, &bound, 1, error);
    return query != NULL ? take(query, 1) : NULL;
}

void
held_rows_free(struct held_rows *rows)
{
    if (rows == NULL)
        return;
    g_free(rows->rows);
    g_string_chunk_free(rows->text);
    g_free(rows);
}

GArray *
held_kinds(struct db *db, GError **error)
{
    g_autoptr(GArray) kinds = g_array_new(FALSE, TRUE, sizeof(struct held_kind));
    g_autoptr(Query) query = read_rows(
        db, READ_LIST_MS, "SELECT kind, COUNT(*) FROM heldMessage GROUP BY kind ORDER BY kind",
        NULL, 0, error);
    while (query != NULL && query_next(query)) {
        struct held_kind kind = { .total = query_number(query, 1) };
        g_strlcpy(kind.kind, query_text(query, 0), sizeof(kind.kind));
        g_array_append_val(kinds, kind);
    }
    return query != NULL ? g_steal_pointer(&kinds) : NULL;
}
