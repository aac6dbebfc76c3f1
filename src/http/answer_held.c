/* SPDX-License-Identifier: Apache-2.0 */
/* The quarantine: messages that gave no mail. And the audit table. */
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/text.h"
#include "http/answers.h"
#include "http/list_export.h"
#include "http/list_page.h"
#include "http/page.h"
#include "http/time_view.h"
#include "ingest/reparse.h"
#include "select/held_rows.h"
#include "store/query.h"
#include "store/raw_read.h"

#define ROWS 50
#define AUDIT_ROWS 200

static json_t *
held_line(const struct held_row *row)
{
    char received_at[CLOCK_TEXT_MAX];
    return json_pack("{s:I, s:s, s:s, s:s, s:s, s:o, s:s, s:I}", "id", (json_int_t)row->held_id,
                     "kind", row->kind, "reason", row->reason, "feed", row->feed, "place",
                     row->place != NULL ? row->place : "", "received",
                     time_view(row->received_date), "received_at",
                     clock_rfc3339(row->received_date, received_at), "octets",
                     (json_int_t)row->octets);
}

/* "after" is RECEIVED-ID of the last row. */
static bool
read_after(const struct visit *visit, int64_t *received, int64_t *id, GError **error)
{
    const char *after = visit_query(visit, "after");
    char *end = NULL;
    *received = *id = 0;
    if (after == NULL)
        return true;
    *received = g_ascii_strtoll(after, &end, 10);
    if (end != after && *end == '-')
        *id = g_ascii_strtoll(end + 1, &end, 10);
    if (*id > 0 && *end == '\0')
        return true;
    g_set_error(error, FAULT, FAULT_REJECT, "after: not a place of this list");
    return false;
}

static json_t *
kinds_view(const GArray *kinds, const char *here)
{
    json_t *list = json_array();
    for (guint i = 0; i < kinds->len; i++) {
        const struct held_kind *kind = &g_array_index(kinds, struct held_kind, i);
        json_array_append_new(list, json_pack("{s:s, s:I, s:b}", "name", kind->kind, "total",
                                              (json_int_t)kind->total, "here",
                                              g_strcmp0(here, kind->kind) == 0));
    }
    return list;
}

static const struct list_column held_columns[] = {
    { "id", NULL },     { "received", "received_at" },
    { "kind", NULL },   { "feed", NULL },
    { "octets", NULL }, { "place", NULL },
    { "reason", NULL }, { NULL, NULL },
};

bool
answer_held(struct visit *visit, GError **error)
{
    const char *kind = visit_query(visit, "kind");
    int64_t received, id;
    if (!read_after(visit, &received, &id, error))
        return false;
    g_autoptr(HeldRows) rows =
        held_rows_read(visit->db, kind, received, id, list_export_limit(visit, ROWS), error);
    g_autoptr(GArray) kinds = rows != NULL ? held_kinds(visit->db, error) : NULL;
    if (kinds == NULL)
        return false;
    json_t *list = json_array();
    for (size_t i = 0; i < rows->count; i++)
        json_array_append_new(list, held_line(&rows->rows[i]));
    g_autofree char *next =
        rows->next_id != 0 ? g_strdup_printf("%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT,
                                             (gint64)rows->next_received, (gint64)rows->next_id)
                           : NULL;
    const struct list_form form = { "held", held_columns, next, false };
    if (list_export(visit, &form, list)) {
        json_decref(list);
        return true;
    }
    return page_render(visit, 200, "held_list", "Quarantine",
                       json_pack("{s:o, s:o, s:s*, s:s*, s:b, s:s*}", "rows", list, "kinds",
                                 kinds_view(kinds, kind), "next", next, "kind", kind, "again",
                                 kind != NULL && rows->count > 0 && reparse_takes_kind(kind),
                                 "behind", visit_query(visit, "behind")),
                       error);
}

bool
answer_held_one(struct visit *visit, GError **error)
{
    g_autoptr(HeldRows) rows = held_rows_by_id(visit->db, visit->number, error);
    g_autofree char *subject = g_strdup_printf("held %" G_GINT64_FORMAT, (gint64)visit->number);
    g_autoptr(GError) trouble = NULL;
    if (rows == NULL)
        return false;
    if (rows->count == 0) {
        page_error(visit, 404, "There is no held message of that number.");
        return true;
    }
    if (!visit_audit(visit, "view", subject, "", error))
        return false;
    json_t *view = held_line(&rows->rows[0]);
    g_autoptr(GBytes) raw =
        rows->rows[0].raw_id != 0 ? raw_read(visit->db, rows->rows[0].raw_id, &trouble) : NULL;
    if (raw != NULL) {
        g_autoptr(GString) text = g_string_new(NULL);
        struct span head = span_head(span_of_bytes(raw), 256 * 1024);
        text_append_utf8(text, head);
        json_object_set_new(view, "source", json_string(text->str));
        json_object_set_new(view, "again", json_boolean(reparse_takes_kind(rows->rows[0].kind)));
    }
    return page_render(visit, 200, "held", "Held message", view, error);
}

bool
answer_audit(struct visit *visit, GError **error)
{
    int64_t after;
    if (!visit_query_number(visit, "after", &after, error))
        return false;
    struct value values[] = { value_number(after != 0 ? after : G_MAXINT64) };
    g_autoptr(Query) query =
        query_run(visit->db,
                  "SELECT auditId, at, who, INET6_NTOA(ip), action, subject, detail FROM audit "
                  "WHERE auditId < ? ORDER BY auditId DESC LIMIT " G_STRINGIFY(AUDIT_ROWS),
                  values, G_N_ELEMENTS(values), error);
    json_t *list = json_array();
    int64_t last = 0;
    while (query != NULL && query_next(query)) {
        const char *ip = query_text(query, 3);
        last = query_number(query, 0);
        json_array_append_new(
            list, json_pack("{s:o, s:s, s:s, s:s, s:s, s:s}", "at",
                            time_view_sql(query_text(query, 1)), "who", query_text(query, 2), "ip",
                            ip != NULL ? ip : "", "action", query_text(query, 4), "subject",
                            query_text(query, 5), "detail", query_text(query, 6)));
    }
    json_t *view = json_pack("{s:o}", "rows", list);
    if (query == NULL) {
        json_decref(view);
        return false;
    }
    if (query_rows(query) == AUDIT_ROWS)
        json_object_set_new(view, "next", json_integer((json_int_t)last));
    return page_render(visit, 200, "audit", "Audit", view, error);
}
