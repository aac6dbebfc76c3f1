/* SPDX-License-Identifier: Apache-2.0 */
#include "study/csv.h"

void
csv_append(GString *out, const char *text)
{
    bool formula = text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;
    bool quoted = strpbrk(text, ",\"\r\n") != NULL;
    if (quoted)
        g_string_append_c(out, '"');
    if (formula)
        g_string_append_c(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *text);
    }
    if (quoted)
        g_string_append_c(out, '"');
}

void
csv_append_line(GString *out, const char *const *cells)
{
    for (size_t i = 0; cells[i] != NULL; i++) {
        if (i > 0)
            g_string_append_c(out, ',');
        csv_append(out, cells[i]);
    }
    g_string_append(out, "\r\n");
}
