/* SPDX-License-Identifier: Apache-2.0 */
#include "render/csv.h"

#include "render/escape.h"

static void
begin_field(struct csv *csv)
{
    if (csv->in_row)
        g_string_append_c(csv->out, ',');
    csv->in_row = true;
}

/* Some programs cut off blanks, the no-break and the ideographic one too, before they look. */
static const char *
past_blanks(const char *text)
{
    while (*text == ' ' || g_str_has_prefix(text, "\xC2\xA0") ||
           g_str_has_prefix(text, "\xE3\x80\x80"))
        text += g_utf8_skip[(unsigned char)*text];
    return text;
}

/* Would a spreadsheet take a cell that begins so for a formula? */
static bool
begins_formula(const char *text)
{
    switch (g_utf8_get_char(text)) {
    case '=':
    case '+':
    case '-':
    case '@':
    case '\t':
    case '\r':
    case 0xFF1D: /* full-width = + - @ */
    case 0xFF0B:
    case 0xFF0D:
    case 0xFF20:
        return true;
    default:
        return false;
    }
}

void
csv_span(struct csv *csv, struct span text)
{
    g_autoptr(GString) shown = g_string_sized_new(text.len);
    escape_append_visible(shown, text);
    begin_field(csv);
    g_string_append_c(csv->out, '"');
    bool splits = false;
    for (const char *at = shown->str; *at != '\0'; at += g_utf8_skip[(unsigned char)*at]) {
        if (at == shown->str ? begins_formula(past_blanks(at)) : splits && begins_formula(at))
            g_string_append_c(csv->out, '\'');
        splits = strchr(",;\t\r\n", *at) != NULL;
        if (*at == '"')
            g_string_append_c(csv->out, '"');
        g_string_append_len(csv->out, at, g_utf8_skip[(unsigned char)*at]);
    }
    g_string_append_c(csv->out, '"');
}

void
csv_text(struct csv *csv, const char *text)
{
    if (text == NULL)
        csv_empty(csv);
    else
        csv_span(csv, span_of(text));
}

void
csv_number(struct csv *csv, gint64 number)
{
    begin_field(csv);
    g_string_append_printf(csv->out, "%" G_GINT64_FORMAT, number);
}

void
csv_empty(struct csv *csv)
{
    begin_field(csv);
}

void
csv_end_row(struct csv *csv)
{
    g_string_append(csv->out, "\r\n");
    csv->in_row = false;
}

void
csv_header(struct csv *csv, const char *const *names)
{
    for (; *names != NULL; names++)
        csv_text(csv, *names);
    csv_end_row(csv);
}
