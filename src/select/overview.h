/* SPDX-License-Identifier: Apache-2.0 */
/*
 * overview - the figures strip and the IPv4 map of the overview page
 *
 * (Its graphs are graph.h, its map map.h, its campaigns campaign.h.)
 * Errors and threads: as db.h.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "store/db.h"

struct overview_feed {
    char feed[65];
    int64_t ended; /* of the last run */
    int64_t ingested, duplicate, quarantined, failed;
};

struct overview {
    int64_t last_24h, previous_24h, last_7d; /* mails by arrival */
    int64_t reported_7d;
    int64_t held;   /* quarantined messages that are no aggregate or TLS report; at most 10,000 */
    int64_t newest; /* arrival of the latest mail; CLOCK_UNKNOWN: none */
    GArray *feeds;  /* of struct overview_feed */
};

struct overview *overview_read(struct db *db, int64_t now, GError **error);
void overview_free(struct overview *overview); /* NULL is allowed */
typedef struct overview Overview;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Overview, overview_free)

/* IPv4 sources of the mails of the last `hours`, by their first 16 bits: of struct ipv4_block, by
 * block; for the Hilbert map. */
struct ipv4_block {
    uint16_t block; /* 0xC000 is 192.0.0.0/16 */
    int64_t total;
};
GArray *overview_ipv4(struct db *db, int64_t now, uint32_t hours, GError **error);
