/* SPDX-License-Identifier: Apache-2.0 */
/* One mail: the viewer page, its part for the list's side, its source. */
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "complaint/zip.h"
#include "http/answers.h"
#include "http/email_line.h"
#include "http/email_mail.h"
#include "http/list_page.h"
#include "http/page.h"
#include "http/time_view.h"
#include "select/email_detail.h"
#include "select/selection.h"
#include "store/email_type.h"
#include "store/note.h"
#include "store/raw_read.h"

static void
not_found(struct visit *visit)
{
    g_autofree char *text =
        g_strdup_printf("No email found for emailId=%" G_GINT64_FORMAT, (gint64)visit->number);
    page_error(visit, 404, text);
}

/* The mail, or a 404 and NULL without an error. */
static struct email_detail *
find(struct visit *visit, GError **error)
{
    GError *trouble = NULL;
    struct email_detail *detail = email_detail_read(visit->db, visit->number, &trouble);
    if (trouble != NULL)
        g_propagate_error(error, trouble);
    else if (detail == NULL)
        not_found(visit);
    return detail;
}

static json_t *
strings_view(const struct visit *visit, const char *const *strings)
{
    json_t *list = json_array();
    for (size_t i = 0; strings != NULL && strings[i] != NULL; i++) {
        g_autofree char *text = email_line_text(visit, strings[i]);
        json_array_append_new(list, json_string(text));
    }
    return list;
}

