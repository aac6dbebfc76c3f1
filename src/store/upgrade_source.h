/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upgrade_source - the original's tables, as they are found and while they are called original_NAME
 *
 * A database of the original may lack tables and columns that a later version of it had; what lacks
 * reads as NULL. Tables of other names, and columns that the original never had, are the site's
 * own. Errors:  as db.h; FAULT_OPERATOR when the database is none that can be upgraded. Threads:
 * built by one thread, read-only afterwards.
 */
#pragma once

#include "store/db.h"

#define UPGRADE_SOURCE_TABLES 8
/* Their names, parents first. */
extern const char *const upgrade_source_tables[UPGRADE_SOURCE_TABLES];

/* True when arfEmail is there, and is the original's. */
bool upgrade_source_is_original(struct db *db, bool *is, GError **error);
/* Fails when something of the site's own stands where the upgrade wants to put its tables. */
bool upgrade_source_is_free(struct db *db, GError **error);
/* Fails when a foreign key points to the original's tables, under their old names or the new: they
 * could not be dropped at the end. */
bool upgrade_source_is_unbound(struct db *db, GError **error);
/* Renames each table to original_NAME, unless that was done. */
bool upgrade_source_rename(struct db *db, GError **error);
/* Estimated octets of the original's tables, whatever they are called now. */
bool upgrade_source_octets(struct db *db, int64_t *octets, GError **error);
/* Octets free where the server keeps its tables; -1 when that is on another machine, or can't be
 * told. */
int64_t upgrade_source_free_octets(struct db *db);

struct upgrade_source;
/* What the renamed tables hold. */
struct upgrade_source *upgrade_source_load(struct db *db, GError **error);
void upgrade_source_free(struct upgrade_source *source); /* NULL is allowed */
typedef struct upgrade_source UpgradeSource;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(UpgradeSource, upgrade_source_free)

bool upgrade_source_has(const struct upgrade_source *source, const char *table);
/* SQL for a column: "alias.column", or "NULL" where the table has none. Addresses that are numbers
 * become octets. Caller frees. */
char *upgrade_source_column(const struct upgrade_source *source, const char *table,
                            const char *alias, const char *column);
/* A column that the site itself added to the table, or NULL. */
const char *upgrade_source_stranger(const struct upgrade_source *source, const char *table);
/* The ids in a table: first <= id < end; both 0 when there is none. */
bool upgrade_source_range(struct db *db, const struct upgrade_source *source, const char *table,
                          const char *id, int64_t *first, int64_t *end, GError **error);
/* Makes sure that rows of a link table are found by their mail. */
bool upgrade_source_index(struct db *db, const struct upgrade_source *source, const char *table,
                          const char *column, GError **error);
