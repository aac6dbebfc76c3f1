/* SPDX-License-Identifier: Apache-2.0 */
#include "http/email_mail.h"

#include <string.h>

#include "base/text.h"
#include "render/defang.h"
#include "report/authentication_results.h"
#include "report/report_parse.h"
#include "store/raw_read.h"

#define FIELD_OCTETS_MAX 4000

static json_t *
text_view(const char *text, size_t len)
{
    g_autoptr(GString) out = g_string_new(NULL);
    defang_append_text(out, (struct span){ text, len });
    return json_stringn(out->str, out->len);
}

static json_t *
header_view(const struct mail *mail)
{
    json_t *list = json_array();
    for (size_t i = 0; i < mail->field_count; i++) {
        size_t len = strlen(mail->fields[i].value);
        json_t *value = text_view(mail->fields[i].value,
                                  text_cut_octets(mail->fields[i].value, len, FIELD_OCTETS_MAX));
        json_array_append_new(
            list, json_pack("{s:s, s:o}", "name", mail->fields[i].name, "value", value));
    }
    return list;
}

/* Where a link stood and what is odd about it. */
static json_t *
link_signs(unsigned flags)
{
    static const struct {
        unsigned flag;
        const char *text;
    } signs[] = {
        { LINK_TEXT_DIFFERS, "the text names another host" },
        { LINK_FORM, "form" },
        { LINK_REFRESH, "opens by itself" },
        { LINK_IN_COMMENT, "in a comment" },
        { LINK_UNWRAPPED, "unwrapped" },
        { LINK_DEFANGED, "was defanged" },
        { LINK_NOT_REPORTABLE, "not reportable" },
        { LINK_CUT, "cut" },
    };
    json_t *list = json_array();
    for (size_t i = 0; i < G_N_ELEMENTS(signs); i++)
        if ((flags & signs[i].flag) != 0)
            json_array_append_new(list, json_string(signs[i].text));
    return list;
}

static json_t *
links_view(const struct report *report)
{
    json_t *list = json_array();
    for (size_t i = 0; i < report->link_count; i++) {
        const struct link *link = &report->links[i];
        g_autoptr(GString) url = g_string_new(NULL);
        defang_append_url(url, span_of(link->url));
        json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "url", url->str, "host",
                                              link->host, "signs", link_signs(link->flags)));
    }
    return list;
}

static json_t *
attachments_view(const struct report *report)
{
    json_t *list = json_array();
    for (size_t i = 0; i < report->attachment_count; i++) {
        const struct attachment *file = &report->attachments[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:s, s:s}", "filename",
                                              file->filename != NULL ? file->filename : "(no name)",
                                              "type", file->type, "size", (json_int_t)file->size,
                                              "md5", file->md5, "sha256", file->sha256));
    }
    return list;
}

static const char *
result_class(const char *result)
{
    if (strcmp(result, "pass") == 0)
        return "good";
    return strcmp(result, "fail") == 0 || strcmp(result, "permerror") == 0 ? "bad" : "warn";
}

/* "SPF: the sending host may not use example.com (fail)" */
static char *
in_words(const struct auth_item *item)
{
    static const struct {
        const char *method, *property, *name, *pass, *fail;
    } methods[] = {
        { "spf", "smtp.mailfrom", "SPF", "the address may send for",
          "the address may not send for" },
        { "dkim", "header.d", "DKIM", "an intact signature of", "no intact signature of" },
        { "dmarc", "header.from", "DMARC", "SPF or DKIM stands for",
          "neither SPF nor DKIM stands for" },
        { "arc", "smtp.remote-ip", "ARC", "an intact chain from", "no intact chain from" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(methods); i++) {
        const char *about = auth_item_property(item, methods[i].property);
        bool pass = strcmp(item->result, "pass") == 0, fail = strcmp(item->result, "fail") == 0;
        if (strcmp(item->method, methods[i].method) != 0)
            continue;
        if (about == NULL || (!pass && !fail))
            return g_strdup_printf("%s: %s%s%s", methods[i].name, item->result,
                                   about != NULL ? ", about " : "", about != NULL ? about : "");
        return g_strdup_printf("%s: %s %s (%s)", methods[i].name,
                               pass ? methods[i].pass : methods[i].fail, about, item->result);
    }
    return g_strdup_printf("%s: %s", item->method, item->result);
}

static json_t *
authentication_view(const struct report *report)
{
    json_t *list = json_array();
    for (size_t i = 0; i < report->authentication_results.count; i++) {
        g_autoptr(AuthResults) results =
            auth_results_parse(report->authentication_results.items[i]);
        for (size_t j = 0; j < results->item_count; j++) {
            g_autofree char *words = in_words(&results->items[j]);
            json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "text", words, "class",
                                                  result_class(results->items[j].result), "by",
                                                  results->authserv_id));
        }
    }
    return list;
}

static json_t *
derived_view(const struct report *report)
{
    json_t *list = json_array();
    for (size_t i = 0; i < report->derived_count; i++)
        json_array_append_new(list, json_pack("{s:s, s:s}", "field", report->derived[i].field,
                                              "from", report->derived[i].from));
    return list;
}

bool
email_mail_put(struct db *db, int64_t raw_id, int64_t part, json_t *view, GError **error)
{
    g_autoptr(GBytes) raw = raw_read(db, raw_id, error);
    const struct report_settings settings = { .spamtrap = true };
    g_autoptr(GPtrArray) reports =
        raw != NULL ? reports_parse(span_of_bytes(raw), &settings, error) : NULL;
    const struct report *report;
    const struct mail *mail;
    if (reports == NULL)
        return false;
    report = g_ptr_array_index(reports, part > 0 && part <= reports->len ? (guint)part - 1 : 0);
    mail = report->original != NULL ? report->original : report->outer;
    json_object_set_new(view, "text", text_view(mail->text, mail->text_len));
    json_object_set_new(view, "has_text", json_boolean(mail->text_len > 0));
    json_object_set_new(view, "header", header_view(mail));
    json_object_set_new(view, "report_header", header_view(report->outer));
    json_object_set_new(view, "links", links_view(report));
    json_object_set_new(view, "link_count", json_integer((json_int_t)report->link_count));
    json_object_set_new(view, "attachments", attachments_view(report));
    json_object_set_new(view, "any_attachments", json_boolean(report->attachment_count > 0));
    json_object_set_new(view, "authentication", authentication_view(report));
    json_object_set_new(view, "any_authentication",
                        json_boolean(report->authentication_results.count > 0));
    json_object_set_new(view, "derived", derived_view(report));
    json_object_set_new(view, "any_derived", json_boolean(report->derived_count > 0));
    json_object_set_new(view, "truncated", json_boolean(report->truncated));
    json_object_set_new(view, "headers_only", json_boolean(report->headers_only));
    return true;
}

GString *
email_mail_source(struct db *db, int64_t raw_id, GError **error)
{
    g_autoptr(GBytes) raw = raw_read(db, raw_id, error);
    GString *out;
    if (raw == NULL)
        return NULL;
    out = g_string_sized_new(g_bytes_get_size(raw) + 1);
    text_append_utf8(out, span_of_bytes(raw));
    return out;
}
