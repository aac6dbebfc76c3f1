/* SPDX-License-Identifier: Apache-2.0 */
#include "http/complaint_view.h"

#include "base/text.h"
#include "http/email_line.h"

#define TEXT_OCTETS_MAX (16 * 1024)

/* "abuse@example.net (rdap)", and who is left out and why. */
static json_t *
contacts_view(const struct prepared_source *source)
{
    json_t *list = json_array();
    for (guint i = 0; source != NULL && i < source->choice.targets->len; i++) {
        const struct contact_target *target = g_ptr_array_index(source->choice.targets, i);
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s}", "address", target->address, "origin",
                                        contact_origin_word(target->origin), "left_out",
                                        target->left_out != NULL ? target->left_out : ""));
    }
    return list;
}

json_t *
complaint_view_mails(const struct visit *visit, const struct prepared_mails *mails)
{
    json_t *list = json_array();
    size_t ticked = 0;
    for (size_t i = 0; i < mails->rows->count; i++) {
        const struct prepared_mail *mail = &mails->mails[i];
        json_t *line = email_line(visit, mail->row);
        bool known = mail->source != NULL && mail->source->choice.known != NOT_KNOWN;
        json_object_set_new(line, "contacts", contacts_view(mail->source));
        json_object_set_new(line, "unknown", json_boolean(mail->source != NULL && !known));
        json_object_set_new(line, "ticked", json_boolean(mail->doubt == NULL));
        json_object_set_new(line, "doubt", json_string(mail->doubt != NULL ? mail->doubt : ""));
        json_object_set_new(line, "obstacle", json_boolean(mail->obstacle != NULL));
        json_array_append_new(list, line);
        ticked += mail->doubt == NULL;
    }
    return json_pack("{s:I, s:o, s:I, s:I}", "draft", (json_int_t)visit->number, "rows", list,
                     "total", (json_int_t)mails->rows->count, "ticked_count", (json_int_t)ticked);
}

static char *
addresses_of(const struct prepared_source *source)
{
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; i < source->choice.targets->len; i++) {
        const struct contact_target *target = g_ptr_array_index(source->choice.targets, i);
        if (target->left_out == NULL)
            g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", target->address);
    }
    return g_strdup(list->str);
}

static json_t *
complaint_line(const struct prepared_complaint *complaint, bool with_text)
{
    g_autofree char *to = addresses_of(complaint->source);
    json_t *ids = json_array();
    json_t *view = json_pack(
        "{s:I, s:s, s:s, s:I}", "first", (json_int_t)complaint->mails[0]->row->email_id, "to", to,
        "ip", complaint->mails[0]->row->source_ip, "mail_count", (json_int_t)complaint->mail_count);
    for (size_t i = 0; i < complaint->mail_count; i++)
        json_array_append_new(ids, json_integer((json_int_t)complaint->mails[i]->row->email_id));
    json_object_set_new(view, "ids", ids);
    if (complaint->problem != NULL) {
        json_object_set_new(view, "problem", json_string(complaint->problem));
        return view;
    }
    json_object_set_new(view, "subject", json_string(complaint->message->subject));
    if (with_text) {
        g_autoptr(GString) text = g_string_new(NULL);
        text_append_utf8(text, span_head(span_of_bytes(complaint->message->rest), TEXT_OCTETS_MAX));
        json_object_set_new(view, "text", json_string(text->str));
    }
    return view;
}

json_t *
complaint_view_preview(const struct visit *visit, const GPtrArray *complaints,
                       const struct prepare_wish *wish)
{
    static const char *const types[] = { "fraud", "abuse", "virus" };
    json_t *list = json_array();
    g_autofree char *copies = g_strjoinv(", ", visit->config->reports.email);
    for (guint i = 0; i < complaints->len; i++)
        json_array_append_new(
            list, complaint_line(g_ptr_array_index(complaints, i), i < COMPLAINT_VIEW_TEXTS));
    return json_pack("{s:I, s:o, s:I, s:s, s:b, s:b, s:s}", "draft", (json_int_t)visit->number,
                     "complaints", list, "total", (json_int_t)complaints->len, "feedback_type",
                     types[wish->type], "grouped", wish->grouped, "forced", wish->forced, "copies",
                     copies);
}
