/* SPDX-License-Identifier: Apache-2.0 */
#include "render/email_view.h"

#include "base/clock.h"
#include "base/text.h"
#include "render/defang.h"
#include "render/figure.h"
#include "render/mask.h"

static const char *const columns[] = {
    "emailId",     "arrivalDate",    "emailType", "emailRule",    "feedbackType",
    "reported",    "deliveryResult", "subject",   "from",         "mailFrom",
    "rcptTo",      "reportedDomain", "sourceIp",  "sourceDomain", "sourceAsn",
    "countryCode", "urls",           "files",     NULL,
};

/* Text of a row as its reader may see it; NULL stays NULL. Caller frees. */
static char *
seen_text(const char *text, enum email_view view)
{
    GString *out;
    if (text == NULL)
        return NULL;
    if (view == EMAIL_VIEW_WHOLE)
        return text_utf8(span_of(text));
    out = g_string_new(NULL);
    g_autofree char *utf8 = text_utf8(span_of(text));
    mask_append_addresses(out, span_of(utf8));
    return g_string_free(out, FALSE);
}

/* One address; masked, its domain is left. The null path stays. */
static char *
seen_mailbox(const char *address, enum email_view view)
{
    if (view == EMAIL_VIEW_WHOLE || address == NULL || address[0] == '\0')
        return seen_text(address, view);
    GString *out = g_string_new(NULL);
    mask_append_mailbox(out, address);
    g_autofree char *masked = g_string_free(out, FALSE);
    return seen_text(masked, EMAIL_VIEW_WHOLE);
}

/* From holds names of people too; masked, only the address's domain is left. */
static char *
seen_from(const struct email_row *row, enum email_view view)
{
    if (view == EMAIL_VIEW_WHOLE || (row->from == NULL && row->from_address == NULL))
        return seen_text(row->from != NULL ? row->from : row->from_address, view);
    GString *out = g_string_new(NULL);
    mask_append_mailbox(out, row->from_address);
    char *masked = g_string_free(out, FALSE);
    return masked;
}

static void
put(json_t *object, const char *key, const char *text, enum email_view view)
{
    g_autofree char *seen = seen_text(text, view);
    json_object_set_new(object, key, seen != NULL ? json_string(seen) : json_null());
}

static json_t *
files_json(const struct email_row *row, enum email_view view)
{
    json_t *files = json_array();
    for (size_t i = 0; i < row->file_count; i++) {
        const struct email_file *file = &row->files[i];
        json_t *object = json_object();
        put(object, "filename", file->filename, view);
        json_object_set_new(object, "size",
                            file->size >= 0 ? json_integer(file->size) : json_null());
        put(object, "md5", file->md5, EMAIL_VIEW_WHOLE);
        put(object, "sha256", file->sha256, EMAIL_VIEW_WHOLE);
        json_array_append_new(files, object);
    }
    return files;
}

static json_t *
urls_json(const struct email_row *row, enum email_view view)
{
    json_t *urls = json_array();
    for (size_t i = 0; i < row->url_count; i++) {
        g_autofree char *url = seen_text(row->urls[i].url, view);
        json_array_append_new(urls, json_string(url != NULL ? url : ""));
    }
    return urls;
}

