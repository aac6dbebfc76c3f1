/* SPDX-License-Identifier: Apache-2.0 */
#include "store/saved_selection.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "store/id_block.h"
#include "store/query.h"
#include "store/statement.h"

static void
saved_free(void *closure)
{
    struct saved_selection *saved = closure;
    g_free(saved->name);
    g_free(saved->query);
    g_free(saved->owner);
    g_free(saved);
}

static bool
check(const char *name, const char *query, GError **error)
{
    if (g_utf8_validate(name, -1, NULL) && name[strspn(name, " \t\r\n")] != '\0' &&
        g_utf8_strlen(name, -1) <= SAVED_NAME_MAX && strlen(query) <= SAVED_QUERY_MAX)
        return true;
    g_set_error(error, FAULT, FAULT_REJECT, "a name has 1 to %d characters, its filters %d octets",
                SAVED_NAME_MAX, SAVED_QUERY_MAX);
    return false;
}

/* *id 0: there is none of that name. */
static bool
find(struct db *db, int64_t user_id, const char *name, int64_t *id, GError **error)
{
    struct value values[] = { value_number(user_id), value_text(name) };
    int64_t count = 0;
    if (!query_figure(db,
                      "SELECT MIN(selectionId) FROM savedSelection WHERE userId = ? AND name = ?",
                      values, G_N_ELEMENTS(values), id, error))
        return false;
    if (*id != 0)
        return true;
    if (!query_figure(db, "SELECT COUNT(*) FROM savedSelection WHERE userId = ?", values, 1, &count,
                      error))
        return false;
    if (count < SAVED_SELECTIONS_MAX)
        return true;
    g_set_error(error, FAULT, FAULT_REJECT, "%d selections are kept; delete one first",
                SAVED_SELECTIONS_MAX);
    return false;
}

bool
saved_selection_put(struct db *db, int64_t user_id, const char *name, const char *query,
                    bool shared, GError **error)
{
    struct id_block ids = { .name = "savedSelection" };
    char now[CLOCK_TEXT_MAX];
    int64_t id = 0;
    if (!check(name, query, error) || !find(db, user_id, name, &id, error))
        return false;
    if (id != 0) {
        struct value values[] = { value_text(query), value_number(shared), value_number(id) };
        return statement_run(
            db, "UPDATE savedSelection SET query = ?, shared = ? WHERE selectionId = ?", values,
            G_N_ELEMENTS(values), NULL, NULL, error);
    }
    if (!id_block_reserve_few(db, &ids, 1, error))
        return false;
    struct value values[] = { value_number(id_block_next(&ids)),
                              value_number(user_id),
                              value_text(name),
                              value_text(query),
                              value_number(shared),
                              value_text(clock_sql(clock_now(), now)) };
    return statement_run(db,
                         "INSERT INTO savedSelection (selectionId, userId, name, query, shared, "
                         "created) VALUES (?, ?, ?, ?, ?, ?)",
                         values, G_N_ELEMENTS(values), NULL, NULL, error);
}

GPtrArray *
saved_selection_list(struct db *db, int64_t user_id, GError **error)
{
    struct value values[] = { value_number(user_id), value_number(user_id) };
    g_autoptr(Query) query =
        query_run(db,
                  "SELECT s.selectionId, s.name, s.query, u.name, s.userId = ?, s.shared FROM "
                  "savedSelection s LEFT JOIN user u ON u.userId = s.userId WHERE s.userId = ? OR "
                  "s.shared = 1 ORDER BY s.name, s.selectionId LIMIT 1000",
                  values, G_N_ELEMENTS(values), error);
    GPtrArray *list;
    if (query == NULL)
        return NULL;
    list = g_ptr_array_new_with_free_func(saved_free);
    while (query_next(query)) {
        struct saved_selection *saved = g_new0(struct saved_selection, 1);
        saved->id = query_number(query, 0);
        saved->name = g_strdup(query_text(query, 1));
        saved->query = g_strdup(query_text(query, 2));
        saved->owner = g_strdup(query_text(query, 3));
        saved->own = query_number(query, 4) != 0;
        saved->shared = query_number(query, 5) != 0;
        g_ptr_array_add(list, saved);
    }
    return list;
}

bool
saved_selection_delete(struct db *db, int64_t id, int64_t user_id, bool any, bool *found,
                       GError **error)
{
    struct value values[] = { value_number(id), value_number(user_id), value_number(any) };
    uint64_t affected = 0;
    bool good = statement_run(db,
                              "DELETE FROM savedSelection WHERE selectionId = ? AND (userId = ? OR "
                              "(? = 1 AND shared = 1))",
                              values, G_N_ELEMENTS(values), &affected, NULL, error);
    *found = affected > 0;
    return good;
}
