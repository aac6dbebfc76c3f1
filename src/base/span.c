/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* memmem */
#include "base/span.h"

struct span
span_from(struct span whole, size_t from)
{
    if (from >= whole.len)
        return (struct span){ NULL, 0 };
    return (struct span){ whole.octets + from, whole.len - from };
}

struct span
span_head(struct span whole, size_t len)
{
    return (struct span){ whole.octets, MIN(whole.len, len) };
}

static bool
is_blank(char octet)
{
    return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
}

struct span
span_trim(struct span whole)
{
    while (whole.len > 0 && is_blank(whole.octets[0]))
        whole = (struct span){ whole.octets + 1, whole.len - 1 };
    while (whole.len > 0 && is_blank(whole.octets[whole.len - 1]))
        whole.len--;
    return whole;
}

bool
span_line(struct span *rest, struct span *line)
{
    const char *end;
    if (rest->len == 0)
        return false;
    end = memchr(rest->octets, '\n', rest->len);
    line->octets = rest->octets;
    line->len = end != NULL ? (size_t)(end - rest->octets) : rest->len;
    *rest = span_from(*rest, line->len + 1);
    if (line->len > 0 && line->octets[line->len - 1] == '\r')
        line->len--;
    return true;
}

struct span
span_after_mark(struct span whole)
{
    static const char mark[] = { '\xEF', '\xBB', '\xBF' };
    bool marked = whole.len >= sizeof mark && memcmp(whole.octets, mark, sizeof mark) == 0;
    return marked ? span_from(whole, sizeof mark) : whole;
}

bool
span_cut(struct span *rest, char mark, struct span *piece, bool *spent)
{
    ptrdiff_t at;
    if (*spent)
        return false;
    at = span_find(*rest, mark);
    if (at < 0) {
        *piece = *rest;
        *spent = true;
        return true;
    }
    *piece = span_head(*rest, (size_t)at);
    *rest = span_from(*rest, (size_t)at + 1);
    return true;
}

ptrdiff_t
span_find(struct span whole, char octet)
{
    const char *at = whole.len > 0 ? memchr(whole.octets, octet, whole.len) : NULL;
    return at != NULL ? at - whole.octets : -1;
}

ptrdiff_t
span_find_string(struct span whole, const char *needle)
{
    const char *at = whole.len > 0 ? memmem(whole.octets, whole.len, needle, strlen(needle)) : NULL;
    return at != NULL ? at - whole.octets : -1;
}

bool
span_equals(struct span span, const char *string)
{
    return span.len == strlen(string) &&
           (span.len == 0 || memcmp(span.octets, string, span.len) == 0);
}

bool
span_equals_nocase(struct span span, const char *string)
{
    return span.len == strlen(string) && span_starts_nocase(span, string);
}

bool
span_starts_nocase(struct span span, const char *prefix)
{
    size_t len = strlen(prefix);
    return span.len >= len && (len == 0 || g_ascii_strncasecmp(span.octets, prefix, len) == 0);
}

bool
span_to_u32(struct span span, guint32 *value)
{
    guint64 number = 0;
    if (span.len == 0 || span.len > 10)
        return false;
    for (size_t i = 0; i < span.len; i++) {
        if (!g_ascii_isdigit(span.octets[i]))
            return false;
        number = number * 10 + (guint64)(span.octets[i] - '0');
    }
    if (number > G_MAXUINT32)
        return false;
    *value = (guint32)number;
    return true;
}

char *
span_dup(struct span span)
{
    return g_strndup(span.octets != NULL ? span.octets : "", span.len);
}
