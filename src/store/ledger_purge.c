/* SPDX-License-Identifier: Apache-2.0 */
#include "store/ledger_purge.h"

#include "base/clock.h"
#include "store/query.h"
#include "store/transaction.h"

#define PAGE_ROWS 5000
#define REMOVE_AT_ONCE 500

/* The first octets of a digest stand for it: two that agree in them keep a row too many. */
static gpointer
short_digest(const char *digest, size_t len)
{
    uint64_t head = 0;
    memcpy(&head, digest, MIN(len, sizeof head));
    return (gpointer)(uintptr_t)head;
}

static bool
note_stored(struct db *db, const char *sql, GHashTable *stored, GError **error)
{
    for (int64_t behind = INT64_MIN;;) {
        struct value values[] = { value_number(behind), value_number(PAGE_ROWS) };
        g_autoptr(Query) page = query_run(db, sql, values, G_N_ELEMENTS(values), error);
        if (page == NULL)
            return false;
        while (query_next(page)) {
            behind = query_number(page, 0);
            g_hash_table_add(stored, short_digest(query_text(page, 1), query_len(page, 1)));
        }
        if (query_rows(page) < PAGE_ROWS)
            return true;
    }
}

static bool
remove_digests(struct db *db, void *self, bool *final, GError **error)
{
    g_autoptr(GString) sql = g_string_new("DELETE FROM ledger WHERE digest IN (");
    const GPtrArray *digests = self;
    (void) final;
    for (guint i = 0; i < digests->len; i++)
        g_string_append_printf(sql, "%sx'%s'", i > 0 ? "," : "", (char *)digests->pdata[i]);
    g_string_append_c(sql, ')');
    return db_execute(db, sql->str, error);
}

static bool
remove_some(struct db *db, GPtrArray *digests, bool dry, uint64_t *count, GError **error)
{
    if (digests->len == 0)
        return true;
    if (!dry && !transaction_run(db, remove_digests, digests, error))
        return false;
    *count += digests->len;
    g_ptr_array_set_size(digests, 0);
    return true;
}

static bool
remove_old(struct db *db, const char *before, GHashTable *stored, bool dry, uint64_t *count,
           GError **error)
{
    g_autoptr(GPtrArray) digests = g_ptr_array_new_with_free_func(g_free);
    char behind[32] = "";
    size_t behind_len = 0;
    for (;;) {
        struct value values[] = { { .text = behind, .len = behind_len },
                                  value_text(before),
                                  value_number(PAGE_ROWS) };
        g_autoptr(Query) page =
            query_run(db,
                      "SELECT digest, HEX(digest) FROM ledger WHERE digest > ? AND seen < ? "
                      "ORDER BY digest LIMIT ?",
                      values, G_N_ELEMENTS(values), error);
        if (page == NULL)
            return false;
        while (query_next(page)) {
            behind_len = MIN(query_len(page, 0), sizeof behind);
            memcpy(behind, query_text(page, 0), behind_len);
            if (!g_hash_table_contains(stored, short_digest(behind, behind_len)))
                g_ptr_array_add(digests, g_strdup(query_text(page, 1)));
            if (digests->len == REMOVE_AT_ONCE && !remove_some(db, digests, dry, count, error))
                return false;
        }
        if (query_rows(page) < PAGE_ROWS)
            return remove_some(db, digests, dry, count, error);
    }
}

bool
ledger_purge(struct db *db, int64_t before, bool dry, uint64_t *count, GError **error)
{
    char text[CLOCK_TEXT_MAX];
    g_autoptr(GHashTable) stored = g_hash_table_new(g_direct_hash, g_direct_equal);
    return note_stored(db,
                       "SELECT emailId, digest FROM arfEmail WHERE emailId > ? ORDER BY emailId "
                       "LIMIT ?",
                       stored, error) &&
           note_stored(db,
                       "SELECT heldId, digest FROM heldMessage WHERE heldId > ? ORDER BY heldId "
                       "LIMIT ?",
                       stored, error) &&
           note_stored(db,
                       "SELECT replyId, digest FROM complaintReply WHERE replyId > ? ORDER BY "
                       "replyId LIMIT ?",
                       stored, error) &&
           remove_old(db, clock_sql(before, text), stored, dry, count, error);
}
