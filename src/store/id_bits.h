/* SPDX-License-Identifier: Apache-2.0 */
/*
 * id_bits - a set of ids of rows, a bit for each id up to the largest
 *
 * Limits:  ids up to 2^33 (1 GB of bits).
 * Errors:  FAULT_OPERATOR: larger ids; else db.h. Threads: no shared state.
 */
#pragma once

#include "store/db.h"

struct id_bits {
    unsigned char *octets;
    int64_t max; /* the largest id */
};

/* Empty, for ids up to what `max_sql` gives. */
bool id_bits_init(struct id_bits *bits, struct db *db, const char *max_sql, GError **error);
void id_bits_clear(struct id_bits *bits); /* all zero is allowed */
typedef struct id_bits IdBits;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(IdBits, id_bits_clear)
/* Ids beyond the largest are left alone. */
void id_bits_set(struct id_bits *bits, int64_t id);
void id_bits_unset(struct id_bits *bits, int64_t id);
/* Ids beyond the largest count as there. */
bool id_bits_has(const struct id_bits *bits, int64_t id);
/* The smallest id of the set behind `id`; 0 when there is none. */
int64_t id_bits_next(const struct id_bits *bits, int64_t id);
