/* SPDX-License-Identifier: Apache-2.0 */
/*
 * word_tables - the phrases of classify/words.h, one table a list
 *
 * Phrases stand here as words_fold() would make them; a unit test holds them to it.
 * Threads: constants.
 */
#pragma once

#include "classify/words.h"

enum word_place {
    PLACE_OPENS,  /* the text begins with it; no letter or digit follows */
    PLACE_TITLE,  /* the text begins with it; ":" or the end follows */
    PLACE_CLOSES, /* the text ends with it */
    PLACE_ANYWHERE
};

struct word {
    const char *phrase;
    enum word_place place;
};

/* Tables are ended by a NULL phrase. These stand in files of their own for the sake of length. */
extern const struct word word_table_bounce[];
extern const struct word word_table_bounce_text[];
extern const struct word word_table_bounce_code[];
extern const struct word word_table_auto[];
extern const struct word word_table_auto_weak[];
extern const struct word word_table_auto_text[];

const struct word *word_table(enum word_list list);
