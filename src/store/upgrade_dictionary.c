/* SPDX-License-Identifier: Apache-2.0 */
#include "store/upgrade_dictionary.h"

#include <string.h>

#include "store/bulk.h"
#include "store/intern.h"
#include "store/upgrade_map.h"
#include "store/upgrade_old_row.h"
#include "store/upgrade_read.h"
#include "store/upgrade_step.h"

#define CHUNK_ROWS 1000

const struct upgrade_dictionary upgrade_dictionaries[UPGRADE_DICTIONARIES] = {
    { "domain", "domain", "domainId", "domains" },
    { "domainStray", "domain", "domainId", "domains to mend" },
    { "emailLocal", "emailLocal", "emailLocalId", "local parts" },
    { "emailLocalStray", "emailLocal", "emailLocalId", "local parts to mend" },
    { "url", "url", "urlId", "URLs" },
    { "file", "file", "fileId", "files" },
};

struct copy {
    const struct upgrade_old_kind *kind;
    struct upgrade_part part;
    char *select; /* up to the range of ids */
    struct upgrade_old_rows *chunk;
    struct rows *inserts, *updates, *merges;
    struct upgrade_map *domains; /* when URLs are copied */
    struct intern *hosts;        /* of URLs whose host the original had not stored */
    uint64_t read;
};

/* Sets the id of the entries that are rows already. */
static bool
find_stored(struct db *db, const struct copy *copy, GError **error)
{
    g_autoptr(GPtrArray) entries = wanted_sorted(copy->chunk->wanted, copy->kind->dictionary);
    g_autofree const unsigned char **keys = g_new(const unsigned char *, entries->len + 1);
    g_autoptr(GHashTable) by_key = g_hash_table_new(key_hash, key_equal);
    for (unsigned i = 0; i < entries->len; i++) {
        struct entry *entry = g_ptr_array_index(entries, i);
        keys[i] = entry->key;
        g_hash_table_insert(by_key, entry->key, entry);
    }
    return key_lookup(db, dictionary_table(copy->kind->dictionary)->select, keys, entries->len,
                      upgrade_old_found, by_key, error);
}

static void
add_merge(struct copy *copy, const struct upgrade_old_row *old)
{
    const char *table = copy->kind->table;
    rows_begin(copy->merges);
    rows_text(copy->merges, UPGRADE_MERGED_KIND, table, strlen(table));
    rows_number(copy->merges, UPGRADE_MERGED_OLD, old->id);
    rows_number(copy->merges, UPGRADE_MERGED_NEW, old->entry->id);
    if (copy->updates == NULL)
        return;
    rows_begin(copy->updates);
    copy->kind->fill(copy->updates, old);
}

static void
make_rows(struct copy *copy)
{
    GArray *olds = copy->chunk->rows;
    for (unsigned i = 0; i < olds->len; i++) {
        const struct upgrade_old_row *old = &g_array_index(olds, struct upgrade_old_row, i);
        if (old->entry->id != 0) {
            add_merge(copy, old);
            continue;
        }
        old->entry->id = old->id;
        rows_begin(copy->inserts);
        copy->kind->fill(copy->inserts, old);
    }
}

static bool
write_rows(struct db *db, struct copy *copy, int64_t next, GError **error)
{
    return db_begin(db, error) && upgrade_step_move(db, &copy->part, next, error) &&
           bulk_run(db, copy->inserts, copy->kind->table, error) &&
           (copy->updates == NULL || bulk_run(db, copy->updates, copy->kind->table, error)) &&
           bulk_run(db, copy->merges, "original_merged", error) && db_commit(db, error);
}

