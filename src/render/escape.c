/* SPDX-License-Identifier: Apache-2.0 */
#include "render/escape.h"

#define REPLACEMENT 0xFFFD

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
