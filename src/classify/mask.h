/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mask - what stays the same in a text through a campaign
 *
 * In:      a subject, a file name, the last piece of a path: valid UTF-8, hostile.
 * Out:     its template: numbers, amounts and dates become "#"; addresses, URLs, random strings and
 *          names become "*"; the rest stays, white space runs one space. At most PATTERN_CHARS_MAX
 *          characters.
 * Names:   no list of names is asked. A name is a word with a capital that stands where mails put
 *          names: before or behind a comma at either end, behind "for" or "dear" (in a dozen
 *          languages), or two such words that begin a sentence; and any word of the recipient's
 *          own address. A capital word of the language in such a place is masked as well: a
 *          template that is a little too wide joins nothing by itself.
 * Cost:    linear in the text, of which the first MASK_OCTETS_MAX are read.
 * Threads: no state.
 */
#pragma once

#include "classify/mask_piece.h"

#define PATTERN_CHARS_MAX 766 /* what a covering index takes (limits.h, LIMIT_SUBJECT_CHARS) */
#define MASK_OCTETS_MAX (4 * PATTERN_CHARS_MAX)

enum mask_scope {
    MASK_TOKENS, /* numbers, random strings, addresses and the known words */
    MASK_NAMES   /* these, and names by their place */
};

/* Words that belong to one recipient. */
struct known_words {
    GPtrArray *words;    /* of lower-case strings, owned */
    guint32 initials[8]; /* a bit for each octet that one of them begins with */
};
void known_words_init(struct known_words *known);
void known_words_clear(struct known_words *known);
/* Adds the words of an address or of an address list: local parts and display names, not domains.
 * Words of fewer than three letters and names of roles ("info", "sales") are left out. */
void known_words_add(struct known_words *known, const char *addresses);

/* `known` may be NULL. Caller frees. */
char *mask_text(struct span utf8, enum mask_scope scope, const struct known_words *known);

/* The same for many texts, line by line. */
struct masker {
    struct pieces pieces;
    GString *out;
};
void masker_init(struct masker *masker);
void masker_clear(struct masker *masker);
/* The pieces behind a template: what is no gap and no word stands as a mask in it. They are the
 * masker's, until its next call, and borrow from the text. */
const struct pieces *masker_cut(struct masker *masker, struct span utf8, enum mask_scope scope,
                                const struct known_words *known);
/* The template is the masker's, until its next call. */
const GString *masker_run(struct masker *masker, struct span utf8, enum mask_scope scope,
                          const struct known_words *known);
/* Number of letters outside the masks: says whether a template tells anything. */
size_t mask_letters(const char *masked);
