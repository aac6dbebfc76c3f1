/* SPDX-License-Identifier: Apache-2.0 */
/*
 * held_rows - messages that gave no mail: the quarantine
 *
 * Order: received, newest first. Errors and threads: as db.h.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/db.h"

#define HELD_LIMIT_MAX 10000

struct held_row {
    int64_t held_id, raw_id;                  /* raw_id 0: not kept */
    const char *kind, *reason, *feed, *place; /* place may be NULL */
    int64_t received_date, octets;
    int64_t parser_version;
};

struct held_rows {
    struct held_row *rows;
    size_t count;
    int64_t next_received, next_id; /* place of the next page; next_id 0: there is none */
    GStringChunk *text;
};

/* `kind` NULL: all. The page behind (after_received, after_id); after_id 0: the first. */
struct held_rows *held_rows_read(struct db *db, const char *kind, int64_t after_received,
                                 int64_t after_id, size_t limit, GError **error);
struct held_rows *held_rows_by_id(struct db *db, int64_t held_id, GError **error);
void held_rows_free(struct held_rows *rows); /* NULL is allowed */
typedef struct held_rows HeldRows;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HeldRows, held_rows_free)

struct held_kind {
    char kind[17];
    int64_t total;
};
/* How many there are of each kind: an array of struct held_kind. */
GArray *held_kinds(struct db *db, GError **error);
