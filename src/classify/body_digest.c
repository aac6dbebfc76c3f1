/* SPDX-License-Identifier: Apache-2.0 */
#include "classify/body_digest.h"

#include "base/sha256.h"

#define BODY_DIGEST_DIGITS 32

/* A line tells something when it has that many letters: salutations, names, buttons do not. */
#define LINE_LETTERS_MIN 16

static size_t
letters_of(const struct piece *word)
{
    size_t letters = 0;
    if (word->ascii)
        return word->text.len;
    for (const char *at = word->text.octets, *end = at + word->text.len; at < end;
         at += g_utf8_skip[(guchar)*at])
        letters += g_unichar_isalpha(g_utf8_get_char(at));
    return letters;
}

/* Adds the letters of a word in lower case; false once the text has enough. */
static bool
add_letters(GString *letters, size_t *count, const struct piece *word)
{
    if (word->ascii) {
        size_t len = MIN(word->text.len, BODY_LETTERS_MAX - *count);
        char room[64];
        for (size_t from = 0; from < len; from += sizeof room) {
            size_t part = MIN(len - from, sizeof room);
            for (size_t i = 0; i < part; i++)
                room[i] = (char)(word->text.octets[from + i] | 0x20); /* a letter in lower case */
            g_string_append_len(letters, room, (gssize)part);
        }
        *count += len;
        return *count < BODY_LETTERS_MAX;
    }
    for (const char *at = word->text.octets, *end = at + word->text.len; at < end;
         at += g_utf8_skip[(guchar)*at]) {
        gunichar c = g_utf8_get_char(at);
        if (!g_unichar_isalpha(c))
            continue;
        g_string_append_unichar(letters, g_unichar_tolower(c));
        if (++*count >= BODY_LETTERS_MAX)
            return false;
    }
    return true;
}

/* Adds a line when it tells something; false once the text has enough. Letters are found in words
 * only: gaps have none, and masks stand for the rest. */
static bool
add_line(GString *letters, size_t *count, const struct pieces *pieces)
{
    size_t here = 0;
    for (size_t i = 0; i < pieces->count && here < LINE_LETTERS_MIN; i++)
        if (pieces->at[i].kind == PIECE_WORD)
            here += letters_of(&pieces->at[i]);
    for (size_t i = 0; i < pieces->count && here >= LINE_LETTERS_MIN; i++)
        if (pieces->at[i].kind == PIECE_WORD && !add_letters(letters, count, &pieces->at[i]))
            return false;
    return true;
}

char *
body_digest(struct span text, const struct known_words *known)
{
    g_autoptr(GString) letters = g_string_new(NULL);
    struct span rest = text;
    struct span line;
    struct masker masker;
    size_t count = 0;
    bool more = true;
    masker_init(&masker);
    while (more && span_line(&rest, &line)) {
        line = span_trim(line);
        if (line.len < LINE_LETTERS_MIN)
            continue;
        if (line.len <= PATTERN_CHARS_MAX) {
            more = add_line(letters, &count, masker_cut(&masker, line, MASK_NAMES, known));
        } else { /* its template is cut */
            const GString *out = masker_run(&masker, line, MASK_NAMES, known);
            struct piece piece = { .kind = PIECE_WORD, .text = { out->str, out->len } };
            struct pieces whole = { &piece, 1, 1 };
            more = add_line(letters, &count, &whole);
        }
    }
    masker_clear(&masker);
    if (count < BODY_LETTERS_MIN)
        return NULL;
    char hex[SHA256_HEX_MAX];
    sha256_hex((struct span){ letters->str, letters->len }, hex);
    return g_strndup(hex, BODY_DIGEST_DIGITS);
}
