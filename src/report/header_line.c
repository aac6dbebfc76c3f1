/* SPDX-License-Identifier: Apache-2.0 */
#include "report/header_line.h"

#include "base/text.h"

static bool
is_gap(gunichar character)
{
    return character <= 0x20 || (character >= 0x7F && character <= 0xA0) || character == 0x61C ||
           (character >= 0x200B && character <= 0x200F) ||
           (character >= 0x2028 && character <= 0x202F) ||
           (character >= 0x2060 && character <= 0x206F) || character == 0xFEFF ||
           (character >= 0xFFF9 && character <= 0xFFFB);
}

char *
header_line(const char *text, size_t chars)
{
    g_autofree char *valid = text_utf8(span_of(text));
    GString *line = g_string_new(NULL);
    bool gap = false;
    for (char *at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar character = g_utf8_get_char(at);
        if (is_gap(character)) {
            gap = line->len > 0;
            continue;
        }
        if (gap)
            g_string_append_c(line, ' ');
        gap = false;
        g_string_append_unichar(line, character);
    }
    size_t whole = text_cut_chars(line->str, line->len, chars);
    if (whole < line->len && chars > 3) {
        g_string_truncate(line, text_cut_chars(line->str, line->len, chars - 3));
        g_string_append(line, "...");
    }
    return g_string_free(line, FALSE);
}

char *
header_line_ascii(const char *text, size_t chars)
{
    g_autofree char *line = header_line(text, chars);
    GString *ascii = g_string_new(NULL);
    for (char *at = line; *at != '\0'; at = g_utf8_next_char(at))
        g_string_append_c(ascii, g_utf8_get_char(at) < 0x7F ? *at : '?');
    return g_string_free(ascii, FALSE);
}
