/* SPDX-License-Identifier: Apache-2.0 */
/* The first octet chooses the settings; the rest is a message, parsed twice. */
#include "demand.h"

#include <stdlib.h>

#include "base/fault.h"
#include "base/limits.h"
#include "report/feedback_report.h"
#include "report/report_json.h"
#include "report/report_parse.h"

static void
check_list(const struct string_list *list)
{
    demand(list->count <= FEEDBACK_VALUES_MAX);
    for (size_t i = 0; i < list->count; i++) {
        demand(list->items[i] != NULL && list->items[i][0] != '\0');
        demand_text(list->items[i]);
    }
}

static void
check_mail(const struct mail *mail)
{
    if (mail == NULL)
        return;
    demand(mail->field_count <= LIMIT_HEADER_FIELDS && mail->part_count <= LIMIT_PARTS);
    for (size_t i = 0; i < mail->field_count; i++) {
        demand(mail->fields[i].name != NULL && mail->fields[i].value != NULL);
        demand_text(mail->fields[i].name);
        demand_text(mail->fields[i].value);
        demand(strpbrk(mail->fields[i].value, "\r\n") == NULL);
    }
    for (size_t i = 0; i < mail->part_count; i++) {
        demand(mail->parts[i].type != NULL && mail->parts[i].type[0] != '\0');
        demand_text(mail->parts[i].type);
        demand_text(mail->parts[i].report_type);
        demand(mail->parts[i].depth <= LIMIT_MIME_DEPTH);
        demand(mail->parts[i].message <= LIMIT_NESTED_MESSAGES);
    }
    demand_text(mail->from_address);
    demand_text(mail->message_id);
    demand_text(mail->delivery_status);
    demand(mail->date == CLOCK_UNKNOWN || (mail->date >= CLOCK_MIN && mail->date <= CLOCK_MAX));
    demand(mail->text_len <= MAIL_TEXT_OCTETS);
    demand(mail->text_len == 0 || g_utf8_validate_len(mail->text, mail->text_len, NULL));
}

static void
check_found(const struct report *report)
{
    demand(report->link_count <= LIMIT_LINKS && report->attachment_count <= LIMIT_ATTACHMENTS);
    for (size_t i = 0; i < report->link_count; i++) {
        demand(report->links[i].url[0] != '\0' && report->links[i].host[0] != '\0');
        demand_text(report->links[i].url);
        demand_text(report->links[i].key);
        demand_text(report->links[i].outer);
    }
    for (size_t i = 0; i < report->attachment_count; i++) {
        const struct attachment *attachment = &report->attachments[i];
        demand_text(attachment->filename);
        demand_text(attachment->type);
        demand(attachment->filename == NULL ||
               g_utf8_strlen(attachment->filename, -1) <= LIMIT_FILENAME_CHARS);
        demand(strlen(attachment->md5) == 32 && strlen(attachment->sha256) == 64);
    }
    for (size_t i = 0; i < report->derived_count; i++)
        for (size_t k = 0; k < i; k++)
            demand(strcmp(report->derived[i].field, report->derived[k].field) != 0);
}

static void
check_report(const struct report *report)
{
    const char *const texts[] = {
        report->feedback_type,        report->user_agent,    report->version,
        report->original_mail_from,   report->auth_failure,  report->delivery_result,
        report->delivery_result_raw,  report->disposition,   report->identity_alignment,
        report->original_envelope_id, report->reporting_mta, report->dkim_domain,
        report->dkim_selector,        report->dkim_identity, report->message_id,
        report->report_message_id,
    };
    int64_t when = report->arrival_date;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        demand_text(texts[i]);
    check_list(&report->original_rcpt_to);
    check_list(&report->reported_domain);
    check_list(&report->reported_uri);
    check_list(&report->authentication_results);
    demand(report->source_port <= 65535);
    demand(when == CLOCK_UNKNOWN || (when >= CLOCK_MIN && when <= CLOCK_MAX));
    demand(report->outer != NULL);
    check_mail(report->outer);
    check_mail(report->original);
    check_found(report);
}

/* All that can be told of the message; every report of it must go into JSON. */
static GString *
told(struct span octets, const struct report_settings *settings)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) reports = reports_parse(octets, settings, &error);
    GString *text = g_string_new(NULL);
    demand((reports == NULL) == (error != NULL));
    if (reports == NULL) {
        demand(g_error_matches(error, FAULT, FAULT_REJECT));
        demand_text(error->message);
        return g_string_append(text, error->message);
    }
    demand(reports->len > 0);
    for (guint i = 0; i < reports->len; i++) {
        const struct report *report = g_ptr_array_index(reports, i);
        json_t *object = report_json(report);
        char *dump = json_dumps(object, JSON_COMPACT);
        check_report(report);
        demand(report->part == (reports->len > 1 ? i + 1 : 0));
        demand(dump != NULL);
        g_string_append(text, dump);
        free(dump);
        json_decref(object);
    }
    return text;
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    char host[] = "mx.example.com";
    char *hosts[] = { host, NULL };
    unsigned choice = len > 0 ? octets[0] : 0;
    const struct report_settings settings = { .received_by = (choice & 1) != 0 ? hosts : NULL,
                                              .spamtrap = (choice & 2) != 0 };
    auto_exact struct span copy = exact_copy(octets + (len > 0), len - (len > 0));
    g_autoptr(GString) first = NULL;
    g_autoptr(GString) second = NULL;
    report_open();
    first = told(copy, &settings);
    second = told(copy, (choice & 3) != 0 ? &settings : NULL);
    demand(g_string_equal(first, second));
    g_string_free(g_steal_pointer(&first), TRUE);
    g_string_free(g_steal_pointer(&second), TRUE);
    return 0;
}
