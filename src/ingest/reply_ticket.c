/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/reply_ticket.h"

#define DIGITS_OF_SUBJECT 2
#define DIGITS_OF_TEXT 3

static bool
is_word(char octet)
{
    return g_ascii_isalnum(octet) || (unsigned char)octet > 127;
}

/* The token at the front, when it can be a number. */
static char *
token_at(struct span at, unsigned digits_min)
{
    size_t len = 0;
    unsigned digits = 0;
    while (len < at.len &&
           (g_ascii_isalnum(at.octets[len]) ||
            (len > 0 && strchr("-_./", at.octets[len]) != NULL && at.octets[len] != '\0')))
        digits += g_ascii_isdigit(at.octets[len++]) != 0;
    while (len > 0 && !g_ascii_isalnum(at.octets[len - 1]))
        len--;
    if (digits < digits_min || len > TICKET_OCTETS_MAX)
        return NULL;
    return g_strndup(at.octets, len);
}

static struct span
skip(struct span at, const char *octets)
{
    size_t len = 0;
    while (len < at.len && at.octets[len] != '\0' && strchr(octets, at.octets[len]) != NULL)
        len++;
    return span_from(at, len);
}

/* One of the words at the front, as a whole word; how long it is. */
static size_t
word_at(struct span at, const char *const *words)
{
    for (; *words != NULL; words++) {
        size_t len = strlen(*words);
        if (span_starts_nocase(at, *words) && (at.len == len || !is_word(at.octets[len])))
            return len;
    }
    return 0;
}

/* "Ticket ID: 123", "ticket#123", "Case number 123": the number, or NULL. */
static char *
behind_word(struct span at, unsigned digits_min)
{
    static const char *const words[] = { "ticket",    "ticketid", "ticketnumber", "case",
                                         "caseid",    "request",  "incident",     "issue",
                                         "reference", "ref",      "vorgang",      NULL };
    static const char *const links[] = { "id", "number", "no", "nr", "nummer", "reference", NULL };
    size_t len = word_at(at, words);
    if (len == 0)
        return NULL;
    at = skip(span_from(at, len), " -_");
    at = span_from(at, word_at(at, links));
    return token_at(skip(at, " .:#[("), digits_min);
}

/* "#123" at the front, the "[" before it somewhere. */
static char *
behind_mark(struct span at, bool in_brackets, unsigned digits_min)
{
    return in_brackets && at.octets[0] == '#' ? token_at(span_from(at, 1), digits_min) : NULL;
}

static char *
find(struct span text, bool marks, unsigned digits_min)
{
    bool in_brackets = false, in_word = false;
    for (size_t i = 0; i < text.len; i++) {
        struct span at = span_from(text, i);
        char *found = marks ? behind_mark(at, in_brackets, digits_min) : NULL;
        if (found == NULL && !in_word)
            found = behind_word(at, digits_min);
        if (found != NULL)
            return found;
        in_brackets = at.octets[0] == '[' || (in_brackets && at.octets[0] != ']');
        in_word = is_word(at.octets[0]);
    }
    return NULL;
}

char *
reply_ticket_of_subject(const char *subject)
{
    return find(span_of(subject), true, DIGITS_OF_SUBJECT);
}

char *
reply_ticket_of_text(struct span text)
{
    return find(text, false, DIGITS_OF_TEXT);
}
