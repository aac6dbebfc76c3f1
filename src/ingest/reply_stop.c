/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/reply_stop.h"

#define PREFIX_OCTETS_MAX 4 /* "Re", "AW", "Antw" */

static bool
is_word(char octet)
{
    return g_ascii_isalnum(octet) || (unsigned char)octet > 127;
}

/* Without blanks and signs at both ends. */
static struct span
words_of(struct span text)
{
    size_t from = 0;
    while (from < text.len && !is_word(text.octets[from]))
        from++;
    text = span_from(text, from);
    while (text.len > 0 && !is_word(text.octets[text.len - 1]))
        text.len--;
    return text;
}

/* How long the request at the front is; 0: there is none. */
static size_t
request_at(struct span words)
{
    static const char *const requests[] = {
        "stop",      "please stop",      "unsubscribe",       "please unsubscribe",
        "remove us", "please remove us", "remove me",         "please remove me",
        "opt out",   "opt-out",          "please opt us out", "do not contact us",
        "abmelden",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(requests); i++) {
        size_t len = strlen(requests[i]);
        if (span_starts_nocase(words, requests[i]) &&
            (words.len == len || !is_word(words.octets[len])))
            return len;
    }
    return 0;
}

/* "Re: AW: stop" is "stop". */
static struct span
without_prefixes(struct span subject)
{
    for (;;) {
        size_t len = 0;
        subject = span_trim(subject);
        while (len < subject.len && len <= PREFIX_OCTETS_MAX &&
               g_ascii_isalpha(subject.octets[len]))
            len++;
        if (len == 0 || len > PREFIX_OCTETS_MAX || len >= subject.len ||
            subject.octets[len] != ':' || request_at(span_head(subject, len)) > 0)
            return subject;
        subject = span_from(subject, len + 1);
    }
}

bool
reply_asks_to_stop(const char *subject, struct span text)
{
    struct span line;
    unsigned seen = 0;
    if (request_at(words_of(without_prefixes(span_of(subject)))) > 0)
        return true;
    text = span_head(text, REPLY_STOP_OCTETS);
    while (seen < REPLY_STOP_LINES && span_line(&text, &line)) {
        struct span words = words_of(line);
        size_t len = request_at(words);
        if (words.len == 0 || span_starts_nocase(span_trim(line), ">"))
            continue;
        if (len > 0 && (seen == 0 || len == words.len))
            return true;
        seen++;
    }
    return false;
}
