/* SPDX-License-Identifier: Apache-2.0 */
/*
 * network_rows - networks (AS) and countries over a window, and one of them by day
 *
 * Errors: FAULT_REJECT: too slow; else db.h. Threads: as db.h.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/db.h"

#define NETWORK_ROWS_MAX 10001

struct network_row {
    uint32_t asn;             /* 0: not known, or a row of a country */
    const char *country_code; /* of the AS (registry), or the country */
    const char *name, *abuse; /* of the AS; NULL: not known */
    int64_t total, reported;  /* mails */
    int64_t sources;          /* distinct addresses; -1: not counted (lists) */
    int64_t first, last;      /* arrival, in the window */
};

struct network_rows {
    struct network_row *rows;
    size_t count;
    GStringChunk *text;
};

/* Most mails first. */
struct network_rows *network_rows_read(struct db *db, bool countries, int64_t from, int64_t to,
                                       size_t limit, GError **error);
/* One AS (asn != 0) or one country. */
struct network_rows *network_rows_one(struct db *db, uint32_t asn, const char *country,
                                      int64_t from, int64_t to, GError **error);
void network_rows_free(struct network_rows *rows); /* NULL is allowed */
typedef struct network_rows NetworkRows;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NetworkRows, network_rows_free)

struct network_day {
    int64_t day;
    int64_t total, reported;
};
/* By day, zero days shown; one of asn (!= 0), country (!= NULL), url_id (!= 0) or pattern_id. An
 * array of struct network_day. */
struct network_subject {
    uint32_t asn;
    const char *country;
    int64_t url_id, pattern_id;
};
GArray *network_days(struct db *db, const struct network_subject *subject, int64_t from, int64_t to,
                     GError **error);
