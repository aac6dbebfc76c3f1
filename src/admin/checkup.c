/* SPDX-License-Identifier: Apache-2.0 */
#include "admin/checkup.h"

#include <stdio.h>

#include "admin/shown.h"

void
checkup_tell(struct checkup *checkup, enum finding finding, const char *what, const char *format,
             ...)
{
    static const char *const words[] = { "ok", "note", "later", "act" };
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *shown_what = shown_text(span_of(what), false);
    g_autofree char *shown = shown_text(span_of(text), false);
    printf("%-6s%s: %s\n", words[finding], shown_what, shown);
    checkup->counts[finding]++;
}

void
checkup_fault(struct checkup *checkup, const char *what, GError *error)
{
    enum finding finding = g_error_matches(error, FAULT, FAULT_RETRY) ? FINDING_LATER : FINDING_ACT;
    checkup_tell(checkup, finding, what, "%s", error->message);
    g_error_free(error);
}
