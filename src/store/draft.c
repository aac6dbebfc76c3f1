/* SPDX-License-Identifier: Apache-2.0 */
#include "store/draft.h"

#include "base/clock.h"
#include "store/bulk.h"
#include "store/id_block.h"
#include "store/query.h"
#include "store/statement.h"

enum { DRAFT_ID, EMAIL_ID };
static const struct column columns[] = {
    [DRAFT_ID] = { "draftId", CELL_NUMBER },
    [EMAIL_ID] = { "emailId", CELL_NUMBER },
};

static bool
remove_old(struct db *db, GError **error)
{
    char before[CLOCK_TEXT_MAX];
    struct value value =
        value_text(clock_sql(clock_now() - (int64_t)DRAFT_DAYS * CLOCK_DAY_S, before));
    return statement_run(db,
                         "DELETE e FROM complaintDraftEmail e JOIN complaintDraft d USING "
                         "(draftId) WHERE d.created < ?",
                         &value, 1, NULL, NULL, error) &&
           statement_run(db, "DELETE FROM complaintDraft WHERE created < ?", &value, 1, NULL, NULL,
                         error);
}

static bool
put(struct db *db, int64_t id, int64_t owner, const char *query, const int64_t *ids, size_t count,
    GError **error)
{
    g_autoptr(Rows) rows =
        rows_new("INSERT IGNORE INTO complaintDraftEmail", columns, G_N_ELEMENTS(columns));
    char now[CLOCK_TEXT_MAX];
    struct value values[] = { value_number(id), value_number(owner),
                              value_text(clock_sql(clock_now(), now)), value_text(query) };
    for (size_t i = 0; i < count; i++) {
        rows_begin(rows);
        rows_number(rows, DRAFT_ID, id);
        rows_number(rows, EMAIL_ID, ids[i]);
    }
    return statement_run(db,
                         "INSERT INTO complaintDraft (draftId, userId, created, query) VALUES (?, "
                         "?, ?, LEFT(?, 4000))",
                         values, G_N_ELEMENTS(values), NULL, NULL, error) &&
           bulk_run(db, rows, "complaintDraftEmail", error);
}

bool
draft_add(struct db *db, int64_t owner, const char *query, const int64_t *ids, size_t count,
          int64_t *draft_id, GError **error)
{
    struct id_block block = { .name = "complaintDraft" };
    if (!remove_old(db, error) || !id_block_reserve_few(db, &block, 1, error))
        return false;
    *draft_id = id_block_next(&block);
    if (!db_begin(db, error))
        return false;
    if (put(db, *draft_id, owner, query, ids, count, error) && db_commit(db, error))
        return true;
    db_rollback(db);
    return false;
}

GArray *
draft_read(struct db *db, int64_t owner, int64_t draft_id, GError **error)
{
    struct value values[] = { value_number(draft_id), value_number(owner) };
    g_autoptr(Query) query =
        query_run(db,
                  "SELECT e.emailId FROM complaintDraft d JOIN complaintDraftEmail e USING "
                  "(draftId) WHERE d.draftId = ? AND d.userId = ? ORDER BY e.emailId",
                  values, G_N_ELEMENTS(values), error);
    GArray *ids;
    if (query == NULL)
        return NULL;
    ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    while (query_next(query)) {
        int64_t id = query_number(query, 0);
        g_array_append_val(ids, id);
    }
    return ids;
}

bool
draft_remove(struct db *db, int64_t owner, int64_t draft_id, GError **error)
{
    struct value values[] = { value_number(draft_id), value_number(owner) };
    return statement_run(db,
                         "DELETE e FROM complaintDraftEmail e JOIN complaintDraft d USING "
                         "(draftId) WHERE d.draftId = ? AND d.userId = ?",
                         values, G_N_ELEMENTS(values), NULL, NULL, error) &&
           statement_run(db, "DELETE FROM complaintDraft WHERE draftId = ? AND userId = ?", values,
                         G_N_ELEMENTS(values), NULL, NULL, error);
}

GArray *
draft_list(struct db *db, int64_t owner, GError **error)
{
    struct value value = value_number(owner);
    g_autoptr(Query) query =
        query_run(db,
                  "SELECT d.draftId, d.created, d.query, (SELECT COUNT(*) FROM complaintDraftEmail "
                  "e WHERE e.draftId = d.draftId) FROM complaintDraft d WHERE d.userId = ? ORDER "
                  "BY d.created DESC, d.draftId DESC LIMIT " G_STRINGIFY(DRAFT_LIST_MAX),
                  &value, 1, error);
    GArray *drafts;
    if (query == NULL)
        return NULL;
    drafts = g_array_new(FALSE, FALSE, sizeof(struct draft));
    while (query_next(query)) {
        struct draft draft = { .id = query_number(query, 0), .mails = query_number(query, 3) };
        g_strlcpy(draft.created, query_text(query, 1), sizeof draft.created);
        g_strlcpy(draft.query, query_text(query, 2), sizeof draft.query);
        g_array_append_val(drafts, draft);
    }
    return drafts;
}
