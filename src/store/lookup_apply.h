/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_apply - what is known is told to the mails of a chunk; seen by lookup_queue.c only
 *
 * Errors and threads: as db.h.
 */
#pragma once

#include "store/lookup_queue.h"

/* Links (emailUrl as `x`) whose hosts are asked about: not those of LINK_NOT_REPORTABLE. */
#define LOOKUP_LINKS "(x.flags & 1) = 0"

/* The ids of the chunk's mails as a list of SQL; caller frees. */
char *lookup_chunk_ids(const struct lookup_chunk *chunk);
/* Tells the chunk's URLs, in a transaction of its own, for others write them as well; then its
 * mails; and takes those out of the queue of which nothing is missing. */
bool lookup_apply(struct db *db, const struct lookup_chunk *chunk, uint64_t *done, GError **error);
