/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upgrade_map - which row of a dictionary another one was merged into: table original_merged
 *
 * Only merged rows are in it; all others keep their number.
 * Errors:  as db.h.
 * Threads: built by one thread, read-only afterwards.
 */
#pragma once

#include "store/db.h"
#include "store/rows.h"
#include "store/upgrade_source.h"

/* The columns of original_merged, for rows_new(). */
enum { UPGRADE_MERGED_KIND, UPGRADE_MERGED_OLD, UPGRADE_MERGED_NEW, UPGRADE_MERGED_COLUMNS };
extern const struct column upgrade_merged_columns[UPGRADE_MERGED_COLUMNS];

bool upgrade_map_create(struct db *db, GError **error);

struct upgrade_map;
/* What was merged in the dictionary table `kind`, whose key is `id`; all of it must be copied. */
struct upgrade_map *upgrade_map_of(struct db *db, const struct upgrade_source *source,
                                   const char *kind, const char *id, GError **error);
void upgrade_map_free(struct upgrade_map *map); /* NULL is allowed */
typedef struct upgrade_map UpgradeMap;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(UpgradeMap, upgrade_map_free)
/* The row's number now; 0 when no row ever had `id`. */
int64_t upgrade_map_id(const struct upgrade_map *map, int64_t id);
