/* SPDX-License-Identifier: Apache-2.0 */
#include "http/complaint_view.h"

#include <string.h>

#include "base/text.h"
#include "complaint/compose.h"
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
complaint_view_mails(const struct visit *visit, const struct prepared_mails *mails,
                     const char *tick)
{
    json_t *list = json_array();
    size_t ticked = 0;
    bool all = g_strcmp0(tick, "all") == 0, none = g_strcmp0(tick, "none") == 0;
    for (size_t i = 0; i < mails->rows->count; i++) {
        const struct prepared_mail *mail = &mails->mails[i];
        json_t *line = email_line(visit, mail->row);
        bool known = mail->source != NULL && mail->source->choice.known != NOT_KNOWN;
        json_object_set_new(line, "contacts", contacts_view(mail->source));
        json_object_set_new(line, "unknown", json_boolean(mail->source != NULL && !known));
        bool tick_it = !none && mail->obstacle == NULL && (all || mail->doubt == NULL);
        json_object_set_new(line, "ticked", json_boolean(tick_it));
        json_object_set_new(line, "doubt", json_string(mail->doubt != NULL ? mail->doubt : ""));
        json_object_set_new(line, "obstacle", json_boolean(mail->obstacle != NULL));
        json_array_append_new(list, line);
        ticked += tick_it;
    }
    return json_pack("{s:I, s:o, s:I, s:I, s:b}", "draft", (json_int_t)visit->number, "rows", list,
                     "total", (json_int_t)mails->rows->count, "ticked_count", (json_int_t)ticked,
                     "none_proposed", ticked == 0 && !none);
}

static char *
contacts_of(const struct prepared_complaint *complaint)
{
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; i < complaint->recipients->len; i++) {
        const struct outbox_recipient *one =
            &g_array_index(complaint->recipients, struct outbox_recipient, i);
        if (strcmp(one->role, "contact") == 0)
            g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", one->address);
    }
    return g_strdup(list->str);
}

/* Who wants it in another form than usual. */
static json_t *
forms_view(const struct prepared_complaint *complaint)
{
    json_t *list = json_array();
    for (guint i = 0; i < complaint->recipients->len; i++) {
        const struct outbox_recipient *one =
            &g_array_index(complaint->recipients, struct outbox_recipient, i);
        struct contact_wish form = { { 0 } };
        if (!contact_wish_read(&form, span_of(one->form)) || contact_wish_is_empty(&form))
            continue;
        g_autofree char *words = complaint_form_words(&form);
        json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "address", one->address, "words",
                                              words, "whole", complaint_form_is_whole(&form)));
    }
    return list;
}

static json_t *
message_view(const struct prepared_message *message)
{
    json_t *view = json_pack("{s:s}", "for", message->to->str);
    if (message->message == NULL) {
        json_object_set_new(view, "problem", json_string(message->problem));
        return view;
    }
    g_autoptr(GString) text = g_string_new(NULL);
    text_append_utf8(text, span_head(span_of_bytes(message->message->rest), TEXT_OCTETS_MAX));
    json_object_set_new(view, "text", json_string(text->str));
    return view;
}

/* The subject as it will stand in the complaint; of one that is not written, the mail's own. */
static json_t *
subject_view(const struct prepared_complaint *complaint)
{
    for (guint i = 0; i < complaint->messages->len; i++) {
        const struct prepared_message *one = g_ptr_array_index(complaint->messages, i);
        if (one->message != NULL)
            return json_string(one->message->subject);
    }
    const char *subject = complaint->mails[0]->row->subject;
    return json_string(subject != NULL ? subject : "");
}

static json_t *
complaint_line(const struct prepared_complaint *complaint)
{
    g_autofree char *to = contacts_of(complaint);
    json_t *ids = json_array(), *messages = json_array();
    json_t *view =
        json_pack("{s:I, s:s, s:s, s:I, s:b, s:o, s:o}", "first",
                  (json_int_t)complaint->mails[0]->row->email_id, "to", to, "ip",
                  complaint->mails[0]->row->source_ip, "mail_count",
                  (json_int_t)complaint->mail_count, "several_mails", complaint->mail_count != 1,
                  "forms", forms_view(complaint), "subject", subject_view(complaint));
    for (size_t i = 0; i < complaint->mail_count; i++)
        json_array_append_new(ids, json_integer((json_int_t)complaint->mails[i]->row->email_id));
    for (guint i = 0; i < complaint->messages->len; i++)
        json_array_append_new(messages, message_view(g_ptr_array_index(complaint->messages, i)));
    json_object_set_new(view, "ids", ids);
    json_object_set_new(view, "messages", messages);
    return view;
}

/* Ways to the complaints that are listed only: [{from, to, here}]. */
static json_t *
pages_view(size_t total, size_t from)
{
    json_t *list = json_array();
    for (size_t at = 0; total > COMPLAINT_VIEW_TEXTS && at < total; at += COMPLAINT_VIEW_TEXTS)
        json_array_append_new(list, json_pack("{s:I, s:I, s:b}", "from", (json_int_t)at + 1, "to",
                                              (json_int_t)MIN(at + COMPLAINT_VIEW_TEXTS, total),
                                              "here", at == from));
    return list;
}

json_t *
complaint_view_preview(const struct visit *visit, const GPtrArray *complaints, size_t from,
                       const struct prepare_wish *wish)
{
    json_t *list = json_array();
    g_autofree char *copies = g_strjoinv(", ", visit->config->reports.email);
    for (guint i = 0; i < complaints->len; i++)
        json_array_append_new(list, complaint_line(g_ptr_array_index(complaints, i)));
    return json_pack(
        "{s:I, s:o, s:I, s:b, s:s, s:b, s:b, s:s, s:b, s:o}", "draft", (json_int_t)visit->number,
        "complaints", list, "total", (json_int_t)complaints->len, "several", complaints->len != 1,
        "feedback_type", wish->as_reported ? "" : compose_type_word(wish->type), "grouped",
        wish->grouped, "forced", wish->forced, "copies", copies, "paged",
        complaints->len > COMPLAINT_VIEW_TEXTS, "pages", pages_view(complaints->len, from));
}
