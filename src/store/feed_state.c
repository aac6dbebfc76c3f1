/* SPDX-License-Identifier: Apache-2.0 */
#include "store/feed_state.h"

#include "base/clock.h"
#include "store/id_block.h"
#include "store/statement.h"

static bool
fail(struct db *db, MYSQL_STMT *statement, GError **error)
{
    return db_fail(db, "feedState", mysql_stmt_errno(statement), mysql_stmt_sqlstate(statement),
                   mysql_stmt_error(statement), error);
}

bool
feed_state_load(struct db *db, const char *feed, const char *folder, uint32_t uid_validity,
                GArray *uids, GError **error)
{
    unsigned long feed_len = (unsigned long)strlen(feed);
    unsigned long folder_len = (unsigned long)strlen(folder);
    uint32_t uid = 0;
    my_bool is_null = 0;
    MYSQL_BIND bind[] = {
        { .buffer_type = MYSQL_TYPE_STRING,
          .buffer = (void *)(uintptr_t)feed,
          .length = &feed_len },
        { .buffer_type = MYSQL_TYPE_STRING,
          .buffer = (void *)(uintptr_t)folder,
          .length = &folder_len },
        { .buffer_type = MYSQL_TYPE_LONG, .buffer = &uid_validity, .is_unsigned = 1 },
    };
    MYSQL_BIND result = { .buffer_type = MYSQL_TYPE_LONG, .buffer = &uid, .is_unsigned = 1 };
    result.is_null = &is_null;
    MYSQL_STMT *statement = statement_get(
        db,
        "SELECT uid FROM feedState WHERE feed = ? AND mailbox = ? AND uidValidity = ? ORDER BY uid",
        error);
    int status;
    if (statement == NULL)
        return false;
    if (mysql_stmt_bind_param(statement, bind) != 0)
        return fail(db, statement, error);
    if (!statement_execute(db, statement, "feedState", error))
        return false;
    if (mysql_stmt_bind_result(statement, &result) != 0)
        return fail(db, statement, error);
    while ((status = mysql_stmt_fetch(statement)) == 0)
        g_array_append_val(uids, uid);
    if (status != MYSQL_NO_DATA)
        return fail(db, statement, error);
    mysql_stmt_free_result(statement);
    return true;
}

bool
feed_run_write(struct db *db, const struct feed_run *run, GError **error)
{
    struct id_block ids = { .name = "feedRun" };
    char started[CLOCK_TEXT_MAX];
    char ended[CLOCK_TEXT_MAX];
    clock_sql(run->started, started);
    clock_sql(run->ended, ended);
    if (!id_block_reserve(db, &ids, 1, error))
        return false;
    struct value values[] = {
        { .number = id_block_next(&ids) },
        { .text = run->feed, .len = strlen(run->feed) },
        { .text = started, .len = strlen(started) },
        { .text = ended, .len = strlen(ended) },
        { .number = (int64_t)run->ingested },
        { .number = (int64_t)run->duplicate },
        { .number = (int64_t)run->quarantined },
        { .number = (int64_t)run->failed },
    };
    return statement_run(db,
                         "INSERT INTO feedRun (runId, feed, started, ended, ingested, duplicate, "
                         "quarantined, failed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                         values, G_N_ELEMENTS(values), NULL, NULL, error);
}
