/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report_json.h"

/* All texts of a report are valid UTF-8, so jansson refuses none. */
static void
put(json_t *object, const char *key, const char *text)
{
    if (text != NULL)
        json_object_set_new(object, key, json_string(text));
}

static void
put_number(json_t *object, const char *key, uint32_t number)
{
    if (number != 0)
        json_object_set_new(object, key, json_integer(number));
}

static void
put_date(json_t *object, const char *key, int64_t when)
{
    char text[CLOCK_TEXT_MAX];
    if (when != CLOCK_UNKNOWN)
        put(object, key, clock_rfc3339(when, text));
}

static void
put_list(json_t *object, const char *key, const struct string_list *list)
{
    json_t *array = json_array();
    for (size_t i = 0; i < list->count; i++)
        json_array_append_new(array, json_string(list->items[i]));
    json_object_set_new(object, key, array);
}

static void
put_feedback(json_t *object, const struct report *report)
{
    char ip[IP_TEXT_MAX];
    put(object, "feedback_type", report->feedback_type);
    put(object, "user_agent", report->user_agent);
    put(object, "version", report->version);
    if (report->source_ip.len != 0)
        put(object, "source_ip", ip_text(&report->source_ip, ip));
    put_number(object, "source_port", report->source_port);
    put_date(object, "arrival_date", report->arrival_date);
    put(object, "original_mail_from", report->original_mail_from);
    put_list(object, "original_rcpt_to", &report->original_rcpt_to);
    put_list(object, "reported_domain", &report->reported_domain);
    put_list(object, "reported_uri", &report->reported_uri);
    put(object, "auth_failure", report->auth_failure);
    put(object, "delivery_result", report->delivery_result);
    put(object, "delivery_result_raw", report->delivery_result_raw);
    put(object, "disposition", report->disposition);
    put(object, "identity_alignment", report->identity_alignment);
    put_list(object, "authentication_results", &report->authentication_results);
    put(object, "original_envelope_id", report->original_envelope_id);
    put(object, "reporting_mta", report->reporting_mta);
    put(object, "dkim_domain", report->dkim_domain);
    put(object, "dkim_selector", report->dkim_selector);
    put(object, "dkim_identity", report->dkim_identity);
    put_number(object, "incidents", report->incidents);
}

static json_t *
attachment_json(const struct attachment *attachment)
{
    json_t *object = json_object();
    put(object, "filename", attachment->filename);
    json_object_set_new(object, "size", json_integer((json_int_t)attachment->size));
    put(object, "md5", attachment->md5);
    put(object, "sha256", attachment->sha256);
    return object;
}

static void
put_original(json_t *object, const struct report *report)
{
    const struct mail *mail = report->original;
    json_t *urls = json_array();
    json_t *attachments = json_array();
    json_object_set_new(object, "headers_only", json_boolean(report->headers_only));
    put(object, "subject", mail != NULL ? mail->subject : NULL);
    put(object, "from", mail != NULL ? mail->from : NULL);
    put(object, "from_address", mail != NULL ? mail->from_address : NULL);
    put(object, "message_id", report->message_id);
    for (size_t i = 0; i < report->link_count; i++)
        json_array_append_new(urls, json_string(report->links[i].url));
    for (size_t i = 0; i < report->attachment_count; i++)
        json_array_append_new(attachments, attachment_json(&report->attachments[i]));
    json_object_set_new(object, "urls", urls);
    json_object_set_new(object, "attachments", attachments);
}

json_t *
report_json(const struct report *report)
{
    json_t *object = json_object();
    json_t *derived = json_object();
    put(object, "kind", report_kind_name(report->kind));
    put_number(object, "part", report->part);
    put(object, "report_message_id", report->report_message_id);
    put(object, "reporter", report->outer->from_address);
    if (report->kind == REPORT_AGGREGATE || report->kind == REPORT_TLSRPT) {
        put(object, "report_subject", report->outer->subject);
        json_decref(derived);
        return object;
    }
    put_feedback(object, report);
    put_original(object, report);
    for (size_t i = 0; i < report->derived_count; i++)
        put(derived, report->derived[i].field, report->derived[i].from);
    json_object_set_new(object, "derived", derived);
    if (report->truncated)
        json_object_set_new(object, "truncated", json_true());
    return object;
}
