/* SPDX-License-Identifier: Apache-2.0 */
#include "http/reply_view.h"

#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "http/time_view.h"
#include "ingest/reply_stop.h"
#include "render/defang.h"
#include "report/plain_mail.h"
#include "store/raw_read.h"

/* The answer as a mail, or NULL: purged, or not to be read any more; both are no error. */
static struct report *
read_mail(struct db *db, int64_t raw_id, GError **error)
{
    g_autoptr(GError) trouble = NULL;
    g_autoptr(GPtrArray) brought = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GBytes) raw = raw_id != 0 ? raw_read(db, raw_id, &trouble) : NULL;
    struct report *report =
        raw != NULL ? plain_mail_read(span_of_bytes(raw), brought, 1, &trouble) : NULL;
    if (trouble != NULL && !g_error_matches(trouble, FAULT, FAULT_REJECT))
        g_propagate_error(error, g_steal_pointer(&trouble));
    return report;
}

/* Behind a ticket there is one. */
static bool
is_person(const struct reply_row *row)
{
    return strcmp(row->kind, "human") == 0 || strcmp(row->kind, "ticket") == 0;
}

static bool
put_text(struct db *db, const struct reply_row *row, json_t *view, GError **error)
{
    GError *trouble = NULL;
    g_autoptr(Report) report = read_mail(db, row->raw_id, &trouble);
    const struct mail *mail = report != NULL ? report->original : NULL;
    g_autoptr(GString) shown = g_string_new(NULL);
    bool person = is_person(row);
    if (trouble != NULL) {
        g_propagate_error(error, trouble);
        return false;
    }
    if (mail == NULL) {
        json_object_set_new(view, "gone", json_true());
        return true;
    }
    struct span text = { mail->text, mail->text_len };
    bool stop = person && reply_asks_to_stop(row->subject, text);
    size_t kept = text_cut_chars(mail->text, mail->text_len, REPLY_VIEW_CHARS);
    defang_append_text(shown, span_head(text, kept));
    json_object_set_new(view, "said", json_stringn(shown->str, shown->len));
    json_object_set_new(view, "cut", json_boolean(kept < mail->text_len));
    json_object_set_new(view, "open", json_boolean(person));
    json_object_set_new(view, "stop", json_boolean(stop));
    return true;
}

json_t *
reply_view(struct db *db, const struct reply_rows *rows, const char *contact, GError **error)
{
    json_t *list = json_array();
    for (guint i = 0; i < rows->rows->len; i++) {
        const struct reply_row *row = &g_array_index(rows->rows, struct reply_row, i);
        const char *whose = row->contact[0] != '\0' || contact == NULL ? row->contact : contact;
        json_t *view = json_pack("{s:I, s:o, s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "complaint",
                                 (json_int_t)row->complaint_id, "received",
                                 time_view_sql(row->received), "kind", row->kind, "from", row->from,
                                 "subject", row->subject, "status", row->status, "ticket",
                                 row->ticket, "contact", whose, "person", is_person(row));
        json_array_append_new(list, view);
        if (i < REPLY_VIEW_TEXTS && !put_text(db, row, view, error)) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}
