/* SPDX-License-Identifier: Apache-2.0 */
#include "store/id_block.h"

#include <string.h>

#include "store/statement.h"

#define ID_BLOCK_IDS 1000
#define ID_BLOCK_BATCHES 8

static bool
take(struct db *db, struct id_block *block, int64_t ids, GError **error)
{
    uint64_t affected = 0, end = 0;
    struct value values[] = { { .number = ids }, value_text(block->name) };
    if (!statement_run(db, "UPDATE idBlock SET next = LAST_INSERT_ID(next + ?) WHERE name = ?",
                       values, G_N_ELEMENTS(values), &affected, &end, error)) {
        g_prefix_error(error, "ids for %s: ", block->name);
        return false;
    }
    if (affected != 1) {
        return db_fail(db, "ids", 1146, "42S02", block->name, error);
    }
    block->next = (int64_t)end - ids;
    block->end = (int64_t)end;
    return true;
}

bool
id_block_reserve(struct db *db, struct id_block *block, size_t count, GError **error)
{
    /* A busy writer takes more at once: each block costs a commit. */
    return (size_t)(block->end - block->next) >= count ||
           take(db, block, MAX((int64_t)count * ID_BLOCK_BATCHES, ID_BLOCK_IDS), error);
}

bool
id_block_reserve_few(struct db *db, struct id_block *block, size_t count, GError **error)
{
    return (size_t)(block->end - block->next) >= count || take(db, block, (int64_t)count, error);
}

int64_t
id_block_next(struct id_block *block)
{
    return block->next < block->end ? block->next++ : 0;
}
