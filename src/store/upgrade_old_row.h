/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upgrade_old_row - a row of one of the original's dictionaries, read, mended, and as a new row
 *
 * Owns:    all texts, until upgrade_old_rows_clear().
 * Threads: one at a time.
 */
#pragma once

#include "store/dictionary.h"
#include "store/upgrade_map.h"
#include "store/upgrade_source.h"

struct upgrade_old_row {
    int64_t id;
    struct entry
        *entry; /* by its key; its id is the row's that has the key, 0 when there is none */
    const char *first, *last; /* "2014-01-31 12:00:00"; url, file */
    struct span ip;           /* url: 4 or 16 octets, or none */
    int64_t asn;              /* url: 0: not known */
    int64_t domain;           /* url: id of the host as stored, or 0 */
    const struct entry *host; /* url: where that is 0 */
    struct span country;      /* url: two letters or none */
    struct span name;         /* file */
};

struct upgrade_old_rows {
    struct wanted *wanted;             /* the entries of this chunk */
    struct wanted *hosts;              /* names to be interned */
    GArray *rows;                      /* of struct upgrade_old_row */
    const struct upgrade_map *domains; /* url: for the ids of hosts; borrowed */
    unsigned read; /* rows of the original, those included that another pass takes */
};
struct upgrade_old_rows *upgrade_old_rows_new(void);
void upgrade_old_rows_free(struct upgrade_old_rows *rows); /* NULL is allowed */
void upgrade_old_rows_clear(struct upgrade_old_rows *rows);

struct upgrade_old_kind {
    enum dictionary dictionary;
    const char *table, *id;
    const char *const *cells; /* columns of the original behind the id */
    const struct column *columns;
    size_t column_count;
    const char *update; /* what a merged row adds, with the same columns; NULL: nothing */
    void (*read)(struct upgrade_old_rows *rows, const struct span *cells);
    void (*fill)(struct rows *out, const struct upgrade_old_row *old);
};
/* In the order of upgrade_dictionaries[]. */
extern const struct upgrade_old_kind upgrade_old_kinds[];

/* SELECT of a kind up to "WHERE o.id". Caller frees. */
char *upgrade_old_select(const struct upgrade_old_kind *kind, const struct upgrade_source *source);
/* For key_lookup(): `self` is a GHashTable from key to struct entry. */
void upgrade_old_found(void *self, const unsigned char key[KEY_OCTETS], int64_t id);
