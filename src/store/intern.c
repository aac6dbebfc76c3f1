/* SPDX-License-Identifier: Apache-2.0 */
#include "store/intern.h"

#include <string.h>

#include "base/clock.h"
#include "store/bulk.h"
#include "store/id_block.h"
#include "store/search_lines.h"
#include "store/statement.h"

/* A row that another writer's rollback took from under a read is inserted again, so often. */
#define INTERN_ROUNDS 5

struct remembered {
    unsigned char key[KEY_OCTETS];
    int64_t id;
    int64_t first, last; /* the row's dates are at least that wide */
};

struct memory {
    GHashTable *young, *old; /* key to struct remembered */
};

struct intern {
    size_t generation; /* entries that make the young ones old */
    struct memory memories[DICTIONARIES];
    struct rows *inserts[DICTIONARIES];
    struct id_block ids[DICTIONARIES];
    struct search_lines *search; /* of new URLs */
    struct seen *seen;
    GStringChunk *dates;
};

struct intern *
intern_new(size_t entries)
{
    struct intern *intern = g_new0(struct intern, 1);
    intern->generation = MAX(entries / 2, 1);
    intern->dates = g_string_chunk_new(4096);
    intern->search = search_lines_new(SEARCH_URL);
    intern->seen = seen_new();
    for (int i = 0; i < DICTIONARIES; i++) {
        const struct dictionary_table *table = dictionary_table((enum dictionary)i);
        g_autofree char *insert = g_strdup_printf("INSERT IGNORE INTO %s", table->name);
        intern->memories[i].young = g_hash_table_new_full(key_hash, key_equal, NULL, g_free);
        intern->memories[i].old = g_hash_table_new_full(key_hash, key_equal, NULL, g_free);
        intern->inserts[i] = rows_new(insert, table->columns, table->column_count);
        intern->ids[i].name = table->name;
    }
    return intern;
}

void
intern_free(struct intern *intern)
{
    if (intern == NULL)
        return;
    for (int i = 0; i < DICTIONARIES; i++) {
        g_hash_table_unref(intern->memories[i].young);
        g_hash_table_unref(intern->memories[i].old);
        rows_free(intern->inserts[i]);
    }
    search_lines_free(intern->search);
    seen_free(intern->seen);
    g_string_chunk_free(intern->dates);
    g_free(intern);
}

void
intern_forget(struct intern *intern)
{
    for (int i = 0; i < DICTIONARIES; i++) {
        g_hash_table_remove_all(intern->memories[i].young);
        g_hash_table_remove_all(intern->memories[i].old);
    }
}

static void
memory_put(struct intern *intern, enum dictionary dictionary, struct remembered *remembered)
{
    struct memory *memory = &intern->memories[dictionary];
    if (g_hash_table_size(memory->young) >= intern->generation) {
        GHashTable *oldest = memory->old;
        memory->old = memory->young;
        memory->young = oldest;
        g_hash_table_remove_all(oldest);
    }
    g_hash_table_replace(memory->young, remembered->key, remembered);
}

static struct remembered *
memory_get(struct intern *intern, enum dictionary dictionary, const unsigned char *key)
{
    struct memory *memory = &intern->memories[dictionary];
    struct remembered *remembered = g_hash_table_lookup(memory->young, key);
    if (remembered != NULL)
        return remembered;
    remembered = g_hash_table_lookup(memory->old, key);
    if (remembered != NULL) { /* used again: young again */
        g_hash_table_steal(memory->old, key);
        memory_put(intern, dictionary, remembered);
    }
    return remembered;
}

static void
memory_learn(struct intern *intern, const struct entry *entry)
{
    struct remembered *remembered = memory_get(intern, entry->dictionary, entry->key);
    if (remembered == NULL) {
        remembered = g_new0(struct remembered, 1);
        memcpy(remembered->key, entry->key, KEY_OCTETS);
        remembered->first = entry->inserted ? entry->first : INT64_MAX;
        remembered->last = entry->inserted ? entry->last : INT64_MIN;
        memory_put(intern, entry->dictionary, remembered);
    }
    remembered->id = entry->id;
}

