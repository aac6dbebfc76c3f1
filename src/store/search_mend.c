/* SPDX-License-Identifier: Apache-2.0 */
#include "store/search_mend.h"

#include <string.h>

#include "store/id_bits.h"
#include "store/id_list.h"
#include "store/query.h"
#include "store/transaction.h"

#define PAGE_IDS 10000
#define PAGE_BLOCKS 16
#define ROWS_AT_ONCE 2000

/* Where the texts stand. Dates as seconds. */
struct source {
    const char *max, *ids, *rows;
};

static const struct source sources[] = {
    [SEARCH_SUBJECT] = { "SELECT MAX(emailId) FROM arfEmail",
                         "SELECT emailId FROM arfEmail WHERE emailId > ? ORDER BY emailId LIMIT ?",
                         "SELECT emailId, subject, TIMESTAMPDIFF(SECOND, '1970-01-01 00:00:00', "
                         "arrivalDate) FROM arfEmail WHERE emailId IN " },
    [SEARCH_URL] = { "SELECT MAX(urlId) FROM url",
                     "SELECT urlId FROM url WHERE urlId > ? ORDER BY urlId LIMIT ?",
                     "SELECT urlId, url, 0 FROM url WHERE urlId IN " },
};

struct work {
    struct db *db;
    enum search_kind kind;
    bool whole, mend;
    struct id_bits wanted; /* rows whose line was not seen yet */
    struct search_lines *lines;
    int64_t block; /* the one made anew; 0: none */
    struct search_faults *faults;
};

/* The rows' texts and dates. */
static struct query *
read_texts(struct work *work, const GArray *ids, GError **error)
{
    g_autofree char *list = id_list_text(ids);
    g_autofree char *sql = g_strconcat(sources[work->kind].rows, "(", list, ")", NULL);
    return query_run_once(work->db, sql, error);
}

static bool
replace_block(struct db *db, void *self, bool *final, GError **error)
{
    struct work *work = self;
    g_autoptr(GArray) ids = id_list_new();
    (void) final;
    if (work->block != 0)
        id_list_add(ids, work->block);
    return id_list_execute(db, "DELETE FROM searchBlock WHERE blockId IN ", ids, "", error) &&
           search_lines_send(work->lines, db, error);
}

/* The rows' lines in place of the block, or beside all blocks. */
static bool
write_lines(struct work *work, struct query *rows, int64_t block, GError **error)
{
    work->block = block;
    search_lines_clear(work->lines);
    if (!search_lines_reserve(work->lines, work->db, query_rows(rows), error))
        return false;
    while (query_next(rows)) {
        int64_t id = query_number(rows, 0);
        search_lines_add(work->lines, id, query_number(rows, 2),
                         (struct span){ query_text(rows, 1), query_len(rows, 1) });
        id_bits_unset(&work->wanted, id);
    }
    return transaction_run(work->db, replace_block, work, error);
}

static bool
want_ids(struct work *work, int64_t behind, GError **error)
{
    size_t rows = PAGE_IDS;
    if (!id_bits_init(&work->wanted, work->db, sources[work->kind].max, error))
        return false;
    while (rows == PAGE_IDS) {
        struct value values[] = { value_number(behind), value_number(PAGE_IDS) };
        g_autoptr(Query) page =
            query_run(work->db, sources[work->kind].ids, values, G_N_ELEMENTS(values), error);
        if (page == NULL)
            return false;
        rows = query_rows(page);
        while (query_next(page)) {
            behind = query_number(page, 0);
            id_bits_set(&work->wanted, behind);
        }
    }
    return true;
}

/* A row's line, as it is to be. */
struct fresh {
    char *line;
    bool plain;
    int64_t when;
};

static void
fresh_free(void *pointer)
{
    struct fresh *fresh = pointer;
    g_free(fresh->line);
    g_free(fresh);
}

static GHashTable *
read_fresh(struct work *work, const GArray *ids, GError **error)
{
    g_autoptr(GHashTable) all =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, fresh_free);
    g_autoptr(Query) rows = read_texts(work, ids, error);
    if (rows == NULL)
        return NULL;
    while (query_next(rows)) {
        int64_t id = query_number(rows, 0);
        struct span text = { query_text(rows, 1), query_len(rows, 1) };
        struct fresh *fresh = g_new0(struct fresh, 1);
        GString *line = g_string_sized_new(text.len);
        search_line(line, text);
        fresh->line = g_string_free(line, FALSE);
        fresh->plain = search_is_plain(text);
        fresh->when = query_number(rows, 2);
        g_hash_table_replace(all, g_memdup2(&id, sizeof id), fresh);
    }
    return g_steal_pointer(&all);
}

/* Columns of a page of blocks. */
enum { BLOCK_ID, FIRST, LAST, PLAIN_IDS, PLAIN, OTHER_IDS, OTHER };

