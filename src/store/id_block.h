/* SPDX-License-Identifier: Apache-2.0 */
/*
 * id_block - ids for new rows, taken from the server a thousand at a time
 *
 * Ids are given by the client, so that many writers can insert without reading back what
 * AUTO_INCREMENT made of it. Gaps and order mean nothing. (Ids that are keyed 63-bit hashes of the
 * text would need no table and no lookup, but rows that came from the original have other ids, so
 * a lookup by key would be needed all the same, and random ids make larger and slower indexes.)
 * Errors:  as db.h. Never inside a transaction: the block must outlive a rollback.
 * Threads: one block, one thread.
 */
#pragma once

#include "store/db.h"

struct id_block {
    const char *name; /* row of table idBlock */
    int64_t next, end;
};

/* Makes sure that `count` ids can be taken. */
bool id_block_reserve(struct db *db, struct id_block *block, size_t count, GError **error);
/* The same for who needs no more than that for a long time. */
bool id_block_reserve_few(struct db *db, struct id_block *block, size_t count, GError **error);
/* The next id; only after a reserve that covers it. */
int64_t id_block_next(struct id_block *block);
