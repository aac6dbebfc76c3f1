/* SPDX-License-Identifier: Apache-2.0 */
#include "report/conceal_escape.h"

#define ENTITY_DIGITS_MAX 8
#define QUOTED_COLUMNS 76

bool
conceal_view_applies(enum view view, struct span text)
{
    switch (view) {
    case VIEW_PERCENT:
        return span_find(text, '%') >= 0;
    case VIEW_QUOTED:
        return span_find(text, '=') >= 0;
    case VIEW_ESCAPED:
        return span_find(text, '&') >= 0 || span_find(text, '\\') >= 0;
    default:
        return true;
    }
}

static bool
hex_at(struct span rest, size_t at, char *octet)
{
    if (rest.len < at + 2 || !g_ascii_isxdigit(rest.octets[at]) ||
        !g_ascii_isxdigit(rest.octets[at + 1]))
        return false;
    *octet = (char)(g_ascii_xdigit_value(rest.octets[at]) * 16 +
                    g_ascii_xdigit_value(rest.octets[at + 1]));
    return true;
}

/* "%25" stands for "%", so "%2540" for "%40" and that for "@". */
static size_t
unescape_percent(struct span rest, char *octet)
{
    size_t at = 1;
    char unused;
    if (!hex_at(rest, at, octet))
        return 1;
    while (*octet == '%' && hex_at(rest, at + 2, &unused)) {
        at += 2;
        hex_at(rest, at, octet);
    }
    return at + 2;
}

static size_t
unescape_quoted(struct span rest, char *octet, bool *skip)
{
    size_t at = 1;
    if (hex_at(rest, 1, octet))
        return 3;
    /* blanks may have been added on the way (RFC 2045 6.7 (3)) */
    while (at < MIN(rest.len, QUOTED_COLUMNS) &&
           (rest.octets[at] == ' ' || rest.octets[at] == '\t'))
        at++;
    if (at < rest.len && rest.octets[at] == '\r')
        at++;
    *skip = at < rest.len && rest.octets[at] == '\n';
    return *skip ? at + 1 : 1;
}

/* What "%" stands for where its digits may be quoted, too, or parted by soft line breaks. */
static bool
quoted_hex(struct span rest, size_t *at, char *octet)
{
    size_t from = *at;
    unsigned value = 0;
    for (unsigned digits = 0; digits < 2;) {
        struct span here = span_from(rest, from);
        char digit = here.len > 0 ? here.octets[0] : '\0';
        bool skip = false;
        from += digit == '=' ? unescape_quoted(here, &digit, &skip) : 1;
        if (skip)
            continue;
        if (!g_ascii_isxdigit(digit))
            return false;
        value = value * 16 + (unsigned)g_ascii_xdigit_value(digit);
        digits++;
    }
    *at = from;
    *octet = (char)value;
    return true;
}

/* A URL's "%40" in a text in quoted-printable. */
static size_t
unescape_quoted_percent(struct span rest, char *octet, bool *skip)
{
    size_t len = rest.octets[0] == '=' ? unescape_quoted(rest, octet, skip) : 1;
    while (!*skip && *octet == '%' && quoted_hex(rest, &len, octet))
        ;
    return len;
}

static size_t
unescape_entity(struct span rest, char *octet)
{
    static const struct {
        const char *name;
        char octet;
    } names[] = { { "&commat;", '@' }, { "&period;", '.' }, { "&plus;", '+' },
                  { "&lowbar;", '_' }, { "&hyphen;", '-' }, { "&equals;", '=' } };
    bool hex = rest.len > 2 && (rest.octets[2] == 'x' || rest.octets[2] == 'X');
    size_t at = hex ? 3 : 2;
    size_t first = at;
    unsigned value = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (span_starts_nocase(rest, names[i].name)) {
            *octet = names[i].octet;
            return strlen(names[i].name);
        }
    if (rest.len < 3 || rest.octets[1] != '#')
        return 1;
    for (; at < rest.len && at < first + ENTITY_DIGITS_MAX; at++) {
        char digit = rest.octets[at];
        if (hex ? !g_ascii_isxdigit(digit) : !g_ascii_isdigit(digit))
            break;
        value = value * (hex ? 16u : 10u) + (unsigned)g_ascii_xdigit_value(digit);
    }
    if (at == first || value > 0x7F)
        return 1;
    *octet = (char)value;
    return at < rest.len && rest.octets[at] == ';' ? at + 1 : at;
}

static size_t
unescape_backslash(struct span rest, char *octet)
{
    if (rest.len > 1 && rest.octets[1] == 'x' && hex_at(rest, 2, octet))
        return 4;
    if (span_starts_nocase(rest, "\\u00") && hex_at(rest, 4, octet))
        return 6;
    return 1;
}

size_t
conceal_unescape(enum view view, struct span rest, char *octet, bool *skip)
{
    char front = rest.octets[0];
    if (view == VIEW_PERCENT && front == '%')
        return unescape_percent(rest, octet);
    if (view == VIEW_QUOTED && (front == '=' || front == '%'))
        return unescape_quoted_percent(rest, octet, skip);
    if (view == VIEW_ESCAPED && front == '&')
        return unescape_entity(rest, octet);
    if (view == VIEW_ESCAPED && front == '\\')
        return unescape_backslash(rest, octet);
    return 1;
}

size_t
conceal_fold_len(struct span rest)
{
    size_t at = rest.len > 0 && rest.octets[0] == '\r' ? 1 : 0;
    if (at >= rest.len || rest.octets[at] != '\n')
        return 0;
    at++;
    if (at >= rest.len || (rest.octets[at] != ' ' && rest.octets[at] != '\t'))
        return 0;
    while (at < rest.len && (rest.octets[at] == ' ' || rest.octets[at] == '\t'))
        at++;
    return at;
}