static GArray *
ids_of(const char *text)
{
    GArray *ids = id_list_new();
    while (*text != '\0') {
        char *end;
        id_list_add(ids, g_ascii_strtoll(text, &end, 10));
        text = *end == ',' ? end + 1 : "";
    }
    return ids;
}

static bool
is_right(const struct work *work, const struct query *block, const struct fresh *fresh, bool plain,
         const char *line)
{
    return fresh != NULL && fresh->plain == plain && g_strcmp0(fresh->line, line) == 0 &&
           (work->kind != SEARCH_SUBJECT || (fresh->when >= query_number(block, FIRST) &&
                                             fresh->when <= query_number(block, LAST)));
}

/* Lines of one sort; returns how many are wrong. */
static uint64_t
check_lines(struct work *work, const struct query *block, GHashTable *all, bool plain)
{
    g_autoptr(GArray) ids = ids_of(query_text(block, plain ? PLAIN_IDS : OTHER_IDS));
    g_auto(GStrv) lines = g_strsplit(query_text(block, plain ? PLAIN : OTHER), "\n", -1);
    guint count = g_strv_length(lines);
    uint64_t wrong = count > MAX(ids->len, 1) ? count - ids->len : 0;
    for (guint i = 0; i < ids->len; i++) {
        int64_t id = id_list_at(ids, i);
        /* One empty line is split into none. */
        const char *line = i < count ? lines[i] : i == 0 ? "" : NULL;
        if (is_right(work, block, g_hash_table_lookup(all, &id), plain, line))
            id_bits_unset(&work->wanted, id);
        else
            wrong++;
    }
    return wrong;
}

static bool
check_block(struct work *work, const struct query *block, GError **error)
{
    g_autofree char *text =
        g_strjoin(query_len(block, PLAIN_IDS) > 0 && query_len(block, OTHER_IDS) > 0 ? "," : "",
                  query_text(block, PLAIN_IDS), query_text(block, OTHER_IDS), NULL);
    g_autoptr(GArray) ids = ids_of(text);
    bool concerned = work->whole;
    for (guint i = 0; i < ids->len && !concerned; i++)
        concerned = id_bits_has(&work->wanted, id_list_at(ids, i));
    if (!concerned)
        return true;
    g_autoptr(GHashTable) all = read_fresh(work, ids, error);
    if (all == NULL)
        return false;
    uint64_t wrong = check_lines(work, block, all, true) + check_lines(work, block, all, false);
    work->faults->stale += wrong;
    if (wrong == 0 || !work->mend)
        return true;
    g_autoptr(Query) rows = read_texts(work, ids, error);
    return rows != NULL && write_lines(work, rows, query_number(block, BLOCK_ID), error);
}

static bool
check_blocks(struct work *work, GError **error)
{
    static const char sql[] =
        "SELECT blockId, TIMESTAMPDIFF(SECOND, '1970-01-01 00:00:00', firstDate), "
        "TIMESTAMPDIFF(SECOND, '1970-01-01 00:00:00', lastDate), plainIds, plain, otherIds, other "
        "FROM searchBlock WHERE kind = ? AND blockId > ? ORDER BY blockId LIMIT ?";
    int64_t behind = 0;
    for (size_t rows = PAGE_BLOCKS; rows == PAGE_BLOCKS;) {
        struct value values[] = { value_text(search_kind_word(work->kind)), value_number(behind),
                                  value_number(PAGE_BLOCKS) };
        g_autoptr(Query) page = query_run(work->db, sql, values, G_N_ELEMENTS(values), error);
        if (page == NULL)
            return false;
        rows = query_rows(page);
        while (query_next(page)) {
            behind = query_number(page, BLOCK_ID);
            if (!check_block(work, page, error))
                return false;
        }
    }
    return true;
}

/* The rows that no block told of. One that is gone meanwhile needs no line. */
static bool
add_missing(struct work *work, GError **error)
{
    for (int64_t id = id_bits_next(&work->wanted, 0); id != 0;) {
        g_autoptr(GArray) ids = id_list_new();
        for (; id != 0 && ids->len < ROWS_AT_ONCE; id = id_bits_next(&work->wanted, id))
            id_list_add(ids, id);
        g_autoptr(Query) rows = read_texts(work, ids, error);
        if (rows == NULL)
            return false;
        work->faults->missing += query_rows(rows);
        if (work->mend && !write_lines(work, rows, 0, error))
            return false;
    }
    return true;
}

bool
search_mend(struct db *db, enum search_kind kind, int64_t behind, bool mend,
            struct search_faults *faults, GError **error)
{
    struct work work = {
        .db = db, .kind = kind, .whole = behind == 0, .mend = mend, .faults = faults
    };
    work.lines = search_lines_new(kind);
    bool ok =
        want_ids(&work, behind, error) && check_blocks(&work, error) && add_missing(&work, error);
    search_lines_free(work.lines);
    id_bits_clear(&work.wanted);
    return ok;
}
