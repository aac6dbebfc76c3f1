/* SPDX-License-Identifier: Apache-2.0 */
#include "report/xarf_report.h"

#include <jansson.h>

#include "report/address.h"
#include "report/derive.h"
#include "report/feedback_report.h"
#include "report/field.h"
#include "report/mail_date.h"
#include "report/report_build.h"

#define XARF_JSON_OCTETS_MAX (15 * 1024 * 1024) /* of XARF v4 */

/* clang-format off */
static const struct { const char *type, *feedback; } types[] = {
    { "spam", "abuse" }, { "bulk_messaging", "abuse" }, { "phishing", "fraud" },
    { "fraud", "fraud" }, { "malware", "virus" },
};
/* clang-format on */

static const char *
feedback_type_of(const char *type)
{
    for (size_t i = 0; type != NULL && i < G_N_ELEMENTS(types); i++)
        if (g_ascii_strcasecmp(type, types[i].type) == 0)
            return types[i].feedback;
    return "other";
}

static const char *
text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static const char *
keep(struct report *report, const char *text)
{
    return text != NULL ? g_string_chunk_insert(report->arena, text) : NULL;
}

static void
take_uri(struct report *report, const char *uri)
{
    for (size_t i = 0; i < report->reported_uri.count; i++)
        if (strcmp(report->reported_uri.items[i], uri) == 0)
            return; /* a URL may be source_identifier and url at once */
    feedback_list_add(report, &report->reported_uri, uri);
}

static void
take_source(struct report *report, const char *source)
{
    if (source == NULL || ip_parse(span_of(source), &report->source_ip))
        return;
    if (strstr(source, "://") != NULL)
        take_uri(report, source);
}

static void
take_date(struct report *report, const char *text)
{
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc(); /* for a time that names no zone */
    GDateTime *date = text != NULL ? g_date_time_new_from_iso8601(text, utc) : NULL;
    if (date != NULL) {
        report->arrival_date = g_date_time_to_unix(date);
        g_date_time_unref(date);
    } else if (text != NULL) {
        report->arrival_date = mail_date_parse(text);
    }
}

static void
take_port(struct report *report, const json_t *port)
{
    json_int_t number = json_integer_value(port);
    if (number > 0 && number <= 65535)
        report->source_port = (uint32_t)number;
}

static void
take_envelope(struct report *report, const char *from, const char *to)
{
    if (from != NULL) {
        g_autofree char *path = address_path(span_of(from));
        report->original_mail_from = keep(report, path);
    }
    if (to != NULL) {
        g_autofree char *path = address_path(span_of(to));
        feedback_list_add(report, &report->original_rcpt_to, path);
    }
}

/* The first message/rfc822 among the evidence; `keys` are its type, base64 mark and payload. */
static void
take_mail(struct report *report, const json_t *evidence, const char *type_key,
          const char *payload_key)
{
    size_t i;
    const json_t *piece;
    json_array_foreach(evidence, i, piece)
    {
        const char *type = text_of(piece, type_key);
        const char *payload = text_of(piece, payload_key);
        g_autofree guchar *octets = NULL;
        gsize len = 0;
        if (type == NULL || payload == NULL || g_ascii_strncasecmp(type, "message/rfc822", 14) != 0)
            continue;
        if (json_is_false(json_object_get(piece, "Base64Encoded"))) {
            report_read_original_octets(report, span_of(payload), false);
            return;
        }
        octets = g_base64_decode(payload, &len);
        report_read_original_octets(report, (struct span){ (const char *)octets, len }, false);
        return;
    }
}

static void
take_v4(struct report *report, const json_t *root)
{
    report->version = keep(report, text_of(root, "xarf_version"));
    report->feedback_type = feedback_type_of(text_of(root, "type"));
    take_source(report, text_of(root, "source_identifier"));
    take_port(report, json_object_get(root, "source_port"));
    take_date(report, text_of(root, "timestamp"));
    take_envelope(report, text_of(root, "smtp_from"), text_of(root, "smtp_to"));
    if (text_of(root, "url") != NULL)
        take_uri(report, text_of(root, "url"));
    take_mail(report, json_object_get(root, "evidence"), "content_type", "payload");
}