json_t *
email_view_json(const struct email_row *row, enum email_view view)
{
    char date[CLOCK_TEXT_MAX];
    g_autofree char *from = seen_from(row, view);
    g_autofree char *mail_from = seen_mailbox(row->mail_from, view);
    g_autofree char *rcpt_to = seen_mailbox(row->rcpt_to, view);
    json_t *object = json_object();
    json_object_set_new(object, "emailId", json_integer(row->email_id));
    clock_rfc3339(row->arrival_date, date);
    put(object, "arrivalDate", *date != '\0' ? date : NULL, EMAIL_VIEW_WHOLE);
    put(object, "emailType", row->email_type, EMAIL_VIEW_WHOLE);
    put(object, "emailRule", row->email_rule, EMAIL_VIEW_WHOLE);
    put(object, "feedbackType", row->feedback_type, EMAIL_VIEW_WHOLE);
    json_object_set_new(object, "reported", json_boolean(row->reported));
    put(object, "deliveryResult", row->delivery_result, EMAIL_VIEW_WHOLE);
    put(object, "subject", row->subject, view);
    put(object, "from", from, EMAIL_VIEW_WHOLE);
    put(object, "mailFrom", mail_from, EMAIL_VIEW_WHOLE);
    put(object, "rcptTo", rcpt_to, EMAIL_VIEW_WHOLE);
    put(object, "reportedDomain", row->reported_domain, EMAIL_VIEW_WHOLE);
    put(object, "sourceIp", row->source_ip, EMAIL_VIEW_WHOLE);
    put(object, "sourceDomain", row->source_domain, EMAIL_VIEW_WHOLE);
    json_object_set_new(object, "sourceAsn",
                        row->source_asn != 0 ? json_integer(row->source_asn) : json_null());
    put(object, "countryCode", row->country_code, EMAIL_VIEW_WHOLE);
    json_object_set_new(object, "urls", urls_json(row, view));
    json_object_set_new(object, "files", files_json(row, view));
    return object;
}

json_t *
list_json(const char *name, json_t *rows, int64_t total, const char *next)
{
    return json_pack("{s:o,s:o,s:s?}", name, rows, "total",
                     total >= 0 ? json_integer(total) : json_null(), "next", next);
}

json_t *
email_view_list(const struct email_rows *rows, int64_t total, enum email_view view)
{
    json_t *list = json_array();
    for (size_t i = 0; i < rows->count; i++)
        json_array_append_new(list, email_view_json(&rows->rows[i], view));
    return list_json("emails", list, total, rows->next);
}

void
email_view_append_total(GString *out, int64_t total)
{
    if (total == EMAIL_TOTAL_SLOW) {
        g_string_append(out, "many");
        return;
    }
    if (total < 0)
        g_string_append(out, "more than ");
    figure_append_count(out, total < 0 ? EMAIL_TOTAL_MAX : (guint64)total);
}

void
email_view_csv_header(struct csv *csv)
{
    csv_header(csv, columns);
}

static void
csv_seen(struct csv *csv, const char *text, enum email_view view)
{
    g_autofree char *seen = seen_text(text, view);
    csv_text(csv, seen);
}

static void
csv_links(struct csv *csv, const struct email_row *row, enum email_view view)
{
    g_autoptr(GString) urls = g_string_new(NULL);
    g_autoptr(GString) files = g_string_new(NULL);
    for (size_t i = 0; i < row->url_count; i++) {
        g_autofree char *url = seen_text(row->urls[i].url, view);
        g_string_append(urls, i > 0 ? "\n" : "");
        defang_append_url(urls, span_of(url));
    }
    for (size_t i = 0; i < row->file_count; i++) {
        g_autofree char *name = seen_text(row->files[i].filename, view);
        g_string_append(files, i > 0 ? "\n" : "");
        g_string_append(files, name != NULL ? name : "");
    }
    csv_text(csv, urls->str);
    csv_text(csv, files->str);
}

void
email_view_csv(struct csv *csv, const struct email_row *row, enum email_view view)
{
    char date[CLOCK_TEXT_MAX];
    g_autofree char *from = seen_from(row, view);
    g_autofree char *mail_from = seen_mailbox(row->mail_from, view);
    g_autofree char *rcpt_to = seen_mailbox(row->rcpt_to, view);
    csv_number(csv, row->email_id);
    csv_text(csv, clock_rfc3339(row->arrival_date, date));
    csv_text(csv, row->email_type);
    csv_text(csv, row->email_rule);
    csv_text(csv, row->feedback_type);
    csv_number(csv, row->reported);
    csv_text(csv, row->delivery_result);
    csv_seen(csv, row->subject, view);
    csv_text(csv, from);
    csv_text(csv, mail_from);
    csv_text(csv, rcpt_to);
    csv_text(csv, row->reported_domain);
    csv_text(csv, row->source_ip);
    csv_text(csv, row->source_domain);
    if (row->source_asn != 0)
        csv_number(csv, row->source_asn);
    else
        csv_empty(csv);
    csv_text(csv, row->country_code);
    csv_links(csv, row, view);
    csv_end_row(csv);
}