/* Fields that hold somebody's address or words are not for viewers. */
static bool
is_private(const char *name)
{
    static const char *const names[] = {
        "authenticationResults", "fromHeader",         "messageId",
        "dkimIdentity",          "originalEnvelopeId", "reportMessageId"
    };
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static void
put_lists(const struct visit *visit, const struct email_detail *detail, json_t *view)
{
    json_t *fields = json_array(), *facts = json_array(), *contacts = json_array(),
           *patterns = json_array();
    for (size_t i = 0; i < detail->field_count; i++) {
        g_autofree char *value = email_line_text(visit, detail->fields[i].value);
        if (visit_is_analyst(visit) || !is_private(detail->fields[i].name))
            json_array_append_new(
                fields, json_pack("{s:s, s:s}", "name", detail->fields[i].name, "value", value));
    }
    for (size_t i = 0; i < detail->fact_count; i++) {
        const struct email_fact *fact = &detail->facts[i];
        json_array_append_new(facts,
                              json_pack("{s:s, s:s, s:s, s:s?, s:o, s:b}", "about", fact->about,
                                        "list", fact->list, "state", fact->state, "meaning",
                                        fact->meaning, "checked", time_view_sql(fact->checked),
                                        "listed", strcmp(fact->state, "listed") == 0));
    }
    for (size_t i = 0; i < detail->contact_count; i++)
        json_array_append_new(contacts,
                              json_pack("{s:s, s:s}", "origin", detail->contacts[i].origin, "email",
                                        detail->contacts[i].email));
    for (size_t i = 0; i < detail->pattern_count; i++) {
        g_autofree char *text = email_line_text(visit, detail->patterns[i].pattern);
        json_array_append_new(
            patterns, json_pack("{s:I, s:s, s:s}", "id", (json_int_t)detail->patterns[i].pattern_id,
                                "kind", detail->patterns[i].kind, "pattern", text));
    }
    json_object_set_new(view, "fields", fields);
    json_object_set_new(view, "any_facts", json_boolean(detail->fact_count > 0));
    json_object_set_new(view, "facts", facts);
    json_object_set_new(view, "any_contacts", json_boolean(detail->contact_count > 0));
    json_object_set_new(view, "contacts", contacts);
    json_object_set_new(view, "any_patterns", json_boolean(detail->pattern_count > 0));
    json_object_set_new(view, "patterns", patterns);
    json_object_set_new(view, "rcpt", strings_view(visit, detail->rcpt_to));
    json_object_set_new(view, "domains", strings_view(visit, detail->reported_domain));
}

static bool
put_notes(struct visit *visit, json_t *view, GError **error)
{
    g_autoptr(GPtrArray) notes = note_list(visit->db, visit->number, error);
    json_t *list = json_array();
    json_object_set_new(view, "notes", list);
    for (guint i = 0; notes != NULL && i < notes->len; i++) {
        const struct note *note = g_ptr_array_index(notes, i);
        json_array_append_new(list, json_pack("{s:s, s:o, s:s}", "who", note->who, "at",
                                              time_view_sql(note->at), "note", note->text));
    }
    return notes != NULL;
}

static void
put_types(const struct email_detail *detail, json_t *view)
{
    json_t *types = json_array();
    for (size_t i = 1; selection_types[i] != NULL; i++)
        json_array_append_new(types,
                              json_pack("{s:s, s:b}", "name", selection_types[i], "here",
                                        strcmp(selection_types[i], detail->row->email_type) == 0));
    json_object_set_new(view, "types", types);
    json_object_set_new(view, "by_person",
                        json_boolean(email_detail_field(detail, "emailTypeOverride") != NULL));
}

/* The octets may be gone; the rows are shown all the same. */
static bool
put_mail(struct visit *visit, const struct email_detail *detail, json_t *view, GError **error)
{
    g_autoptr(GError) trouble = NULL;
    const char *part = email_detail_field(detail, "part");
    if (!visit_is_analyst(visit)) {
        json_object_set_new(view, "hidden", json_true());
        return true;
    }
    if (detail->raw_id != 0 &&
        email_mail_put(visit->db, detail->raw_id,
                       part != NULL ? g_ascii_strtoll(part, NULL, 10) : 0, view, &trouble)) {
        json_object_set_new(view, "whole", json_true());
        json_object_set_new(view, "zip_password", json_string(visit->config->reports.arf_password));
        return true;
    }
    if (trouble != NULL && !g_error_matches(trouble, FAULT, FAULT_REJECT)) {
        g_propagate_error(error, g_steal_pointer(&trouble));
        return false;
    }
    json_object_set_new(
        view, "gone", json_string(trouble != NULL ? trouble->message : "Its octets were purged."));
    return true;
}

bool
answer_viewer(struct visit *visit, GError **error)
{
    g_autoptr(EmailDetail) detail = find(visit, error);
    g_autofree char *subject = g_strdup_printf("email %" G_GINT64_FORMAT, (gint64)visit->number);
    bool fragment = visit_query(visit, "fragment") != NULL;
    g_autofree char *title = NULL;
    json_t *view;
    if (detail == NULL)
        return error == NULL || *error == NULL;
    title = email_line_text(visit, detail->row->subject);
    view = email_line(visit, detail->row);
    put_lists(visit, detail, view);
    json_object_set_new(view, "rule", json_string(detail->row->email_rule));
    put_types(detail, view);
    json_object_set_new(view, "fragment", json_boolean(fragment));
    if (!put_mail(visit, detail, view, error) || !put_notes(visit, view, error) ||
        (visit_is_analyst(visit) && !visit_audit(visit, "view", subject, "", error))) {
        json_decref(view);
        return false;
    }
    return page_render(visit, 200, fragment ? "email_view" : "email",
                       title[0] != '\0' ? title : "(no subject)", view, error);
}

/* The original's /email/id/N: text/plain. */
bool
answer_source(struct visit *visit, GError **error)
{
    g_autoptr(EmailDetail) detail = find(visit, error);
    g_autofree char *subject = g_strdup_printf("email %" G_GINT64_FORMAT, (gint64)visit->number);
    GString *source;
    if (detail == NULL)
        return error == NULL || *error == NULL;
    if (detail->raw_id == 0) {
        page_error(visit, 404, "The octets of this mail were purged.");
        return true;
    }
    source = email_mail_source(visit->db, detail->raw_id, error);
    if (source == NULL)
        return false;
    if (!visit_audit(visit, "source", subject, "", error)) {
        g_string_free(source, TRUE);
        return false;
    }
    reply_take(visit->reply, 200, REPLY_TEXT, source);
    return true;
}

/* The message as it came, behind the password that stands on the page. */
bool
answer_original(struct visit *visit, GError **error)
{
    g_autoptr(EmailDetail) detail = find(visit, error);
    g_autofree char *subject = g_strdup_printf("email %" G_GINT64_FORMAT, (gint64)visit->number);
    g_autofree char *name =
        g_strdup_printf("email-%" G_GINT64_FORMAT ".eml", (gint64)visit->number);
    g_autofree char *disposition = g_strdup_printf(
        "attachment; filename=\"email-%" G_GINT64_FORMAT ".zip\"", (gint64)visit->number);
    if (detail == NULL)
        return error == NULL || *error == NULL;
    if (detail->raw_id == 0) {
        page_error(visit, 404, "The octets of this mail were purged.");
        return true;
    }
    g_autoptr(GBytes) raw = raw_read(visit->db, detail->raw_id, error);
    g_autoptr(GBytes) zip = raw != NULL
                                ? zip_one(name, span_of_bytes(raw),
                                          visit->config->reports.arf_password, ZIP_CRYPTO, error)
                                : NULL;
    if (zip == NULL || !visit_audit(visit, "download", subject, "zip", error))
        return false;
    reply_field(visit->reply, "Content-Disposition", disposition);
    reply_set(visit->reply, 200, REPLY_ZIP, g_steal_pointer(&zip));
    return true;
}

/* What the rules took for another thing: a person says what it is. */
bool
answer_type_post(struct visit *visit, GError **error)
{
    const char *type = request_form(visit->request, "type");
    g_autofree char *place = g_strdup_printf("/email/%" G_GINT64_FORMAT, (gint64)visit->number);
    g_autofree char *subject = g_strdup_printf("email %" G_GINT64_FORMAT, (gint64)visit->number);
    g_autoptr(EmailDetail) detail = find(visit, error);
    bool known = false;
    if (detail == NULL)
        return error == NULL || *error == NULL;
    for (size_t i = 1; type != NULL && selection_types[i] != NULL; i++)
        known |= strcmp(selection_types[i], type) == 0;
    if (!known) {
        g_set_error(error, FAULT, FAULT_REJECT, "type: normal, bounce or auto-replied");
        return false;
    }
    if (!email_type_set(visit->db, visit->number, type, error) ||
        !visit_audit(visit, "type", subject, type, error))
        return false;
    page_flash(visit, place, "ok", "The type is kept; the rules leave it from now on.");
    return true;
}

bool
answer_note_post(struct visit *visit, GError **error)
{
    const char *text = request_form(visit->request, "note");
    /* From the list's side viewer: back to that part. */
    const char *part = visit_query(visit, "fragment") != NULL ? "?fragment=1" : "";
    g_autofree char *place =
        g_strdup_printf("/email/%" G_GINT64_FORMAT "%s", (gint64)visit->number, part);
    g_autofree char *subject = g_strdup_printf("email %" G_GINT64_FORMAT, (gint64)visit->number);
    g_autoptr(EmailDetail) detail = find(visit, error);
    if (detail == NULL)
        return error == NULL || *error == NULL;
    if (text == NULL || text[strspn(text, " \t\r\n")] == '\0') {
        page_flash(visit, place, "bad", "The note was empty.");
        return true;
    }
    GError *trouble = NULL;
    if (!note_add(visit->db, visit->number, visit->person.name, text, &trouble)) {
        if (!g_error_matches(trouble, FAULT, FAULT_REJECT)) {
            g_propagate_error(error, trouble);
            return false;
        }
        page_flash(visit, place, "bad", trouble->message);
        g_error_free(trouble);
        return true;
    }
    if (!visit_audit(visit, "note", subject, "", error))
        return false;
    page_flash(visit, place, "ok", "The note is kept.");
    return true;
}
