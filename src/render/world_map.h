/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world_map - countries as SVG paths, and how many mails came from each
 *
 * The map is web/vendor/world.json, made at build time from Natural Earth by
 * web/make/world_map.mjs: ISO 3166-1 countries without Antarctica, Kosovo as XK; small ones have a
 * dot as well, shown when they count.
 * Errors:  FAULT_OPERATOR when the file is not such a map.
 * Threads: a map is read-only from world_map_parse() on.
 * Limits:  a file of WORLD_MAP_OCTETS_MAX, 400 countries.
 */
#pragma once

#include <jansson.h>

#include "base/span.h"

#define WORLD_MAP_OCTETS_MAX (4 * 1024 * 1024)

struct world_map;
typedef struct world_map WorldMap;

/* Caller frees with world_map_free(). */
struct world_map *world_map_parse(struct span octets, GError **error);
void world_map_free(struct world_map *map); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WorldMap, world_map_free)

struct country_count {
    const char
        *code; /* ISO 3166-1 alpha-2; NULL, ZZ and others that the map lacks count as unknown */
    guint64 count;
};

struct heat_map {
    const char *label;       /* for those who cannot see it */
    const char *empty;       /* "No reported mail in this time" */
    const char *href_prefix; /* the code goes behind it, "/email?country="; NULL: no links */
    const struct country_count *counts;
    size_t count;
};

/* `<svg class="map">`; countries have class b0 to b5 by figure_bin(), or "land". Returns how many
 * mails are of no country of the map: they stand beside the legend. */
guint64 world_map_svg(GString *out, const struct world_map *map, const struct heat_map *heat);
/* [{"class":"b0","label":"1-9"}...]; caller decrefs. */
json_t *world_map_legend(void);
