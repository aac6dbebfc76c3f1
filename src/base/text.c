/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

void
text_append_utf8(GString *out, struct span octets)
{
    const char *at = octets.octets;
    size_t left = octets.len;
    while (left > 0) {
        const char *end = at;
        g_utf8_validate_len(at, left, &end); /* stops at NUL too */
        g_string_append_len(out, at, end - at);
        left -= (size_t)(end - at);
        at = end;
        if (left > 0) {
            g_string_append(out, REPLACEMENT);
            at++;
            left--;
        }
    }
}

char *
text_utf8(struct span octets)
{
    GString *out = g_string_sized_new(octets.len + 1);
    text_append_utf8(out, octets);
    return g_string_free(out, FALSE);
}

size_t
text_cut_octets(const char *string, size_t len, size_t max)
{
    if (len <= max)
        return len;
    while (max > 0 && ((unsigned char)string[max] & 0xC0) == 0x80)
        max--;
    return max;
}

size_t
text_cut_chars(const char *string, size_t len, size_t max)
{
    const char *at = string;
    const char *end = string + len;
    if (len <= max) /* no character is shorter than an octet */
        return len;
    while (max > 0 && at < end) {
        at += g_utf8_skip[(unsigned char)*at];
        max--;
    }
    return (size_t)(MIN(at, end) - string);
}

/* Octets before the first CR or LF. */
static size_t
line_len(struct span text)
{
    const char *lf = memchr(text.octets, '\n', text.len);
    size_t len = lf != NULL ? (size_t)(lf - text.octets) : text.len;
    const char *cr = memchr(text.octets, '\r', len);
    return cr != NULL ? (size_t)(cr - text.octets) : len;
}

void
text_append_unfolded(GString *out, struct span value)
{
    value = span_trim(value);
    for (size_t i = 0; i < value.len; i++) {
        size_t start = i;
        i += line_len((struct span){ value.octets + i, value.len - i });
        g_string_append_len(out, value.octets + start, (gssize)(i - start));
        if (i == value.len)
            break;
        while (i + 1 < value.len && value.octets[i + 1] != '\0' &&
               strchr(" \t\r\n", value.octets[i + 1]) != NULL)
            i++;
        while (out->len > 0 && (out->str[out->len - 1] == ' ' || out->str[out->len - 1] == '\t'))
            g_string_truncate(out, out->len - 1);
        g_string_append_c(out, ' ');
    }
}

char *
text_masked(struct span octets, size_t max)
{
    GString *out = g_string_new(NULL);
    struct span shown = span_head(octets, max);
    for (size_t i = 0; i < shown.len; i++) {
        char octet = shown.octets[i];
        if (g_ascii_isprint(octet) && octet != '\\')
            g_string_append_c(out, octet);
        else
            g_string_append_printf(out, "\\x%02X", (unsigned)(unsigned char)octet);
    }
    if (shown.len < octets.len)
        g_string_append(out, "...");
    return g_string_free(out, FALSE);
}
