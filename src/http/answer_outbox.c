/* SPDX-License-Identifier: Apache-2.0 */
/* Complaints that were queued, and what became of them. */
#include <string.h>

#include "base/fault.h"
#include "base/ip.h"
#include "base/text.h"
#include "complaint/compose.h"
#include "http/answers.h"
#include "http/list_export.h"
#include "http/page.h"
#include "http/reply_view.h"
#include "http/time_view.h"
#include "render/escape.h"
#include "select/outbox_rows.h"
#include "store/outbox.h"
#include "store/raw_read.h"

#define TEXT_OCTETS_MAX (64 * 1024)

static bool
is_state(const char *word)
{
    for (size_t i = 0; outbox_states[i] != NULL; i++)
        if (strcmp(outbox_states[i], word) == 0)
            return true;
    return false;
}

static json_t *
outbox_line(const struct outbox_row *row)
{
    bool waits = strcmp(row->state, "queued") == 0 || strcmp(row->state, "deferred") == 0;
    bool unknown = strcmp(row->state, "unknown") == 0;
    bool sent = strcmp(row->state, "sent") == 0 || strcmp(row->state, "sending") == 0 ||
                strcmp(row->state, "writing") == 0;
    json_t *view =
        json_pack("{s:I, s:i, s:s, s:o, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:i}", "id",
                  (json_int_t)row->complaint_id, "position", (int)row->position, "reference",
                  row->reference, "created", time_view_rfc3339(row->created), "who", row->who,
                  "type", row->feedback_type, "ip", row->source_ip, "subject", row->subject,
                  "address", row->address, "role", row->role, "origin", row->origin, "state",
                  row->state, "mails", (json_int_t)row->mails, "attempts", (int)row->attempts);
    json_object_set_new(view, "settled", time_view_rfc3339(row->settled));
    json_object_set_new(view, "made", time_view_sql(row->created));
    json_object_set_new(view, "since", time_view_sql(row->settled));
    json_object_set_new(view, "next_at", time_view_sql(waits ? row->next_try : ""));
    json_object_set_new(view, "next_try", time_view_rfc3339(waits ? row->next_try : ""));
    json_object_set_new(view, "smtp", json_string(row->smtp_text));
    json_object_set_new(view, "form", json_string(row->form));
    if (row->smtp_code != 0)
        json_object_set_new(view, "code", json_integer(row->smtp_code));
    json_object_set_new(view, "bad",
                        json_boolean(unknown || strcmp(row->state, "failed") == 0 ||
                                     strcmp(row->state, "bounced") == 0));
    json_object_set_new(view, "may_cancel", json_boolean(waits));
    json_object_set_new(view, "may_retry",
                        json_boolean(!sent && strcmp(row->state, "queued") != 0));
    json_object_set_new(view, "may_decide", json_boolean(unknown));
    return view;
}

static json_t *
states_view(const GArray *counts, const char *here)
{
    json_t *list = json_array();
    for (guint i = 0; i < counts->len; i++) {
        const struct outbox_state_count *one = &g_array_index(counts, struct outbox_state_count, i);
        json_array_append_new(list, json_pack("{s:s, s:I, s:b}", "name", one->state, "total",
                                              (json_int_t)one->total, "here",
                                              g_strcmp0(here, one->state) == 0));
    }
    return list;
}

static const struct list_column outbox_columns[] = {
    { "id", NULL },      { "position", NULL }, { "reference", NULL },
    { "created", NULL }, { "who", NULL },      { "type", NULL },
    { "ip", NULL },      { "subject", NULL },  { "address", NULL },
    { "role", NULL },    { "origin", NULL },   { "state", NULL },
    { "settled", NULL }, { "attempts", NULL }, { "nextTry", "next_try" },
    { "code", NULL },    { "smtp", NULL },     { "mails", NULL },
    { "form", NULL },    { NULL, NULL },
};

