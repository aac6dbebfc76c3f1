/* SPDX-License-Identifier: Apache-2.0 */
#include "report/address.h"

#include "base/text.h"

#define BRACKETS_MAX 100
#define ADDRESS_OCTETS_MAX 1024 /* looked at behind a "<": a path has 256 (RFC 5321, 4.5.3.1.3) */

enum scan_state { OUTSIDE, IN_QUOTES, IN_COMMENT };

/* Position of the first `mark` outside quoted strings and comments, from `from` on; -1: none. */
static ptrdiff_t
find_bare(struct span field, char mark, size_t from)
{
    enum scan_state state = OUTSIDE;
    unsigned depth = 0;
    for (size_t i = from; i < field.len; i++) {
        char octet = field.octets[i];
        if (octet == '\\' && state != OUTSIDE) {
            i++;
        } else if (state == IN_QUOTES) {
            state = octet == '"' ? OUTSIDE : IN_QUOTES;
        } else if (octet == '(') {
            state = IN_COMMENT;
            depth++;
        } else if (state == IN_COMMENT) {
            if (octet == ')' && --depth == 0)
                state = OUTSIDE;
        } else if (octet == mark) {
            return (ptrdiff_t)i;
        } else if (octet == '"') {
            state = IN_QUOTES;
        }
    }
    return -1;
}

static bool
ends_word(char octet)
{
    return strchr(" \t\r\n<>(),;:\"[]", octet) != NULL; /* NUL too */
}

/* The addr-spec around the "@" at `at`; empty when there is nothing on one of its sides. */
static struct span
word_around(struct span field, size_t at)
{
    size_t from = at;
    size_t to = at + 1;
    if (from > 0 && field.octets[from - 1] == '"') { /* "john doe"@example.com */
        from--;
        while (from > 0 && field.octets[from - 1] != '"')
            from--;
        from -= from > 0;
    }
    while (from > 0 && !ends_word(field.octets[from - 1]))
        from--;
    if (to < field.len && field.octets[to] == '[') { /* an address literal */
        while (to < field.len && field.octets[to] != ']')
            to++;
        to += to < field.len;
    }
    while (to < field.len && !ends_word(field.octets[to]))
        to++;
    if (from == at || to == at + 1)
        return (struct span){ NULL, 0 };
    return (struct span){ field.octets + from, to - from };
}

char *
address_first(struct span field)
{
    ptrdiff_t open = find_bare(field, '<', 0);
    ptrdiff_t at;
    struct span word = { NULL, 0 };
    for (unsigned tries = 0; open >= 0 && tries < BRACKETS_MAX; tries++) {
        struct span inside = span_head(span_from(field, (size_t)open + 1), ADDRESS_OCTETS_MAX);
        ptrdiff_t close = span_find(inside, '>');
        inside = span_trim(close >= 0 ? span_head(inside, (size_t)close) : inside);
        if (span_find(inside, '@') >= 0) {
            g_autofree char *path = address_path(inside);
            const char *mark = strchr(path, '@');
            if (mark != NULL && mark > path && mark[1] != '\0')
                return g_steal_pointer(&path);
        }
        open = find_bare(field, '<', (size_t)open + 1);
    }
    at = find_bare(field, '@', 0);
    if (at < 0)
        at = span_find(field, '@');
    if (at >= 0)
        word = word_around(field, (size_t)at);
    return word.len > 0 ? text_utf8(word) : NULL;
}

char *
address_path(struct span field)
{
    struct span path = span_trim(field);
    ptrdiff_t open = find_bare(path, '<', 0);
    ptrdiff_t at;
    if (open >= 0) {
        ptrdiff_t close;
        path = span_from(path, (size_t)open + 1);
        close = span_find(path, '>');
        if (close >= 0)
            path = span_head(path, (size_t)close);
        path = span_trim(path);
    } else {
        ptrdiff_t comment = find_bare(path, ' ', 0); /* "a@example.com (comment)" */
        if (comment > 0 && span_find(span_head(path, (size_t)comment), '@') > 0)
            path = span_head(path, (size_t)comment);
    }
    if (span_starts_nocase(path, "mailto:"))
        path = span_from(path, 7);
    at = span_find(path, ':'); /* a source route: "@one,@two:user@three" */
    if (at > 0 && path.octets[0] == '@')
        path = span_from(path, (size_t)at + 1);
    return text_utf8(span_trim(path));
}

char *
address_domain(const char *address)
{
    const char *at = strrchr(address, '@');
    return g_ascii_strdown(at != NULL ? at + 1 : "", -1);
}
