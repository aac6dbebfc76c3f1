/* SPDX-License-Identifier: Apache-2.0 */
#include "store/upgrade_map.h"

#include <stdlib.h>

#include "store/upgrade_read.h"

const struct column upgrade_merged_columns[UPGRADE_MERGED_COLUMNS] = {
    [UPGRADE_MERGED_KIND] = { "kind", CELL_TEXT },
    [UPGRADE_MERGED_OLD] = { "oldId", CELL_NUMBER },
    [UPGRADE_MERGED_NEW] = { "newId", CELL_NUMBER },
};

struct merged {
    int64_t old_id, new_id;
};

struct upgrade_map {
    GArray *merged; /* of struct merged, by old_id */
    int64_t end;
};

bool
upgrade_map_create(struct db *db, GError **error)
{
    return db_execute(db,
                      "CREATE TABLE IF NOT EXISTS original_merged ("
                      "kind VARCHAR(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, "
                      "oldId BIGINT NOT NULL, newId BIGINT NOT NULL, "
                      "PRIMARY KEY (kind, oldId)) ENGINE=InnoDB",
                      error);
}

struct upgrade_map *
upgrade_map_of(struct db *db, const struct upgrade_source *source, const char *kind, const char *id,
               GError **error)
{
    g_autoptr(UpgradeMap) map = g_new0(struct upgrade_map, 1);
    int64_t first;
    g_autofree char *sql = g_strdup_printf(
        "SELECT oldId, newId FROM original_merged WHERE kind = '%s' ORDER BY oldId", kind);
    map->merged = g_array_new(FALSE, FALSE, sizeof(struct merged));
    if (!upgrade_source_range(db, source, kind, id, &first, &map->end, error))
        return NULL;
    struct upgrade_rows *rows = upgrade_rows_open(db, sql, error);
    const struct span *cells;
    while (rows != NULL && (cells = upgrade_rows_next(rows)) != NULL) {
        struct merged merged = { upgrade_number(cells[0], 0), upgrade_number(cells[1], 0) };
        g_array_append_val(map->merged, merged);
    }
    return rows != NULL && upgrade_rows_end(rows, error) ? g_steal_pointer(&map) : NULL;
}

void
upgrade_map_free(struct upgrade_map *map)
{
    if (map == NULL)
        return;
    g_array_unref(map->merged);
    g_free(map);
}

static int
by_old_id(const void *a, const void *b)
{
    const struct merged *left = a, *right = b;
    return (left->old_id > right->old_id) - (left->old_id < right->old_id);
}

int64_t
upgrade_map_id(const struct upgrade_map *map, int64_t id)
{
    const struct merged wanted = { .old_id = id }, *found = NULL;
    if (id <= 0 || id >= map->end)
        return 0;
    if (map->merged->len > 0)
        found = bsearch(&wanted, map->merged->data, map->merged->len, sizeof wanted, by_old_id);
    return found != NULL ? found->new_id : id;
}
