/* SPDX-License-Identifier: Apache-2.0 */
#include "render/escape.h"

#include <stdlib.h>

#define REPLACEMENT 0xFFFD
#define FILENAME_OCTETS_MAX 255

/* Invisible, though Unicode counts them as letters, marks or symbols. */
static bool
is_blank_letter(gunichar c)
{
    switch (c) {
    case 0x034F: /* combining grapheme joiner */
    case 0x115F: /* Hangul fillers */
    case 0x1160:
    case 0x3164:
    case 0xFFA0:
    case 0x17B4: /* Khmer inherent vowels */
    case 0x17B5:
    case 0x2800: /* blank Braille pattern */
        return true;
    default:
        return c >= 0x180B && c <= 0x180F; /* Mongolian selectors and vowel separator */
    }
}

/* Format characters that are seen: Arabic and Syriac signs that enclose numbers. */
static bool
is_seen_format(gunichar c)
{
    return (c >= 0x0600 && c <= 0x0605) || c == 0x06DD || c == 0x070F || c == 0x08E2 ||
           c == 0x0890 || c == 0x0891;
}

bool
escape_is_hidden(gunichar c)
{
    if (c < 0x20)
        return c != '\t' && c != '\n' && c != '\r';
    if (c < 0x7F)
        return false;
    if (c < 0xA0)
        return true;
    switch (g_unichar_type(c)) {
    case G_UNICODE_FORMAT:
        return !is_seen_format(c);
    case G_UNICODE_CONTROL:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_PRIVATE_USE:
        return true;
    default:
        return is_blank_letter(c);
    }
}

/* Cuts one character off the front; U+FFFD for an octet that begins none. */
static gunichar
next_character(struct span *rest)
{
    gunichar c = g_utf8_get_char_validated(rest->octets, (gssize)rest->len);
    if (c == (gunichar)-1 || c == (gunichar)-2 || *rest->octets == '\0') {
        c = *rest->octets == '\0' ? 0 : REPLACEMENT;
        *rest = span_from(*rest, 1);
        return c;
    }
    *rest = span_from(*rest, (size_t)g_unichar_to_utf8(c, NULL));
    return c;
}

static const char *
html_entity(char octet)
{
    switch (octet) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* Printable ASCII and the white space that stays, without what HTML gives a meaning. */
static size_t
plain_run(struct span text, bool html)
{
    size_t run = 0;
    while (run < text.len) {
        unsigned char octet = (unsigned char)text.octets[run];
        if (octet >= 0x7F || (octet < 0x20 && octet != '\t' && octet != '\n' && octet != '\r') ||
            (html && html_entity((char)octet) != NULL))
            break;
        run++;
    }
    return run;
}

static void
append_shown(GString *out, struct span text, bool html)
{
    while (text.len > 0) {
        size_t run = plain_run(text, html);
        g_string_append_len(out, text.octets, (gssize)run);
        text = span_from(text, run);
        if (text.len == 0)
            return;
        const char *entity = html ? html_entity(*text.octets) : NULL;
        gunichar c = next_character(&text);
        if (entity != NULL)
            g_string_append(out, entity);
        else if (escape_is_hidden(c))
            g_string_append_printf(out, "\xE2\x9F\xA6U+%04X\xE2\x9F\xA7", c);
        else
            g_string_append_unichar(out, c);
    }
}

void
escape_append_visible(GString *out, struct span text)
{
    append_shown(out, text, false);
}

void
escape_append_html(GString *out, struct span text)
{
    append_shown(out, text, true);
}

static bool
is_unreserved(char octet)
{
    return g_ascii_isalnum(octet) || octet == '-' || octet == '.' || octet == '_' || octet == '~';
}

void
escape_append_url(GString *out, struct span component)
{
    for (size_t i = 0; i < component.len; i++) {
        if (is_unreserved(component.octets[i]))
            g_string_append_c(out, component.octets[i]);
        else
            g_string_append_printf(out, "%%%02X", (unsigned char)component.octets[i]);
    }
}

void
escape_append_json_attribute(GString *out, const json_t *value)
{
    char *dump = value == NULL ? NULL
                               : json_dumps(value, JSON_COMPACT | JSON_ENSURE_ASCII |
                                                       JSON_ENCODE_ANY | JSON_SORT_KEYS);
    append_shown(out, span_of(dump != NULL ? dump : "null"), true);
    free(dump);
}

void
escape_append_header(GString *out, struct span text, size_t max)
{
    struct span head = span_head(text, max);
    for (size_t i = 0; i < head.len; i++) {
        char octet = head.octets[i];
        if (g_ascii_isprint(octet) && octet != '"' && octet != '\\')
            g_string_append_c(out, octet);
        else
            g_string_append_printf(out, "\\x%02X", (unsigned char)octet);
    }
}

void
escape_append_attachment(GString *out, struct span filename)
{
    g_autoptr(GString) name = g_string_new(NULL);
    while (filename.len > 0 && *filename.octets == '.')
        filename = span_from(filename, 1);
    while (filename.len > 0) {
        gunichar c = next_character(&filename);
        bool unsafe = escape_is_hidden(c) || c < 0x20 || (c < 0x80 && strchr("\"\\/:%", (int)c));
        if (name->len + 4 > FILENAME_OCTETS_MAX)
            break;
        g_string_append_unichar(name, unsafe ? '_' : c);
    }
    if (name->len == 0)
        g_string_append(name, "download");
    g_string_append(out, "attachment; filename=\"");
    for (const char *at = name->str; *at != '\0'; at += g_utf8_skip[(unsigned char)*at])
        g_string_append_c(out, (unsigned char)*at < 0x80 ? *at : '_');
    g_string_append(out, "\"; filename*=UTF-8''");
    escape_append_url(out, (struct span){ name->str, name->len });
}
