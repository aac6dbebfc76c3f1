/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seen - firstSeen and lastSeen of URLs and files that mails speak of again
 *
 * A URL of a campaign stands in every batch: what was seen is gathered here, and one update of its
 * row, after some batches, serves for all of them. What a program that is killed leaves unwritten
 * lafayette-admin doctor puts right: the dates follow from the mails.
 * Limits:  about SEEN_ROWS rows and those of one batch.
 * Errors:  as db.h.
 * Threads: one, one thread.
 */
#pragma once

#include "store/db.h"
#include "store/dictionary.h"

#define SEEN_BATCHES 32
#define SEEN_ROWS 8192

struct seen;

struct seen *seen_new(void);
void seen_free(struct seen *seen); /* NULL is allowed */

/* True when rows of this dictionary have such dates. */
bool seen_has_dates(enum dictionary dictionary);
/* The row was seen at these times. */
void seen_widen(struct seen *seen, enum dictionary dictionary, int64_t id, int64_t first,
                int64_t last);
/* Asked once a batch: true when enough batches or rows wait to be written. */
bool seen_is_due(struct seen *seen);
/* Writes all, in a transaction of its own; on failure it is kept. */
bool seen_flush(struct seen *seen, struct db *db, GError **error);
