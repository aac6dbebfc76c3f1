/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match_text - what a person typed as a condition on a column
 *
 * Out:     SQL with one `?` and the value for it. `*` stands for any text, all else for itself.
 * Contains: a regular expression of literal characters, where a Latin letter also stands for its
 *          accented forms: MariaDB matches it in a seventh of the time of LIKE under
 *          utf8mb4_unicode_ci (decisions.md 41). With a `*` inside, and on servers other than
 *          MariaDB, LIKE: it can't be made to backtrack without end. Case never matters.
 * Threads: no state.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

enum match_form {
    MATCH_CONTAINS, /* `*` within */
    MATCH_WHOLE,    /* `*` within; without one: equal */
    MATCH_LIKE      /* a raw LIKE pattern */
};

/* Appends "COLUMN REGEXP ?", "COLUMN LIKE ?" or "COLUMN = ?" to `sql` and returns the value; caller
 * frees. */
char *match_text(GString *sql, const char *column, enum match_form form, const char *text,
                 bool regexp);
/* What stands for the column in such a condition: itself, or, with `masked`, its text as viewers
 * see it (render/mask.h), so that what matches tells them nothing that they do not see. Caller
 * frees. */
char *match_column(const char *column, bool masked);
/* What a text of printable ASCII that fulfils the condition holds for certain, in lower case: "":
 * nothing is known; NULL: no such text fulfils it. Caller frees. */
char *match_piece(enum match_form form, const char *text, bool regexp);
/* The LIKE pattern of a text with `*`: %, _ and \ escaped. Caller frees. */
char *match_like(const char *text, bool contains);
