/* SPDX-License-Identifier: Apache-2.0 */
#include "report/received.h"

/* Position of a word that stands outside parentheses, between blanks, or at the start; -1. */
static ptrdiff_t
find_clause(struct span field, const char *word)
{
    size_t len = strlen(word);
    unsigned depth = 0;
    bool at_word = true;
    for (size_t i = 0; i < field.len; i++) {
        char octet = field.octets[i];
        if (octet == '(')
            depth++;
        else if (octet == ')' && depth > 0)
            depth--;
        if (depth == 0 && at_word && span_starts_nocase(span_from(field, i), word) &&
            i + len < field.len && strchr(" \t\r\n", field.octets[i + len]) != NULL)
            return (ptrdiff_t)i;
        at_word = strchr(" \t\r\n)", octet) != NULL;
    }
    return -1;
}

/* "helo=[192.0.2.1]" and "HELO [192.0.2.1]" are what the client said. */
static bool
is_helo(struct span clause, size_t at)
{
    struct span before = span_head(clause, at);
    before = span_trim(before);
    if (before.len > 0 && before.octets[before.len - 1] == '=')
        before.len--;
    return before.len >= 4 &&
           (g_ascii_strncasecmp(before.octets + before.len - 4, "helo", 4) == 0 ||
            g_ascii_strncasecmp(before.octets + before.len - 4, "ehlo", 4) == 0);
}

/* The last address in square brackets. */
static bool
bracketed_ip(struct span clause, struct ip *ip)
{
    bool found = false;
    for (size_t i = 0; i < clause.len; i++) {
        struct span inside = span_from(clause, i + 1);
        ptrdiff_t close;
        struct ip seen;
        if (clause.octets[i] != '[')
            continue;
        close = span_find(span_head(inside, IP_TEXT_MAX + 5), ']');
        if (close < 0 || !ip_parse(span_head(inside, (size_t)close), &seen))
            continue;
        if (is_helo(clause, i))
            continue;
        *ip = seen;
        found = true;
    }
    return found;
}

/* The last address that is a word of its own: "from x (HELO y) (192.0.2.1)" (qmail). */
static bool
bare_ip(struct span clause, struct ip *ip)
{
    size_t from = 0;
    bool found = false;
    for (size_t i = 0; i <= clause.len; i++) {
        bool edge = i == clause.len || strchr(" \t\r\n();,@", clause.octets[i]) != NULL;
        struct ip seen;
        if (!edge)
            continue;
        if (i - from >= 3 && i - from < IP_TEXT_MAX && !is_helo(clause, from) &&
            ip_parse((struct span){ clause.octets + from, i - from }, &seen)) {
            *ip = seen;
            found = true;
        }
        from = i + 1;
    }
    return found;
}

bool
received_from_ip(struct span field, struct ip *ip)
{
    ptrdiff_t by;
    struct span clause = span_trim(field);
    if (!span_starts_nocase(clause, "from"))
        return false;
    by = find_clause(clause, "by");
    if (by > 0)
        clause = span_head(clause, (size_t)by);
    return bracketed_ip(clause, ip) || bare_ip(clause, ip);
}

struct span
received_by_host(struct span field)
{
    ptrdiff_t by = find_clause(field, "by");
    struct span host;
    size_t len = 0;
    if (by < 0)
        return (struct span){ NULL, 0 };
    host = span_trim(span_from(field, (size_t)by + 2));
    while (len < host.len && strchr(" \t\r\n();", host.octets[len]) == NULL)
        len++;
    return span_head(host, len);
}

struct span
received_date(struct span field)
{
    for (size_t i = field.len; i > 0; i--)
        if (field.octets[i - 1] == ';')
            return span_trim(span_from(field, i));
    return (struct span){ NULL, 0 };
}