static bool
read_rows(struct db *db, struct copy *copy, int64_t *next, GError **error)
{
    g_autofree char *sql = g_strdup_printf(
        "%s >= %" G_GINT64_FORMAT " AND o.%s < %" G_GINT64_FORMAT " ORDER BY o.%s LIMIT %d",
        copy->select, copy->part.next, copy->kind->id, copy->part.end, copy->kind->id, CHUNK_ROWS);
    struct upgrade_rows *rows = upgrade_rows_open(db, sql, error);
    const struct span *cells;
    unsigned count = 0;
    *next = copy->part.end;
    while (rows != NULL && (cells = upgrade_rows_next(rows)) != NULL) {
        copy->kind->read(copy->chunk, cells);
        if (++count == CHUNK_ROWS)
            *next = upgrade_number(cells[0], 0) + 1;
    }
    copy->chunk->read = count;
    return rows != NULL && upgrade_rows_end(rows, error);
}

static bool
copy_chunk(struct db *db, void *self, GError **error)
{
    struct copy *copy = self;
    int64_t next;
    upgrade_old_rows_clear(copy->chunk);
    rows_clear(copy->inserts);
    rows_clear(copy->merges);
    if (copy->updates != NULL)
        rows_clear(copy->updates);
    if (!upgrade_step_read(db, &copy->part, error) || !read_rows(db, copy, &next, error) ||
        !find_stored(db, copy, error) ||
        !intern_resolve(copy->hosts, db, copy->chunk->hosts, error))
        return false;
    make_rows(copy);
    if (!write_rows(db, copy, next, error))
        return false;
    copy->part.next = next;
    return true;
}

static void
copy_open(struct copy *copy, const struct upgrade_source *source)
{
    const struct upgrade_old_kind *kind = copy->kind;
    g_autofree char *insert = g_strdup_printf("INSERT INTO %s", kind->table);
    copy->select = upgrade_old_select(kind, source);
    copy->chunk = upgrade_old_rows_new();
    copy->inserts = rows_new(insert, kind->columns, kind->column_count);
    copy->merges =
        rows_new("INSERT INTO original_merged", upgrade_merged_columns, UPGRADE_MERGED_COLUMNS);
    if (kind->update != NULL)
        copy->updates = rows_new_sql(kind->update, kind->columns, kind->column_count);
    copy->hosts = intern_new(INTERN_ENTRIES);
    copy->chunk->domains = copy->domains;
}

static void
copy_close(struct copy *copy)
{
    g_free(copy->select);
    upgrade_old_rows_free(copy->chunk);
    rows_free(copy->inserts);
    rows_free(copy->updates);
    rows_free(copy->merges);
    intern_free(copy->hosts);
    upgrade_map_free(copy->domains);
}

bool
upgrade_dictionary_run(struct db *db, const struct upgrade_source *source, size_t which,
                       upgrade_progress *progress, void *self, GError **error)
{
    const struct upgrade_dictionary *dictionary = &upgrade_dictionaries[which];
    struct copy copy = { .kind = &upgrade_old_kinds[which] };
    int64_t first, end, count = 0;
    g_autoptr(GArray) parts = NULL;
    if (!upgrade_source_range(db, source, dictionary->table, dictionary->id, &first, &end, error) ||
        (parts = upgrade_step_parts(db, dictionary->step, first, end, 1, error)) == NULL)
        return false;
    copy.part = g_array_index(parts, struct upgrade_part, 0);
    if (copy.part.next >= copy.part.end)
        return true;
    if (copy.kind->dictionary == DICTIONARY_URL &&
        (copy.domains = upgrade_map_of(db, source, "domain", "domainId", error)) == NULL)
        return false;
    if (!upgrade_ask(db, &count, error,
                     "SELECT COUNT(*) FROM original_%s WHERE %s >= %" G_GINT64_FORMAT,
                     dictionary->table, dictionary->id, copy.part.next)) {
        upgrade_map_free(copy.domains);
        return false;
    }
    copy_open(&copy, source);
    bool ok = true;
    while (ok && copy.part.next < copy.part.end) {
        ok = upgrade_try(db, copy_chunk, &copy, error);
        copy.read += copy.chunk->read;
        progress(self, dictionary->what, copy.read, (uint64_t)count);
    }
    copy_close(&copy);
    return ok;
}
