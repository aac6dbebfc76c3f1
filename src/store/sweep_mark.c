/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sweep_mark.h"

#define SELECT_MARK "SELECT next FROM idBlock WHERE name = 'sweep'"

static bool
ask(struct db *db, const char *sql, int64_t *mark, GError **error)
{
    g_autofree char *text = NULL;
    if (!db_ask(db, sql, &text, error))
        return false;
    *mark = text != NULL ? g_ascii_strtoll(text, NULL, 10) : 0;
    return true;
}

bool
sweep_mark_make(struct db *db, GError **error)
{
    int64_t mark;
    if (!sweep_mark_read(db, &mark, error))
        return false;
    return mark != 0 ||
           db_execute(db, "INSERT IGNORE INTO idBlock (name, next) VALUES ('sweep', 1)", error);
}

bool
sweep_mark_read(struct db *db, int64_t *mark, GError **error)
{
    return ask(db, SELECT_MARK, mark, error);
}

bool
sweep_mark_hold(struct db *db, int64_t *mark, GError **error)
{
    return ask(db, SELECT_MARK " LOCK IN SHARE MODE", mark, error);
}

bool
sweep_mark_raise(struct db *db, int64_t *mark, GError **error)
{
    int64_t found;
    if (!ask(db, SELECT_MARK " FOR UPDATE", &found, error))
        return false;
    if (*mark != SWEEP_MARK_ANY && found != *mark) {
        *mark = SWEEP_MARK_LOST;
        g_set_error(error, FAULT, FAULT_RETRY,
                    "another purge or reparse began meanwhile: run this again when it has ended");
        return false;
    }
    if (!db_execute(db, "UPDATE idBlock SET next = next + 1 WHERE name = 'sweep'", error))
        return false;
    *mark = found + 1;
    return true;
}
