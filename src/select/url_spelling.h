/* SPDX-License-Identifier: Apache-2.0 */
/*
 * url_spelling - a URL that a person typed, with its host as the parser normalises it
 *
 * In:      part of a URL. Its host is what stands behind "://" and "@", or at the front, up to the
 *          first "/", "?" or "#"; `*` may stand in it.
 * Out:     "http://bücher.example/a" becomes "http://xn--bcher-kva.example/a": U-labels become
 *          A-labels (base/domain.h), all else stays as typed. A URL is stored once, as it was first
 *          written, so a list looks for both.
 * Cost:    linear. Threads: no state.
 */
#pragma once

#include "select/match_text.h"

#define URL_SPELLINGS_MAX 2

/* NULL when the host has no U-label. Caller frees. */
char *url_spelling_ascii(const char *text);

/* The text, and its other spelling where there is one; all but texts[0] is owned. */
struct url_spellings {
    const char *texts[URL_SPELLINGS_MAX];
    char *ascii;
    char *values[URL_SPELLINGS_MAX]; /* of the condition, one a spelling */
    unsigned count;
};

void url_spellings_clear(struct url_spellings *spellings);
typedef struct url_spellings UrlSpellings;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(UrlSpellings, url_spellings_clear)
/* Appends what is true when one of the spellings fulfils it: "(CONDITION)" or "(CONDITION OR
 * CONDITION)" of match_text(). A raw LIKE pattern has one spelling alone. */
void url_spellings_match(struct url_spellings *spellings, GString *sql, const char *column,
                         enum match_form form, const char *text, bool regexp);
