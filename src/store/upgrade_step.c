/* SPDX-License-Identifier: Apache-2.0 */
#include "store/upgrade_step.h"

#include <string.h>

#include "store/replay.h"
#include "store/statement.h"
#include "store/upgrade_read.h"

bool
upgrade_step_begun(struct db *db, bool *begun, GError **error)
{
    int64_t count = 0;
    if (!upgrade_ask(db, &count, error,
                     "SELECT COUNT(*) FROM information_schema.TABLES "
                     "WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'upgradeStep'"))
        return false;
    *begun = count != 0;
    return true;
}

bool
upgrade_step_begin(struct db *db, GError **error)
{
    return db_execute(db,
                      "CREATE TABLE IF NOT EXISTS upgradeStep ("
                      "step VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, "
                      "part INT NOT NULL, next BIGINT NOT NULL, end BIGINT NOT NULL, "
                      "PRIMARY KEY (step, part)) ENGINE=InnoDB",
                      error);
}

bool
upgrade_step_forget(struct db *db, GError **error)
{
    return db_execute(db, "DROP TABLE IF EXISTS upgradeStep", error);
}

bool
upgrade_step_is_done(struct db *db, const char *step, bool *done, GError **error)
{
    int64_t answer = 0;
    if (!upgrade_ask(db, &answer, error,
                     "SELECT COUNT(*) > 0 AND COALESCE(SUM(next < end), 0) = 0 FROM upgradeStep "
                     "WHERE step = '%s'",
                     step))
        return false;
    *done = answer != 0;
    return true;
}

bool
upgrade_step_mark(struct db *db, const char *step, GError **error)
{
    return upgrade_do(db, error, "INSERT IGNORE INTO upgradeStep VALUES ('%s', 0, 0, 0)", step);
}

static bool
make_parts(struct db *db, const char *step, int64_t first, int64_t end, unsigned count,
           GError **error)
{
    g_autoptr(GString) sql = g_string_new("INSERT IGNORE INTO upgradeStep VALUES ");
    int64_t size = MAX((end - first + count - 1) / count, 1), from = first;
    unsigned part = 0;
    do { /* one statement: all parts or none */
        int64_t to = MIN(from + size, end);
        g_string_append_printf(sql, "%s('%s', %u, %" G_GINT64_FORMAT ", %" G_GINT64_FORMAT ")",
                               part > 0 ? ", " : "", step, part, from, MAX(to, from));
        from = to;
        part++;
    } while (from < end);
    return db_execute(db, sql->str, error);
}

static bool
read_parts(struct db *db, const char *step, GArray *parts, GError **error)
{
    g_autofree char *sql = g_strdup_printf(
        "SELECT part, next, end FROM upgradeStep WHERE step = '%s' ORDER BY part", step);
    struct upgrade_rows *rows = upgrade_rows_open(db, sql, error);
    const struct span *cells;
    while (rows != NULL && (cells = upgrade_rows_next(rows)) != NULL) {
        struct upgrade_part part = { step, upgrade_number(cells[0], 0), upgrade_number(cells[1], 0),
                                     upgrade_number(cells[2], 0) };
        g_array_append_val(parts, part);
    }
    return rows != NULL && upgrade_rows_end(rows, error);
}

GArray *
upgrade_step_parts(struct db *db, const char *step, int64_t first, int64_t end, unsigned count,
                   GError **error)
{
    g_autoptr(GArray) parts = g_array_new(FALSE, FALSE, sizeof(struct upgrade_part));
    if (!read_parts(db, step, parts, error))
        return NULL;
    if (parts->len == 0 &&
        (!make_parts(db, step, first, end, count, error) || !read_parts(db, step, parts, error)))
        return NULL;
    return g_steal_pointer(&parts);
}

bool
upgrade_step_read(struct db *db, struct upgrade_part *part, GError **error)
{
    return upgrade_ask(db, &part->next, error,
                       "SELECT next FROM upgradeStep WHERE step = '%s' AND part = %d", part->step,
                       (int)part->part);
}

bool
upgrade_step_move(struct db *db, const struct upgrade_part *part, int64_t to, GError **error)
{
    uint64_t moved = 0;
    struct value values[] = {
        { .number = to }, value_text(part->step), { .number = part->part }, { .number = part->next }
    };
    if (to == part->next) /* the row would not count as changed */
        return true;
    if (!statement_run(db,
                       "UPDATE upgradeStep SET next = ? WHERE step = ? AND part = ? AND next = ?",
                       values, G_N_ELEMENTS(values), &moved, NULL, error))
        return false;
    return moved == 1 || db_fail(db, "upgrade", 1020, "HY000",
                                 "its bookmark has moved: is another upgrade at work?", error);
}

bool
upgrade_try(struct db *db, upgrade_work *work, void *self, GError **error)
{
    struct replay replay = { 0 };
    for (;;) {
        g_autoptr(GError) problem = NULL;
        if ((db_is_connected(db) || db_reconnect(db, &problem)) && work(db, self, &problem))
            return true;
        struct failure failure = *db_failure(db);
        replay_clean(db, &failure);
        if (!g_error_matches(problem, FAULT, FAULT_RETRY) || !replay_again(&replay, &failure)) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return false;
        }
    }
}
