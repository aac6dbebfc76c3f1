/* SPDX-License-Identifier: Apache-2.0 */
#include "http/email_view.h"

#include <string.h>

#include "base/clock.h"
#include "http/list_page.h"

const char *
email_view_address(const struct visit *visit, const char *address, GStringChunk *chunk)
{
    const char *at = address != NULL ? strrchr(address, '@') : NULL;
    g_autofree char *masked = NULL;
    if (address == NULL || address[0] == '\0' || visit_is_analyst(visit))
        return address;
    masked = g_strconcat("***", at, NULL);
    return g_string_chunk_insert(chunk, masked);
}

static const char *
type_text(const char *type)
{
    return strcmp(type, "normal") == 0 ? "Normal"
           : strcmp(type, "bounce") == 0 ? "Bounce"
                                         : "Auto-reply";
}

/* How the row is coloured: reported before delivered (original.md 6). */
static const char *
row_class(const struct email_row *row)
{
    if (row->reported)
        return "reported";
    return row->delivery_result != NULL && strcmp(row->delivery_result, "none") == 0 ? "delivered"
                                                                                     : "";
}

json_t *
email_view_row(const struct visit *visit, const struct email_row *row)
{
    g_autoptr(GStringChunk) chunk = g_string_chunk_new(256);
    const char *from = visit_is_analyst(visit) && row->from_address == NULL
                           ? row->from
                           : email_view_address(visit, row->from_address, chunk);
    g_autofree char *swatch = g_strdup_printf("s-%s", row->email_type);
    char time[32];
    char list[2] = { row->list == LIST_CLEAN ? '\0' : (char)row->list, '\0' };
    json_t *view = json_pack(
        "{s:I, s:s, s:s, s:s, s:s, s:b, s:s, s:s, s:s*, s:s*, s:s*, s:s*, s:s*, s:s}", "id",
        (json_int_t)row->email_id, "class", row_class(row), "type", type_text(row->email_type),
        "swatch", swatch, "time", list_page_time(row->arrival_date, time), "reported",
        row->reported, "subject", row->subject[0] != '\0' ? row->subject : "(no subject)", "list",
        list, "from", from, "domain", row->reported_domain, "source", row->source_domain, "ip",
        row->source_ip, "cc", row->country_code, "delivery",
        row->delivery_result != NULL ? row->delivery_result : "");
    if (row->source_asn != 0)
        json_object_set_new(view, "asn", json_integer(row->source_asn));
    json_object_set_new(view, "as_name", row->as_name != NULL ? json_string(row->as_name)
                                                              : json_null());
    json_object_set_new(view, "unconfirmed",
                        json_boolean(row->source_domain != NULL && !row->source_confirmed));
    json_object_set_new(view, "genuine", json_boolean(row->likely_genuine));
    json_object_set_new(view, "special", json_boolean(row->source_special));
    json_object_set_new(view, "listed", json_boolean(row->list == LIST_LISTED));
    return view;
}

static json_t *
urls_json(const struct email_row *row)
{
    json_t *list = json_array();
    for (size_t i = 0; i < row->url_count; i++)
        json_array_append_new(list, json_string(row->urls[i].url));
    return list;
}

static json_t *
files_json(const struct email_row *row)
{
    json_t *list = json_array();
    for (size_t i = 0; i < row->file_count; i++) {
        const struct email_file *file = &row->files[i];
        json_t *one = json_pack("{s:s, s:s, s:s?}", "filename", file->filename, "md5", file->md5,
                                "sha256", file->sha256);
        json_object_set_new(one, "size",
                            file->size >= 0 ? json_integer(file->size) : json_null());
        json_array_append_new(list, one);
    }
    return list;
}

json_t *
email_view_json(const struct visit *visit, const struct email_row *row)
{
    g_autoptr(GStringChunk) chunk = g_string_chunk_new(256);
    char arrival[CLOCK_TEXT_MAX];
    bool analyst = visit_is_analyst(visit);
    json_t *object = json_pack(
        "{s:I, s:s, s:s, s:s, s:s?, s:b, s:s?, s:s, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?}",
        "emailId", (json_int_t)row->email_id, "arrivalDate",
        clock_rfc3339(row->arrival_date, arrival), "emailType", row->email_type, "emailRule",
        row->email_rule, "feedbackType", row->feedback_type, "reported", row->reported,
        "deliveryResult", row->delivery_result, "subject", row->subject, "from",
        analyst ? row->from : email_view_address(visit, row->from_address, chunk), "mailFrom",
        email_view_address(visit, row->mail_from, chunk), "rcptTo",
        email_view_address(visit, row->rcpt_to, chunk), "reportedDomain", row->reported_domain,
        "sourceIp", row->source_ip, "sourceDomain", row->source_domain, "countryCode",
        row->country_code);
    json_object_set_new(object, "sourceAsn",
                        row->source_asn != 0 ? json_integer(row->source_asn) : json_null());
    json_object_set_new(object, "urls", urls_json(row));
    json_object_set_new(object, "files", files_json(row));
    return object;
}

const char *const email_csv_header[] = {
    "emailId",  "arrivalDate",    "emailType", "emailRule",    "feedbackType", "reported",
    "deliveryResult", "subject",  "from",      "mailFrom",     "rcptTo",       "reportedDomain",
    "sourceIp", "sourceDomain",   "sourceAsn", "countryCode",  "urls",         "files",
    NULL,
};

static void
csv_links(const struct email_row *row, struct csv *csv)
{
    g_autoptr(GString) urls = g_string_new(NULL);
    g_autoptr(GString) files = g_string_new(NULL);
    for (size_t i = 0; i < row->url_count; i++)
        g_string_append_printf(urls, "%s%s", i > 0 ? " " : "", row->urls[i].url);
    for (size_t i = 0; i < row->file_count; i++)
        g_string_append_printf(files, "%s%s %s", i > 0 ? "; " : "", row->files[i].filename,
                               row->files[i].md5);
    csv_text(csv, urls->str);
    csv_text(csv, files->str);
}

void
email_view_csv(const struct visit *visit, const struct email_row *row, struct csv *csv)
{
    g_autoptr(GStringChunk) chunk = g_string_chunk_new(256);
    char arrival[CLOCK_TEXT_MAX];
    csv_number(csv, row->email_id);
    csv_text(csv, clock_rfc3339(row->arrival_date, arrival));
    csv_text(csv, row->email_type);
    csv_text(csv, row->email_rule);
    csv_text(csv, row->feedback_type);
    csv_number(csv, row->reported);
    csv_text(csv, row->delivery_result);
    csv_text(csv, row->subject);
    csv_text(csv, visit_is_analyst(visit) ? row->from
                                          : email_view_address(visit, row->from_address, chunk));
    csv_text(csv, email_view_address(visit, row->mail_from, chunk));
    csv_text(csv, email_view_address(visit, row->rcpt_to, chunk));
    csv_text(csv, row->reported_domain);
    csv_text(csv, row->source_ip);
    csv_text(csv, row->source_domain);
    if (row->source_asn != 0)
        csv_number(csv, row->source_asn);
    else
        csv_empty(csv);
    csv_text(csv, row->country_code);
    csv_links(row, csv);
    csv_end_row(csv);
}
