/* SPDX-License-Identifier: Apache-2.0 */
#include "render/svg.h"

#include "render/escape.h"

void
svg_append_number(GString *out, double number)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(text, sizeof(text), "%.2f", number);
    if (strchr(text, '.') != NULL) {
        size_t len = strlen(text);
        while (text[len - 1] == '0')
            len--;
        text[len - (text[len - 1] == '.')] = '\0';
    }
    g_string_append(out, strcmp(text, "-0") == 0 ? "0" : text);
}

void
svg_append_attribute(GString *out, const char *name, double number)
{
    g_string_append_printf(out, " %s=\"", name);
    svg_append_number(out, number);
    g_string_append_c(out, '"');
}

void
svg_append_percent(GString *out, const char *name, double percent)
{
    g_string_append_printf(out, " %s=\"", name);
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