static bool
read_filter(struct visit *visit, struct outbox_filter *filter, GError **error)
{
    const char *ip = visit_query(visit, "ip");
    *filter = (struct outbox_filter){ .state = visit_query(visit, "state"),
                                      .address = visit_query(visit, "address"),
                                      .reference = visit_query(visit, "reference"),
                                      .limit = list_export_limit(visit, OUTBOX_LIMIT_MAX) };
    if (!visit_query_number(visit, "after", &filter->after, error) ||
        !visit_query_number(visit, "email", &filter->email_id, error))
        return false;
    if (filter->state != NULL && !is_state(filter->state)) {
        g_set_error(error, FAULT, FAULT_REJECT, "state: no such state of a complaint");
        return false;
    }
    if (ip != NULL && !ip_parse(span_trim(span_of(ip)), &filter->ip)) {
        g_set_error(error, FAULT, FAULT_REJECT, "ip: not an IP address");
        return false;
    }
    return true;
}

/* What was asked for but state and place, for the form and for links that go on with it. */
static json_t *
form_view(const struct visit *visit, GString *query)
{
    static const char *const names[] = { "address", "ip", "reference", "email" };
    json_t *form = json_object();
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *value = visit_query(visit, names[i]);
        if (value == NULL)
            continue;
        json_object_set_new(form, names[i], json_string(value));
        g_string_append_printf(query, "%s%s=", query->len > 0 ? "&" : "", names[i]);
        escape_append_url(query, span_of(value));
    }
    return form;
}

bool
answer_outbox(struct visit *visit, GError **error)
{
    struct outbox_filter filter;
    char next[24];
    if (!read_filter(visit, &filter, error))
        return false;
    g_autoptr(OutboxRows) rows = outbox_rows_read(visit->db, &filter, error);
    g_autoptr(GArray) counts = rows != NULL ? outbox_counts(visit->db, error) : NULL;
    if (counts == NULL)
        return false;
    json_t *list = json_array();
    for (guint i = 0; i < rows->rows->len; i++)
        json_array_append_new(list, outbox_line(&g_array_index(rows->rows, struct outbox_row, i)));
    g_snprintf(next, sizeof next, "%" G_GINT64_FORMAT, (gint64)rows->next);
    const struct list_form form = { "complaints", outbox_columns, rows->next != 0 ? next : NULL,
                                    false };
    if (list_export(visit, &form, list)) {
        json_decref(list);
        return true;
    }
    g_autoptr(GString) query = g_string_new(NULL);
    json_t *view = json_pack("{s:o, s:o, s:s*, s:o}", "rows", list, "states",
                             states_view(counts, filter.state), "state_filter", filter.state,
                             "form", form_view(visit, query));
    json_object_set_new(view, "query", json_string(query->str));
    if (rows->next != 0)
        json_object_set_new(view, "next", json_integer((json_int_t)rows->next));
    return page_render(visit, 200, "outbox", "Outbox", view, error);
}

/* The only one there is, or NULL. */
static const char *
only_contact(const struct outbox_rows *rows)
{
    const char *found = NULL;
    unsigned count = 0;
    for (guint i = 0; i < rows->rows->len; i++) {
        const struct outbox_row *row = &g_array_index(rows->rows, struct outbox_row, i);
        if (strcmp(row->role, "contact") == 0) {
            found = row->address;
            count++;
        }
    }
    return count == 1 ? found : NULL;
}

/* What went out, octet by octet but To; or what would, were it written now. */
static json_t *
message_view(struct visit *visit, const struct outbox_row *row, GError **error)
{
    struct contact_wish form = { { 0 } };
    g_autoptr(GError) problem = NULL;
    g_autoptr(GBytes) raw = row->raw_id != 0 ? raw_read(visit->db, row->raw_id, &problem) : NULL;
    g_autoptr(ArfMessage) now =
        row->raw_id == 0
            ? compose_queued(visit->db, visit->config, row->complaint_id, row->form, &problem)
            : NULL;
    if (problem != NULL && !g_error_matches(problem, FAULT, FAULT_REJECT)) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return NULL;
    }
    contact_wish_read(&form, span_of(row->form));
    g_autofree char *words = complaint_form_words(&form);
    g_autoptr(GString) text = g_string_new(NULL);
    if (raw != NULL || now != NULL)
        text_append_utf8(text,
                         span_head(span_of_bytes(raw != NULL ? raw : now->rest), TEXT_OCTETS_MAX));
    return json_pack("{s:s, s:s, s:s, s:b, s:b}", "text", text->str, "words", words, "problem",
                     problem != NULL ? problem->message : "", "written", row->raw_id != 0, "whole",
                     complaint_form_is_whole(&form));
}

