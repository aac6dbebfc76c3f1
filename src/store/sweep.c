/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sweep.h"

#include "store/id_bits.h"
#include "store/id_list.h"
#include "store/query.h"
#include "store/search_mend.h"
#include "store/sweep_mark.h"
#include "store/transaction.h"

#define PAGE_MAILS 5000
#define PAGE_ROWS 5000
#define REMOVE_AT_ONCE 500
/* After so many removals writers get a moment in which their ids stay true. */
#define REMOVALS_A_ROW 10
#define PAUSE_US 300000

struct sweep {
    struct db *db;
    int64_t mark;
    int64_t new_mails; /* mails stored since the start have this id or a larger one */
    struct id_bits locals, outer_urls;
    unsigned removals;
};

/* A table with rows to be removed. */
struct target {
    const char *page;   /* ids behind ?, up to ?, that may be unused */
    const char *remove; /* up to the list of ids */
    const char *unused; /* behind it, with the first new mail's id as %s, twice */
};

static const struct target url_target = {
    "SELECT u.urlId FROM url u WHERE u.urlId > ? AND NOT EXISTS (SELECT 1 FROM emailUrl e "
    "WHERE e.urlId = u.urlId) ORDER BY u.urlId LIMIT ?",
    "DELETE FROM url WHERE urlId IN ",
    " AND NOT EXISTS (SELECT 1 FROM emailUrl e WHERE e.urlId = url.urlId) AND NOT EXISTS "
    "(SELECT 1 FROM emailUrl x WHERE x.emailId >= %s AND x.outerUrlId = url.urlId)",
};
static const struct target file_target = {
    "SELECT f.fileId FROM file f WHERE f.fileId > ? AND NOT EXISTS (SELECT 1 FROM emailFile e "
    "WHERE e.fileId = f.fileId) ORDER BY f.fileId LIMIT ?",
    "DELETE FROM file WHERE fileId IN ",
    " AND NOT EXISTS (SELECT 1 FROM emailFile e WHERE e.fileId = file.fileId)",
};
static const struct target pattern_target = {
    "SELECT p.patternId FROM pattern p WHERE p.patternId > ? AND NOT EXISTS (SELECT 1 FROM "
    "emailPattern e WHERE e.patternId = p.patternId) ORDER BY p.patternId LIMIT ?",
    "DELETE FROM pattern WHERE patternId IN ",
    " AND NOT EXISTS (SELECT 1 FROM emailPattern e WHERE e.patternId = pattern.patternId)",
};
static const struct target local_target = {
    "SELECT emailLocalId FROM emailLocal WHERE emailLocalId > ? ORDER BY emailLocalId LIMIT ?",
    "DELETE FROM emailLocal WHERE emailLocalId IN ",
    " AND NOT EXISTS (SELECT 1 FROM arfEmail a WHERE a.emailId >= %s AND emailLocal.emailLocalId "
    "IN (a.originalMailFromLocalId, a.originalRcptToLocalId, a.originalFromLocalId, "
    "a.reporterLocalId)) AND NOT EXISTS (SELECT 1 FROM emailRcptTo r WHERE r.emailId >= %s AND "
    "r.emailLocalId = emailLocal.emailLocalId)",
};

/* What a statement about the mails from..to gives, in all its columns, is in use. */
static bool
note_used(struct db *db, const char *sql, int64_t from, int64_t to, struct id_bits *bits,
          GError **error)
{
    struct value values[] = { value_number(from), value_number(to) };
    g_autoptr(Query) query = query_run(db, sql, values, G_N_ELEMENTS(values), error);
    if (query == NULL)
        return false;
    while (query_next(query))
        id_bits_set(bits, query_number(query, 0));
    return true;
}

/* Reads what all mails use; the mails' own columns come with the page. */
static bool
note_mails(struct sweep *sweep, GError **error)
{
    for (int64_t behind = 0;;) {
        struct value values[] = { value_number(behind), value_number(PAGE_MAILS) };
        g_autoptr(Query) page =
            query_run(sweep->db,
                      "SELECT emailId, originalMailFromLocalId, originalRcptToLocalId, "
                      "originalFromLocalId, reporterLocalId FROM arfEmail WHERE emailId > ? "
                      "ORDER BY emailId LIMIT ?",
                      values, G_N_ELEMENTS(values), error);
        int64_t last = behind;
        if (page == NULL)
            return false;
        while (query_next(page)) {
            last = query_number(page, 0);
            for (unsigned i = 1; i <= 4; i++)
                id_bits_set(&sweep->locals, query_number(page, i));
        }
        if (query_rows(page) == 0)
            return true;
        if (!note_used(sweep->db,
                       "SELECT emailLocalId FROM emailRcptTo WHERE emailId > ? AND emailId <= ?",
                       behind, last, &sweep->locals, error) ||
            !note_used(sweep->db,
                       "SELECT DISTINCT outerUrlId FROM emailUrl WHERE emailId > ? AND emailId <= ?"
                       " AND outerUrlId IS NOT NULL",
                       behind, last, &sweep->outer_urls, error))
            return false;
        behind = last;
    }
}

