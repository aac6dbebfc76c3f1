/* SPDX-License-Identifier: Apache-2.0 */
#include "render/svg.h"

#include "render/escape.h"

/* By hand: a page has thousands of them, and printf of a double is slow and minds the locale. */
void
svg_append_number(GString *out, double number)
{
    char text[32];
    size_t at = sizeof(text);
    double bounded = CLAMP(number, -1e9, 1e9) * 100;
    gint64 hundredths = (gint64)(bounded < 0 ? bounded - 0.5 : bounded + 0.5);
    guint64 left = (guint64)ABS(hundredths);
    unsigned decimals = left % 100 == 0 ? 2 : left % 10 == 0 ? 1 : 0; /* those not written */
    for (unsigned digit = 0; digit < 3 || left > 0; digit++, left /= 10) {
        if (digit == 2 && decimals < 2)
            text[--at] = '.';
        if (digit >= decimals)
            text[--at] = (char)('0' + left % 10);
    }
    if (hundredths < 0)
        text[--at] = '-';
    g_string_append_len(out, text + at, (gssize)(sizeof(text) - at));
}

void
svg_append_attribute(GString *out, const char *name, double number)
{
    g_string_append_c(out, ' ');
    g_string_append(out, name);
    g_string_append(out, "=\"");
    svg_append_number(out, number);
    g_string_append_c(out, '"');
}

void
svg_append_percent(GString *out, const char *name, double percent)
{
    g_string_append_c(out, ' ');
    g_string_append(out, name);
    g_string_append(out, "=\"");
    svg_append_number(out, percent);
    g_string_append(out, "%\"");
}

void
svg_append_title(GString *out, const char *text)
{
    g_string_append(out, "<title>");
    escape_append_html(out, span_of(text));
    g_string_append(out, "</title>");
}

void
svg_append_text(GString *out, const char *class, double x, double y, const char *text)
{
    g_string_append_printf(out, "<text class=\"%s\"", class);
    svg_append_attribute(out, "x", x);
    svg_append_attribute(out, "y", y);
    g_string_append_c(out, '>');
    escape_append_html(out, span_of(text));
    g_string_append(out, "</text>");
}

bool
svg_open_link(GString *out, const char *href)
{
    if (href == NULL)
        return false;
    g_string_append(out, "<a tabindex=\"-1\" href=\"");
    escape_append_html(out, span_of(href));
    g_string_append(out, "\">");
    return true;
}
