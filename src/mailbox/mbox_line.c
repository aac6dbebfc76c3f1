/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/mbox_line.h"

#include <time.h>

#define WORDS_MAX                                                                                  \
    12 /* of the line's end: date, zones, "remote from HOST" and some of the sender                \
        */

/* The last WORDS_MAX words of the line, in order. */
static size_t
last_words(struct span line, struct span words[WORDS_MAX])
{
    size_t count = 0;
    line = span_trim(line);
    while (count < WORDS_MAX && line.len > 0) {
        size_t start = line.len;
        while (start > 0 && line.octets[start - 1] != ' ' && line.octets[start - 1] != '\t')
            start--;
        words[WORDS_MAX - ++count] = span_from(line, start);
        line = span_trim(span_head(line, start));
    }
    memmove(words, words + WORDS_MAX - count, count * sizeof(*words));
    return count;
}

static int
name_index(struct span word, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (span_equals(word, names[i]))
            return (int)i;
    return -1;
}

/* "hh:mm" or "hh:mm:ss", one or two digits each. */
static bool
read_time(struct span word, struct tm *parts)
{
    guint32 numbers[3] = { 0, 0, 0 };
    struct span piece;
    bool spent = false;
    size_t count = 0;
    while (span_cut(&word, ':', &piece, &spent)) {
        if (count == 3 || piece.len > 2 || !span_to_u32(piece, &numbers[count]))
            return false;
        count++;
    }
    parts->tm_hour = (int)numbers[0];
    parts->tm_min = (int)numbers[1];
    parts->tm_sec = (int)numbers[2];
    return count >= 2 && numbers[0] < 24 && numbers[1] < 60 && numbers[2] <= 60;
}

/* "+0100", or letters such as "PST" or "UTC", which count as UTC. */
static bool
read_zone(struct span word, int64_t *east_seconds)
{
    guint32 number;
    if (word.len == 5 && (word.octets[0] == '+' || word.octets[0] == '-') &&
        span_to_u32(span_from(word, 1), &number)) {
        int64_t seconds = (int64_t)(number / 100) * 3600 + (int64_t)(number % 100) * 60;
        *east_seconds = word.octets[0] == '-' ? -seconds : seconds;
        return number % 100 < 60;
    }
    for (size_t i = 0; i < word.len; i++)
        if (!g_ascii_isalpha(word.octets[i]))
            return false;
    return word.len >= 1 && word.len <= 5;
}

/* All words from the weekday on. */
static bool
read_date(const struct span *words, size_t count, int64_t *date)
{
    struct tm parts = { 0 };
    guint32 day, year;
    int64_t east = 0;
    size_t at = 4;
    if (count < 5 || name_index(words[0], clock_weekdays, G_N_ELEMENTS(clock_weekdays)) < 0)
        return false;
    parts.tm_mon = name_index(words[1], clock_months, G_N_ELEMENTS(clock_months));
    if (parts.tm_mon < 0 || words[2].len > 2 || !span_to_u32(words[2], &day) || day < 1 ||
        day > 31 || !read_time(words[3], &parts))
        return false;
    if (words[at].len != 4 || !span_to_u32(words[at], &year)) {
        if (!read_zone(words[at++], &east) || at == count)
            return false;
    }
    if (words[at].len != 4 || !span_to_u32(words[at], &year) || year < 1970)
        return false;
    at++;
    if (at < count && !span_equals(words[at], "remote") && !read_zone(words[at++], &east))
        return false;
    if (at < count && (count - at != 3 || !span_equals(words[at], "remote") ||
                       !span_equals(words[at + 1], "from")))
        return false;
    parts.tm_mday = (int)day;
    parts.tm_year = (int)year - 1900;
    if (date != NULL)
        *date = (int64_t)timegm(&parts) - east;
    return true;
}

static bool
starts(struct span octets, const char *prefix)
{
    size_t len = strlen(prefix);
    return octets.len >= len && memcmp(octets.octets, prefix, len) == 0;
}

bool
mbox_line_is_from(struct span line, int64_t *date)
{
    struct span words[WORDS_MAX];
    size_t count;
    if (!starts(line, "From ") || line.len > MBOX_LINE_MAX)
        return false;
    count = last_words(span_from(line, 5), words);
    /* The last weekday: a sender may be called "Sun" too. */
    for (size_t from = count; from-- > 0;)
        if (read_date(words + from, count - from, date))
            return true;
    return false;
}

bool
mbox_line_begins(struct span octets)
{
    size_t at = 5;
    if (!starts(octets, "From "))
        return false;
    while (at < octets.len && (octets.octets[at] == ' ' || octets.octets[at] == '\t'))
        at++;
    return at == octets.len || octets.octets[at] != ':';
}

size_t
mbox_line_skip(struct span message, int64_t *date)
{
    struct span rest = message, line;
    size_t skipped = 0;
    if (date != NULL)
        *date = CLOCK_UNKNOWN;
    while (starts(rest, ">From ") || mbox_line_begins(rest)) {
        span_line(&rest, &line);
        if (skipped == 0)
            mbox_line_is_from(line.octets[0] == '>' ? span_from(line, 1) : line, date);
        skipped = message.len - rest.len;
    }
    return skipped;
}

size_t
mbox_line_quotes(struct span line)
{
    size_t quotes = 0;
    while (quotes < line.len && line.octets[quotes] == '>')
        quotes++;
    return quotes > 0 && starts(span_from(line, quotes), "From ") ? quotes : 0;
}