static bool
begin_sweep(struct db *db, void *self, bool *final, GError **error)
{
    struct sweep *sweep = self;
    g_autofree char *next = NULL;
    int64_t mark = SWEEP_MARK_ANY;
    (void) final;
    if (!sweep_mark_raise(db, &mark, error) ||
        !db_ask(db, "SELECT next FROM idBlock WHERE name = 'arfEmail'", &next, error))
        return false;
    sweep->mark = mark;
    sweep->new_mails = next != NULL ? g_ascii_strtoll(next, NULL, 10) : 1;
    return true;
}

struct removal {
    struct sweep *sweep;
    const struct target *target;
    GArray *ids;
    int64_t mark; /* after it */
    int64_t removed;
};

static bool
remove_rows(struct db *db, void *self, bool *final, GError **error)
{
    struct removal *removal = self;
    g_autofree char *first = g_strdup_printf("%" G_GINT64_FORMAT, removal->sweep->new_mails);
    g_auto(GStrv) pieces = g_strsplit(removal->target->unused, "%s", -1);
    g_autofree char *unused = g_strjoinv(first, pieces);
    g_autofree char *count = NULL;
    removal->mark = removal->sweep->mark;
    if (!sweep_mark_raise(db, &removal->mark, error)) {
        *final = removal->mark == SWEEP_MARK_LOST;
        return false;
    }
    if (!id_list_execute(db, removal->target->remove, removal->ids, unused, error) ||
        !db_ask(db, "SELECT ROW_COUNT()", &count, error))
        return false;
    removal->removed = count != NULL ? g_ascii_strtoll(count, NULL, 10) : 0;
    return true;
}

/* Removes those of the ids that are still unused. */
static bool
remove_ids(struct sweep *sweep, const struct target *target, GArray *ids, uint64_t *count,
           GError **error)
{
    struct removal removal = { .sweep = sweep, .target = target, .ids = ids };
    if (ids->len == 0)
        return true;
    if (!transaction_run(sweep->db, remove_rows, &removal, error))
        return false;
    sweep->mark = removal.mark;
    *count += (uint64_t)MAX(removal.removed, 0);
    g_array_set_size(ids, 0);
    if (++sweep->removals % REMOVALS_A_ROW == 0)
        g_usleep(PAUSE_US);
    return true;
}

/* `used` may be NULL: the page leaves out what is used. */
static bool
sweep_table(struct sweep *sweep, const struct target *target, const struct id_bits *used,
            uint64_t *count, GError **error)
{
    g_autoptr(GArray) ids = id_list_new();
    for (int64_t behind = 0;;) {
        struct value values[] = { value_number(behind), value_number(PAGE_ROWS) };
        g_autoptr(Query) page =
            query_run(sweep->db, target->page, values, G_N_ELEMENTS(values), error);
        if (page == NULL)
            return false;
        while (query_next(page)) {
            behind = query_number(page, 0);
            if (used != NULL && id_bits_has(used, behind))
                continue;
            id_list_add(ids, behind);
            if (ids->len == REMOVE_AT_ONCE && !remove_ids(sweep, target, ids, count, error))
                return false;
        }
        if (query_rows(page) < PAGE_ROWS)
            break;
    }
    return remove_ids(sweep, target, ids, count, error);
}

bool
sweep_run(struct db *db, struct sweep_counts *counts, GError **error)
{
    struct sweep sweep = { .db = db };
    struct search_faults mended = { 0 };
    bool ok = sweep_mark_make(db, error) && transaction_run(db, begin_sweep, &sweep, error) &&
              id_bits_init(&sweep.locals, db, "SELECT MAX(emailLocalId) FROM emailLocal", error) &&
              id_bits_init(&sweep.outer_urls, db, "SELECT MAX(urlId) FROM url", error) &&
              note_mails(&sweep, error) &&
              sweep_table(&sweep, &url_target, &sweep.outer_urls, &counts->urls, error) &&
              sweep_table(&sweep, &file_target, NULL, &counts->files, error) &&
              sweep_table(&sweep, &pattern_target, NULL, &counts->patterns, error) &&
              sweep_table(&sweep, &local_target, &sweep.locals, &counts->locals, error) &&
              search_mend(db, SEARCH_SUBJECT, 0, true, &mended, error) &&
              search_mend(db, SEARCH_URL, 0, true, &mended, error);
    id_bits_clear(&sweep.locals);
    id_bits_clear(&sweep.outer_urls);
    return ok;
}
