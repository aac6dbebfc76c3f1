/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include "report/feedback_report.h"
#include "report/mail_read.h"

void
report_free(struct report *report)
{
    if (report == NULL)
        return;
    feedback_free(report);
    mail_free((struct mail *)(uintptr_t)report->outer);
    mail_free((struct mail *)(uintptr_t)report->original);
    g_free((void *)(uintptr_t)report->attachments);
    g_free((void *)(uintptr_t)report->derived);
    g_string_chunk_free(report->arena);
    g_free(report);
}

const char *
report_kind_name(enum report_kind kind)
{
    static const char *const names[] = { "arf", "text", "xarf", "spamtrap", "aggregate", "tlsrpt" };
    return names[kind];
}
