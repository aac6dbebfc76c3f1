/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* memrchr */
#include "study/query_line.h"

#include "study/lower.h"

#define QUERY_WORD "query: "
#define QUERY_WORD_OCTETS (sizeof QUERY_WORD - 1)
#define CLIENT_WORD "client "
#define CLIENT_WORD_OCTETS (sizeof CLIENT_WORD - 1)

static inline bool
is_digit(char octet)
{
    return octet >= '0' && octet <= '9';
}

/* A word as \w+ takes it. */
static inline bool
is_word(char octet)
{
    return g_ascii_isalnum(octet) || octet == '_';
}

/* Where "query: " stands behind ": ", or NULL. */
static const char *
find_query(const char *from, const char *end)
{
    while ((from = memchr(from, 'q', (size_t)(end - from))) != NULL) {
        if ((size_t)(end - from) <= QUERY_WORD_OCTETS)
            return NULL;
        if (from[1] == 'u' && from[-1] == ' ' && from[-2] == ':' &&
            memcmp(from, QUERY_WORD, QUERY_WORD_OCTETS) == 0)
            return from;
        from++;
    }
    return NULL;
}

/* "client " at the start of a word, before `end`. */
static const char *
find_client(const char *line, const char *end)
{
    const char *from = line;
    while ((size_t)(end - from) > CLIENT_WORD_OCTETS &&
           (from = memchr(from, 'c', (size_t)(end - from) - CLIENT_WORD_OCTETS)) != NULL) {
        if (memcmp(from, CLIENT_WORD, CLIENT_WORD_OCTETS) == 0 && (from == line || from[-1] == ' '))
            return from;
        from++;
    }
    return NULL;
}

/* Cuts one word and the blank behind it; empty when there is none. */
static struct span
cut_word(const char **at, const char *end)
{
    const char *blank = memchr(*at, ' ', (size_t)(end - *at));
    struct span word = { *at, (size_t)((blank != NULL ? blank : end) - *at) };
    *at = blank != NULL ? blank + 1 : end;
    return word;
}

/* "192.0.2.1#53", "2001:db8::1%eth0#53", and what stands behind the port: "/key", ":", nothing. */
static bool
split_client(struct span word, struct query_line *query)
{
    const char *mark = word.len > 0 ? memchr(word.octets, '#', word.len) : NULL;
    size_t digits = 0;
    if (mark == NULL || mark == word.octets)
        return false;
    query->client = (struct span){ word.octets, (size_t)(mark - word.octets) };
    query->port = span_from(word, query->client.len + 1);
    while (digits < query->port.len && is_digit(query->port.octets[digits]))
        digits++;
    query->port.len = digits;
    return digits > 0 && digits <= 5;
}

bool
query_line_read(struct span line, struct query_line *query)
{
    const char *end = line.octets + line.len;
    const char *client, *at;
    struct span word;
    if (line.len <= CLIENT_WORD_OCTETS + QUERY_WORD_OCTETS)
        return false;
    at = find_query(line.octets + CLIENT_WORD_OCTETS, end);
    client = at != NULL ? find_client(line.octets, at) : NULL;
    if (client == NULL)
        return false;
    client += CLIENT_WORD_OCTETS;
    word = cut_word(&client, at);
    if (word.len > 1 && word.octets[0] == '@')
        word = cut_word(&client, at);
    if (!split_client(word, query))
        return false;
    at += QUERY_WORD_OCTETS;
    query->name = cut_word(&at, end);
    query->class = cut_word(&at, end);
    query->type = cut_word(&at, end);
    return query->name.len > 0 && query->class.len > 0 && query->type.len > 0 &&
           is_word(query->class.octets[0]) && is_word(query->type.octets[0]);
}

struct span
query_line_prefix(struct span line)
{
    const char *client = line.len > 0 ? find_client(line.octets, line.octets + line.len) : NULL;
    return span_trim(span_head(line, client != NULL ? (size_t)(client - line.octets) : 0));
}

/* ---- as the notebook reads it ---- */

/* Moves *at behind the digits, or word octets; false when there are none. */
static bool
skip_digits(const char **at, const char *end)
{
    const char *from = *at;
    while (*at < end && is_digit(**at))
        (*at)++;
    return *at > from;
}

static bool
skip_word(const char **at, const char *end)
{
    const char *from = *at;
    while (*at < end && is_word(**at))
        (*at)++;
    return *at > from;
}

static bool
skip_octet(const char **at, const char *end, char octet)
{
    if (*at >= end || **at != octet)
        return false;
    (*at)++;
    return true;
}

static bool
skip_time(const char **at, const char *end)
{
    return skip_digits(at, end) && skip_octet(at, end, '-') && skip_word(at, end) &&
           skip_octet(at, end, '-') && skip_digits(at, end) && skip_octet(at, end, ' ') &&
           skip_digits(at, end) && skip_octet(at, end, ':') && skip_digits(at, end) &&
           skip_octet(at, end, ':') && skip_digits(at, end);
}

static bool
equals_at(const char *at, const char *word, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (lower(at[i]) != word[i])
            return false;
    return true;
}

/* The last place in [from, end) where the lower-case word stands, in any case; NULL: nowhere. Its
 * octet `anchor`, which is no letter, is what is searched for. */
static const char *
find_last(const char *from, const char *end, const char *word, size_t anchor)
{
    size_t len = strlen(word);
    const char *at;
    if ((size_t)(end - from) < len)
        return NULL;
    end -= len - 1 - anchor; /* no anchor of a whole word lies behind it */
    from += anchor;
    while (from < end && (at = memrchr(from, word[anchor], (size_t)(end - from))) != NULL) {
        if (equals_at(at - anchor, word, len))
            return at - anchor;
        end = at;
    }
    return NULL;
}

/* The last "client @PTR IP#PORT " in [from, end). */
static bool
find_paper_client(const char *from, const char *end, struct query_line *query)
{
    const char *client;
    while ((client = find_last(from, end, "client @", 7)) != NULL) {
        const char *at = client + strlen("client @");
        struct span pointer = cut_word(&at, end);
        struct span address = cut_word(&at, end);
        const char *behind = address.octets + address.len;
        if (pointer.len > 0 && behind < end && split_client(address, query) &&
            query->port.octets + query->port.len == behind)
            return true;
        end = client + strlen("client @") - 1;
    }
    return false;
}

bool
query_line_read_paper(struct span line, struct query_line *query)
{
    const char *at = line.octets;
    const char *end = line.octets + line.len;
    const char *before = end;
    const char *in;
    if (line.len == 0 || !skip_time(&at, end))
        return false;
    while ((in = find_last(at, before, " in ", 0)) != NULL) {
        const char *type = in + strlen(" in ");
        const char *type_end = type;
        const char *name;
        if (!skip_word(&type_end, end)) {
            before = in + strlen(" in ") - 1;
            continue;
        }
        name = find_last(at, in, "query: ", 5);
        if (name == NULL || !find_paper_client(at, name, query))
            return false;
        name += strlen("query: ");
        query->name = (struct span){ name, (size_t)(in - name) };
        query->class = (struct span){ in + 1, 2 };
        query->type = (struct span){ type, (size_t)(type_end - type) };
        return true;
    }
    return false;
}
