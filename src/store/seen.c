/* SPDX-License-Identifier: Apache-2.0 */
#include "store/seen.h"

#include <string.h>

#include "base/clock.h"
#include "store/bulk.h"

struct dates {
    int64_t id;
    int64_t first, last;
};

struct seen {
    GHashTable *rows[DICTIONARIES];     /* id to struct dates; NULL: no dates */
    struct rows *updates[DICTIONARIES]; /* of those that have dates */
    GStringChunk *texts;
    unsigned batches; /* since the last flush */
};

enum { SEEN_FIRST, SEEN_LAST, SEEN_ID };
static const struct column seen_columns[] = {
    [SEEN_FIRST] = { "firstSeen", CELL_TEXT },
    [SEEN_LAST] = { "lastSeen", CELL_TEXT },
    [SEEN_ID] = { "id", CELL_NUMBER },
};

struct seen *
seen_new(void)
{
    struct seen *seen = g_new0(struct seen, 1);
    seen->texts = g_string_chunk_new(4096);
    for (enum dictionary i = 0; i < DICTIONARIES; i++) {
        if (!seen_has_dates(i))
            continue;
        seen->rows[i] = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
        seen->updates[i] =
            rows_new_sql(dictionary_table(i)->update, seen_columns, G_N_ELEMENTS(seen_columns));
    }
    return seen;
}

void
seen_free(struct seen *seen)
{
    if (seen == NULL)
        return;
    for (enum dictionary i = 0; i < DICTIONARIES; i++) {
        g_clear_pointer(&seen->rows[i], g_hash_table_unref);
        rows_free(seen->updates[i]);
    }
    g_string_chunk_free(seen->texts);
    g_free(seen);
}

bool
seen_has_dates(enum dictionary dictionary)
{
    return dictionary_table(dictionary)->update != NULL;
}

void
seen_widen(struct seen *seen, enum dictionary dictionary, int64_t id, int64_t first, int64_t last)
{
    struct dates *dates = g_hash_table_lookup(seen->rows[dictionary], &id);
    if (dates == NULL) {
        dates = g_new(struct dates, 1);
        *dates = (struct dates){ id, first, last };
        g_hash_table_insert(seen->rows[dictionary], &dates->id, dates);
    }
    dates->first = MIN(dates->first, first);
    dates->last = MAX(dates->last, last);
}

bool
seen_is_due(struct seen *seen)
{
    size_t count = 0;
    for (enum dictionary i = 0; i < DICTIONARIES; i++)
        count += seen->rows[i] != NULL ? g_hash_table_size(seen->rows[i]) : 0;
    return ++seen->batches >= SEEN_BATCHES || count >= SEEN_ROWS;
}

static gint
by_id(gconstpointer a, gconstpointer b)
{
    const struct dates *left = *(struct dates *const *)a, *right = *(struct dates *const *)b;
    return (left->id > right->id) - (left->id < right->id);
}

static void
put_date(struct seen *seen, struct rows *rows, unsigned column, int64_t when)
{
    char text[CLOCK_TEXT_MAX];
    const char *kept = g_string_chunk_insert(seen->texts, clock_sql(when, text));
    rows_text(rows, column, kept, strlen(kept));
}

/* In order of the ids, so that two writers do not wait for each other in a circle. */
static void
fill_updates(struct seen *seen, enum dictionary dictionary)
{
    struct rows *rows = seen->updates[dictionary];
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    GHashTableIter at;
    gpointer value;
    rows_clear(rows);
    g_hash_table_iter_init(&at, seen->rows[dictionary]);
    while (g_hash_table_iter_next(&at, NULL, &value))
        g_ptr_array_add(sorted, value);
    g_ptr_array_sort(sorted, by_id);
    for (unsigned i = 0; i < sorted->len; i++) {
        const struct dates *dates = g_ptr_array_index(sorted, i);
        rows_begin(rows);
        put_date(seen, rows, SEEN_FIRST, dates->first);
        put_date(seen, rows, SEEN_LAST, dates->last);
        rows_number(rows, SEEN_ID, dates->id);
    }
}

bool
seen_flush(struct seen *seen, struct db *db, GError **error)
{
    size_t count = 0;
    seen->batches = 0;
    g_string_chunk_clear(seen->texts);
    for (enum dictionary i = 0; i < DICTIONARIES; i++) {
        if (seen->rows[i] == NULL)
            continue;
        fill_updates(seen, i);
        count += rows_count(seen->updates[i]);
    }
    if (count == 0)
        return true;
    if (!db_begin(db, error))
        return false;
    for (enum dictionary i = 0; i < DICTIONARIES; i++)
        if (seen->rows[i] != NULL &&
            !bulk_run(db, seen->updates[i], dictionary_table(i)->name, error))
            return false;
    if (!db_commit(db, error))
        return false;
    for (enum dictionary i = 0; i < DICTIONARIES; i++)
        if (seen->rows[i] != NULL)
            g_hash_table_remove_all(seen->rows[i]);
    return true;
}
