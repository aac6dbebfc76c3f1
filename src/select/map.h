/* SPDX-License-Identifier: Apache-2.0 */
/*
 * map - mails by country, and the networks that sent most
 *
 * In:      a window (both ends in); reported mails or all.
 * Out:     countries by number, most first (those not known are not in `countries` but in
 *          `unknown`); the top networks with name, country and abuse address of table asn.
 * Errors and threads: as db.h.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/db.h"

#define MAP_DAYS 7 /* the window when none is asked */
#define MAP_NETWORKS 20

struct map_country {
    char country_code[3];
    int64_t total;
};

struct map_network {
    uint32_t asn;
    const char *name, *country_code, *abuse; /* NULL: not known */
    int64_t total;
};

struct map {
    int64_t total;   /* of the countries */
    int64_t unknown; /* mails without a country */
    struct map_country *countries;
    size_t country_count;
    struct map_network *networks; /* at most MAP_NETWORKS */
    size_t network_count;
    GStringChunk *text;
};

struct map *map_read(struct db *db, int64_t from, int64_t to, bool reported, GError **error);
void map_free(struct map *map); /* NULL is allowed */
typedef struct map Map;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Map, map_free)