/* The entries that have no id yet; `unknown` keeps the order. */
static GPtrArray *
without_id(GPtrArray *entries)
{
    GPtrArray *unknown = g_ptr_array_new();
    for (unsigned i = 0; i < entries->len; i++)
        if (((struct entry *)g_ptr_array_index(entries, i))->id == 0)
            g_ptr_array_add(unknown, g_ptr_array_index(entries, i));
    return unknown;
}

static void
found_row(void *self, const unsigned char key[KEY_OCTETS], int64_t id)
{
    struct entry *entry = g_hash_table_lookup(self, key);
    if (entry != NULL && entry->id == 0)
        entry->id = id;
}

/* Sets the id of those entries whose row is committed. */
static bool
read_ids(struct db *db, enum dictionary dictionary, GPtrArray *entries, GError **error)
{
    if (entries->len == 0)
        return true;
    g_autofree const unsigned char **keys = g_new(const unsigned char *, entries->len);
    g_autoptr(GHashTable) by_key = g_hash_table_new(key_hash, key_equal);
    for (unsigned i = 0; i < entries->len; i++) {
        struct entry *entry = g_ptr_array_index(entries, i);
        keys[i] = entry->key;
        g_hash_table_insert(by_key, entry->key, entry);
    }
    return key_lookup(db, dictionary_table(dictionary)->select, keys, entries->len, found_row,
                      by_key, error);
}

/* Gives each entry an id of ours, and the rows that say so. */
static bool
make_rows(struct intern *intern, struct db *db, enum dictionary dictionary, GPtrArray *entries,
          GError **error)
{
    struct id_block *ids = &intern->ids[dictionary];
    struct rows *rows = intern->inserts[dictionary];
    rows_clear(rows);
    bool searched = dictionary == DICTIONARY_URL;
    if (!id_block_reserve(db, ids, entries->len, error) ||
        (searched && !search_lines_reserve(intern->search, db, entries->len, error)))
        return false;
    for (unsigned i = 0; i < entries->len; i++) {
        const struct entry *entry = g_ptr_array_index(entries, i);
        int64_t id = id_block_next(ids);
        rows_begin(rows);
        dictionary_table(dictionary)->fill(rows, entry, id, intern->dates);
        if (searched)
            search_lines_add(intern->search, id, 0, entry->text);
    }
    return true;
}

static bool
send_rows(struct intern *intern, struct db *db, enum dictionary from, enum dictionary to,
          GError **error)
{
    size_t count = 0;
    for (enum dictionary i = from; i <= to; i++)
        count += rows_count(intern->inserts[i]);
    if (count == 0)
        return true;
    if (!db_begin(db, error))
        return false;
    for (enum dictionary i = from; i <= to; i++)
        if (!bulk_run(db, intern->inserts[i], dictionary_table(i)->name, error))
            return false;
    return search_lines_send(intern->search, db, error) && db_commit(db, error);
}

/* Marks the entries whose row is ours: its dates need no update. */
static void
mark_inserted(GPtrArray *entries, int64_t first_id, int64_t end_id)
{
    for (unsigned i = 0; i < entries->len; i++) {
        struct entry *entry = g_ptr_array_index(entries, i);
        entry->inserted = entry->id >= first_id && entry->id < end_id;
    }
}

