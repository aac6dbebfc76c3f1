/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words - phrases by which mail systems announce bounces and automatic replies
 *
 * In:      text made comparable by words_fold(): NFC, case folded, white space runs one space.
 * Out:     whether a phrase of the list stands at its place in the text.
 * Threads: no state.
 * Source:  subjects of the vendors' mails in their languages, the lists of sisimai, SpamAssassin
 *          and rspamd.
 */
#pragma once

#include "base/span.h"

enum word_list {
    WORDS_BOUNCE,      /* a subject that speaks of a failed or late delivery */
    WORDS_BOUNCE_TEXT, /* the text of a bounce; weaker than a subject */
    WORDS_BOUNCE_CODE, /* text that mail systems write into bounces, and people hardly ever do */
    WORDS_DELAY,       /* of these, the subjects that speak of a delay */
    WORDS_SUCCESS,     /* ... and of a delivery */
    WORDS_AUTO,        /* a subject that only an automatic reply has */
    WORDS_AUTO_WEAK,   /* a subject that people write too: needs a second sign */
    WORDS_AUTO_TEXT,   /* the text of an automatic reply: needs a second sign */
    WORDS_RECEIPT,     /* a subject of read receipts: needs a second sign */
    WORDS_CHALLENGE    /* a subject of challenges: needs a second sign */
};

/* The comparable form of at most the first `max` octets of valid UTF-8; caller frees. Invisible
 * characters are left out, typographic apostrophes and hyphens become ASCII, the four letters i of
 * Turkish one. */
char *words_fold(struct span utf8, size_t max);
/* The same without its leading marks ("[", "*", quotes); points into `folded`. */
const char *words_after_marks(const char *folded);
/* The same without one leading tag ("[users] ") and marks; points into `folded`. */
const char *words_after_tag(const char *folded);
/* True when a phrase of the list is at its place in `folded`. */
bool words_match(enum word_list list, const char *folded);
/* For tests: phrase number `index` of the list, or NULL past the end. */
const char *words_phrase(enum word_list list, size_t index);
