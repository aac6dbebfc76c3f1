/* SPDX-License-Identifier: Apache-2.0 */
#include "report/encoded_word.h"

#include "report/gmime_border.h"

struct word {
    struct span charset;
    char encoding; /* 'b' or 'q' */
    struct span text;
    size_t len; /* of all of it, from "=?" to "?=" */
};

struct pending { /* decoded octets that wait for the rest of their last character */
    GByteArray *octets;
    char charset[64];
};

/* Reads the word that begins at the front of `at`; false when it is none. */
static bool
read_word(struct span at, struct word *word)
{
    struct span rest = span_from(at, 2);
    ptrdiff_t mark = span_find(rest, '?');
    ptrdiff_t end;
    ptrdiff_t star;
    if (mark <= 0 || mark > 60 || rest.len < (size_t)mark + 4)
        return false;
    word->charset = span_head(rest, (size_t)mark);
    star = span_find(word->charset, '*');
    if (star >= 0)
        word->charset = span_head(word->charset, (size_t)star);
    if (span_find(word->charset, ' ') >= 0)
        return false;
    rest = span_from(rest, (size_t)mark + 1);
    word->encoding = g_ascii_tolower(rest.octets[0]);
    if ((word->encoding != 'b' && word->encoding != 'q') || rest.octets[1] != '?')
        return false;
    rest = span_from(rest, 2);
    end = span_find_string(rest, "?=");
    if (end < 0)
        return false;
    word->text = span_head(rest, (size_t)end);
    word->len = (size_t)(rest.octets + end + 2 - at.octets);
    return true;
}

static void
append_q(GByteArray *out, struct span text)
{
    for (size_t i = 0; i < text.len; i++) {
        guint8 octet = (guint8)text.octets[i];
        if (octet == '_')
            octet = ' ';
        if (octet == '=' && i + 2 < text.len && g_ascii_isxdigit(text.octets[i + 1]) &&
            g_ascii_isxdigit(text.octets[i + 2])) {
            octet = (guint8)(g_ascii_xdigit_value(text.octets[i + 1]) * 16 +
                             g_ascii_xdigit_value(text.octets[i + 2]));
            i += 2;
        }
        g_byte_array_append(out, &octet, 1);
    }
}

/* Own code here too: of a last group without its padding GMime gives nothing. */
static void
append_b(GByteArray *out, struct span text)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    guint32 bits = 0;
    unsigned count = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char *at = text.octets[i] != '\0' ? strchr(alphabet, text.octets[i]) : NULL;
        guint8 octet;
        if (text.octets[i] == '=')
            count = 0; /* what follows the padding is a group of its own */
        if (at == NULL)
            continue;
        bits = bits << 6 | (guint32)(at - alphabet);
        count += 6;
        if (count < 8)
            continue;
        count -= 8;
        octet = (guint8)(bits >> count);
        g_byte_array_append(out, &octet, 1);
    }
}

static void
flush(struct pending *pending, GString *out)
{
    struct span octets = { (const char *)pending->octets->data, pending->octets->len };
    if (octets.len > 0)
        gmime_border_text(octets, pending->charset, out);
    g_byte_array_set_size(pending->octets, 0);
}

static void
take_word(struct pending *pending, const struct word *word, GString *out)
{
    if (!span_equals_nocase(word->charset, pending->charset)) {
        flush(pending, out);
        memcpy(pending->charset, word->charset.octets, word->charset.len);
        pending->charset[word->charset.len] = '\0';
    }
    if (word->encoding == 'q')
        append_q(pending->octets, word->text);
    else
        append_b(pending->octets, word->text);
}

static const char *
next_end(struct span rest)
{
    ptrdiff_t at = span_find_string(rest, "?=");
    return at >= 0 ? rest.octets + at : NULL;
}

void
encoded_words_decode(struct span value, GString *out)
{
    struct pending pending = { g_byte_array_new(), "" };
    struct span rest = value;
    bool after_word = false;
    const char *end_mark = value.octets; /* the next "?=", found once, so that the cost is linear */
    while (rest.len > 0) {
        ptrdiff_t at = end_mark != NULL ? span_find_string(rest, "=?") : -1;
        struct span before = at >= 0 ? span_head(rest, (size_t)at) : rest;
        struct span from = span_from(rest, before.len);
        struct word word;
        bool found = at >= 0 && read_word(from, &word);
        if (!found && at >= 0) {
            if (end_mark < from.octets + 2)
                end_mark = next_end(span_from(from, 2));
            before = span_head(rest, before.len + 2);
        }
        if (!found || !after_word || span_trim(before).len > 0) {
            flush(&pending, out);
            g_string_append_len(out, before.octets, (gssize)before.len);
        }
        after_word = found;
        if (found)
            take_word(&pending, &word, out);
        rest = span_from(rest, before.len + (found ? word.len : 0));
    }
    flush(&pending, out);
    g_byte_array_free(pending.octets, TRUE);
}