/* One round for the dictionaries from..to: insert what is missing, read it back. */
static bool
resolve_round(struct intern *intern, struct db *db, GPtrArray **missing, enum dictionary from,
              enum dictionary to, GError **error)
{
    int64_t first_ids[DICTIONARIES], end_ids[DICTIONARIES];
    g_string_chunk_clear(intern->dates);
    search_lines_clear(intern->search);
    for (enum dictionary i = from; i <= to; i++) {
        if (!make_rows(intern, db, i, missing[i], error))
            return false;
        end_ids[i] = intern->ids[i].next;
        first_ids[i] = end_ids[i] - missing[i]->len;
    }
    if (!send_rows(intern, db, from, to, error))
        return false;
    for (enum dictionary i = from; i <= to; i++) {
        if (!read_ids(db, i, missing[i], error))
            return false;
        mark_inserted(missing[i], first_ids[i], end_ids[i]);
        GPtrArray *left = without_id(missing[i]);
        for (unsigned k = 0; k < missing[i]->len; k++) {
            const struct entry *entry = g_ptr_array_index(missing[i], k);
            if (entry->id != 0)
                memory_learn(intern, entry);
        }
        g_ptr_array_unref(missing[i]);
        missing[i] = left;
    }
    return true;
}

/* From memory, then from the table; what is left is in *missing. */
static bool
resolve_known(struct intern *intern, struct db *db, struct wanted *wanted,
              enum dictionary dictionary, GPtrArray **missing, GError **error)
{
    g_autoptr(GPtrArray) all = wanted_sorted(wanted, dictionary);
    for (unsigned i = 0; i < all->len; i++) {
        struct entry *entry = g_ptr_array_index(all, i);
        const struct remembered *remembered = memory_get(intern, dictionary, entry->key);
        if (entry->id == 0 && remembered != NULL)
            entry->id = remembered->id;
    }
    g_autoptr(GPtrArray) unknown = without_id(all);
    if (!read_ids(db, dictionary, unknown, error))
        return false;
    for (unsigned i = 0; i < unknown->len; i++) {
        const struct entry *entry = g_ptr_array_index(unknown, i);
        if (entry->id != 0)
            memory_learn(intern, entry);
    }
    *missing = without_id(unknown);
    return true;
}

static bool
resolve_range(struct intern *intern, struct db *db, struct wanted *wanted, enum dictionary from,
              enum dictionary to, GError **error)
{
    GPtrArray *missing[DICTIONARIES] = { NULL };
    bool ok = true;
    size_t left = 0;
    for (enum dictionary i = from; ok && i <= to; i++)
        ok = resolve_known(intern, db, wanted, i, &missing[i], error);
    for (int round = 0; ok && round < INTERN_ROUNDS; round++) {
        left = 0;
        for (enum dictionary i = from; i <= to; i++)
            left += missing[i]->len;
        if (left == 0)
            break;
        ok = resolve_round(intern, db, missing, from, to, error);
    }
    for (enum dictionary i = from; i <= to; i++) {
        if (ok && missing[i]->len > 0)
            ok = db_fail(db, dictionary_table(i)->name, 1020, "HY000",
                         "rows were not there after their COMMIT", error);
        g_clear_pointer(&missing[i], g_ptr_array_unref);
    }
    return ok;
}

bool
intern_resolve_domains(struct intern *intern, struct db *db, struct wanted *wanted, GError **error)
{
    return resolve_range(intern, db, wanted, DICTIONARY_DOMAIN, DICTIONARY_DOMAIN, error);
}

bool
intern_resolve_others(struct intern *intern, struct db *db, struct wanted *wanted, GError **error)
{
    return resolve_range(intern, db, wanted, DICTIONARY_LOCAL, DICTIONARY_PATTERN, error);
}

void
intern_note_seen(struct intern *intern, struct wanted *wanted)
{
    for (enum dictionary i = 0; i < DICTIONARIES; i++) {
        if (!seen_has_dates(i))
            continue;
        g_autoptr(GPtrArray) all = wanted_sorted(wanted, i);
        for (unsigned k = 0; k < all->len; k++) {
            const struct entry *entry = g_ptr_array_index(all, k);
            struct remembered *row = memory_get(intern, i, entry->key);
            if (row != NULL && row->first <= entry->first && row->last >= entry->last)
                continue;
            seen_widen(intern->seen, i, entry->id, entry->first, entry->last);
            if (row != NULL) {
                row->first = MIN(row->first, entry->first);
                row->last = MAX(row->last, entry->last);
            }
        }
    }
}

struct seen *
intern_seen(struct intern *intern)
{
    return intern->seen;
}