/* One a form. */
static json_t *
messages_view(struct visit *visit, const GArray *rows, GError **error)
{
    json_t *list = json_array();
    for (guint i = 0; i < rows->len; i++) {
        const struct outbox_row *row = &g_array_index(rows, struct outbox_row, i);
        guint twin = 0;
        while (strcmp(g_array_index(rows, struct outbox_row, twin).form, row->form) != 0)
            twin++;
        if (twin < i)
            continue;
        json_t *message = message_view(visit, row, error);
        if (message == NULL) {
            json_decref(list);
            return NULL;
        }
        json_array_append_new(list, message);
    }
    return list;
}

bool
answer_outbox_one(struct visit *visit, GError **error)
{
    g_autoptr(OutboxRows) rows = outbox_rows_one(visit->db, visit->number, error);
    if (rows == NULL)
        return false;
    if (rows->rows->len == 0) {
        page_error(visit, 404, "There is no complaint of that number.");
        return true;
    }
    g_autoptr(ReplyRows) replies = reply_rows_of_complaint(visit->db, visit->number, error);
    json_t *came =
        replies != NULL ? reply_view(visit->db, replies, only_contact(rows), error) : NULL;
    if (came == NULL)
        return false;
    const struct outbox_row *first = &g_array_index(rows->rows, struct outbox_row, 0);
    json_t *messages = messages_view(visit, rows->rows, error);
    if (messages == NULL) {
        json_decref(came);
        return false;
    }
    json_t *view = outbox_line(first), *list = json_array(), *emails = json_array();
    for (guint i = 0; i < rows->rows->len; i++)
        json_array_append_new(list, outbox_line(&g_array_index(rows->rows, struct outbox_row, i)));
    for (guint i = 0; i < rows->emails->len; i++)
        json_array_append_new(emails, json_integer(g_array_index(rows->emails, int64_t, i)));
    json_object_set_new(view, "recipients", list);
    json_object_set_new(view, "emails", emails);
    json_object_set_new(view, "replies", came);
    json_object_set_new(view, "messages", messages);
    return page_render(visit, 200, "complaint", "Complaint", view, error);
}

/* A person's word on one recipient: retry, cancel, sent, failed. */
bool
answer_outbox_post(struct visit *visit, GError **error)
{
    const char *what = request_form(visit->request, "what");
    const char *position = request_form(visit->request, "position");
    g_autofree char *place = g_strdup_printf("/outbox/%" G_GINT64_FORMAT, (gint64)visit->number);
    g_autofree char *subject =
        g_strdup_printf("complaint %" G_GINT64_FORMAT " %s", (gint64)visit->number,
                        position != NULL ? position : "");
    g_autoptr(GError) trouble = NULL;
    if (what == NULL || position == NULL) {
        g_set_error(error, FAULT, FAULT_REJECT, "say what is to be done with which recipient");
        return false;
    }
    if (!outbox_change(visit->db, visit->number, (unsigned)g_ascii_strtoull(position, NULL, 10),
                       what, visit->person.name, &trouble)) {
        if (!g_error_matches(trouble, FAULT, FAULT_REJECT)) {
            g_propagate_error(error, g_steal_pointer(&trouble));
            return false;
        }
        page_flash(visit, place, "bad", trouble->message);
        return true;
    }
    if (!visit_audit(visit, "outbox", subject, what, error))
        return false;
    page_flash(visit, place, "ok", "Done.");
    return true;
}
