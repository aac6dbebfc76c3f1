/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upgrade_dictionary - names, URLs and files of the original become rows of the newest schema
 *
 * A row keeps its number, but where an earlier one has the same key (names that differed by a stray
 * "<" or ">", URLs that are one when normalised): then it is merged into that, its dates widen that
 * one's, and original_merged tells. Names that need no mending go first, so that they keep theirs.
 * Errors:  as db.h.
 * Threads: one at a time.
 */
#pragma once

#include "store/upgrade_source.h"

/* One step: each once, in this order, before the mails. */
struct upgrade_dictionary {
    const char *step;  /* in upgradeStep */
    const char *table; /* of the newest schema */
    const char *id;    /* its key */
    const char *what;  /* for the progress line */
};
#define UPGRADE_DICTIONARIES 6
extern const struct upgrade_dictionary upgrade_dictionaries[UPGRADE_DICTIONARIES];

/* Told after each chunk how many rows were read so far. */
typedef void upgrade_progress(void *self, const char *what, uint64_t done, uint64_t expected);

/* Does what is left of step number `which`. */
bool upgrade_dictionary_run(struct db *db, const struct upgrade_source *source, size_t which,
                            upgrade_progress *progress, void *self, GError **error);
