/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks of fields, and the fields of message/feedback-report. */
#include "demand.h"

#include "base/limits.h"
#include "report/feedback_report.h"
#include "report/field.h"
#include "report/mail_date.h"
#include "report/report_build.h"

static void
check_fields(struct span octets, enum field_end end)
{
    g_autoptr(GStringChunk) arena = g_string_chunk_new(1024);
    g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(struct mail_field));
    g_autoptr(GString) out = g_string_new(NULL);
    size_t read = field_read(octets, end, arena, fields);
    demand(read <= octets.len && fields->len <= LIMIT_HEADER_FIELDS);
    for (guint i = 0; i < fields->len; i++) {
        const struct mail_field *field = &g_array_index(fields, struct mail_field, i);
        int64_t when;
        demand(field->name[0] != '\0' && strpbrk(field->name, ": \t\r\n") == NULL);
        demand_text(field->name);
        demand_text(field->value);
        demand(strpbrk(field->value, "\r\n") == NULL);
        field_first_word(span_of(field->value), out);
        demand(strpbrk(out->str, " \t\r\n,;") == NULL);
        demand_text(out->str);
        field_without_comments(span_of(field->value), out);
        demand_text(out->str);
        when = mail_date_parse(field->value);
        demand(when == CLOCK_UNKNOWN || (when >= CLOCK_MIN && when <= CLOCK_MAX));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    auto_exact struct span copy = exact_copy(octets, len);
    g_autoptr(Report) report = NULL;
    struct span rest = field_skip_preamble(copy);
    g_autoptr(GString) out = g_string_new(NULL);
    report_open();
    demand(rest.len <= copy.len);
    demand(field_skip_preamble(rest).len == rest.len || span_starts_nocase(rest, "\xEF\xBB\xBF"));
    check_fields(copy, FIELD_END_AT_EMPTY);
    check_fields(copy, FIELD_END_NEVER);
    field_without_comments(copy, out);
    demand(out->len <= copy.len);
    report = report_new(REPORT_ARF, NULL);
    feedback_report_read(copy, report);
    demand((report->delivery_result == NULL) == (report->delivery_result_raw == NULL));
    demand_text(report->original_mail_from);
    demand(report->original_rcpt_to.count <= FEEDBACK_VALUES_MAX);
    for (size_t i = 0; i < report->original_rcpt_to.count; i++)
        demand_text(report->original_rcpt_to.items[i]);
    for (size_t i = 0; i < report->reported_domain.count; i++)
        demand_text(report->reported_domain.items[i]);
    return 0;
}