static void
take_v3(struct report *report, const json_t *root)
{
    const json_t *body = json_object_get(root, "Report");
    const json_t *source = json_object_get(body, "Source");
    const json_t *more = json_object_get(body, "AdditionalInfo");
    const char *url = text_of(body, "SourceUrl");
    report->version = keep(report, text_of(root, "Version"));
    report->feedback_type = feedback_type_of(text_of(body, "ReportType"));
    take_source(report, text_of(body, "SourceIp"));
    take_source(report, text_of(source, "IP"));
    take_port(report, json_object_get(body, "SourcePort"));
    take_port(report, json_object_get(source, "Port"));
    take_date(report, text_of(body, "Date"));
    take_envelope(report, text_of(body, "SmtpMailFromAddress"), text_of(body, "SmtpRcptToAddress"));
    if (report->original_mail_from == NULL)
        take_envelope(report, text_of(more, "SMTPFrom"), NULL);
    if (url != NULL)
        take_uri(report, url);
    take_mail(report, json_object_get(body, "Samples"), "ContentType", "Payload");
    if (report->original == NULL)
        take_mail(report, json_object_get(body, "Attachment"), "ContentType", "Data");
}

static bool
take_json(struct report *report, struct span octets)
{
    json_t *root;
    bool known = true;
    octets = span_trim(octets);
    if (octets.len == 0 || octets.octets[0] != '{' || octets.len > XARF_JSON_OCTETS_MAX)
        return false;
    root = json_loadb(octets.octets, octets.len, JSON_REJECT_DUPLICATES, NULL);
    if (text_of(root, "xarf_version") != NULL)
        take_v4(report, root);
    else if (json_is_object(json_object_get(root, "Report")) &&
             json_is_object(json_object_get(root, "ReporterInfo")))
        take_v3(report, root);
    else
        known = false;
    json_decref(root);
    return known;
}

/* The text form: "Reported-From: ...", "Source: 192.0.2.1", between "---" lines. */
static bool
take_text(struct report *report, struct span octets)
{
    g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(struct mail_field));
    struct mail sheet = { .field_count = 0 };
    field_read(octets, FIELD_END_AT_EMPTY, report->arena, fields);
    sheet.fields = (const struct mail_field *)(void *)fields->data;
    sheet.field_count = fields->len;
    if (mail_field(&sheet, "Reported-From") == NULL || mail_field(&sheet, "Report-Type") == NULL ||
        mail_field(&sheet, "Source") == NULL)
        return false;
    report->version = mail_field(&sheet, "Version");
    report->user_agent = mail_field(&sheet, "User-Agent");
    report->feedback_type = feedback_type_of(mail_field(&sheet, "Report-Type"));
    take_source(report, mail_field(&sheet, "Source"));
    take_date(report, mail_field(&sheet, "Date"));
    return true;
}

struct report *
xarf_report_read(GMimeMessage *message, const struct message_shape *shape,
                 const struct report_settings *settings)
{
    const GPtrArray *lists[] = { shape->files, shape->texts };
    g_autoptr(GByteArray) scratch = g_byte_array_new();
    g_autoptr(Report) report = report_new(REPORT_XARF, message);
    bool found = false;
    for (size_t k = 0; !found && k < G_N_ELEMENTS(lists); k++) {
        for (guint i = 0; !found && i < lists[k]->len; i++) {
            GMimeObject *object = g_ptr_array_index(lists[k], i);
            struct span content;
            if (!GMIME_IS_PART(object))
                continue;
            content = gmime_border_content(GMIME_PART(object), scratch);
            found = take_json(report, content) || take_text(report, content);
        }
    }
    if (!found)
        return NULL;
    if (report->original == NULL && shape->pairs->len > 0) {
        const struct shape_pair *pair = &g_array_index(shape->pairs, struct shape_pair, 0);
        report_read_original(report, pair->original, pair->headers_only);
    }
    report_finish(report, settings);
    return g_steal_pointer(&report);
}
