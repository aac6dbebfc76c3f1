/* SPDX-License-Identifier: Apache-2.0 */
#include "store/record.h"

void
record_free(struct record *record)
{
    if (record == NULL)
        return;
    for (size_t i = 0; i < record->report_count; i++) {
        struct record_report *report = &record->reports[i];
        for (size_t k = 0; k < report->pattern_count; k++)
            g_free(report->patterns[k].text);
        g_free(report->patterns);
        report_free(report->report);
    }
    g_free(record->reports);
    reply_free(record->reply);
    if (record->raw != NULL)
        g_bytes_unref(record->raw);
    g_free(record->held_reason);
    g_free(record->where);
    g_free(record);
}
