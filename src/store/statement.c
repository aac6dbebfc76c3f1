/* SPDX-License-Identifier: Apache-2.0 */
#include "store/statement.h"

#include <string.h>

#define VALUES_MAX 64

MYSQL_STMT *
statement_get(struct db *db, const char *sql, GError **error)
{
    MYSQL_STMT *statement = g_hash_table_lookup(db_statements(db), sql);
    if (statement != NULL)
        return statement;
    MYSQL *mysql = db_handle(db);
    if (mysql == NULL) {
        db_fail(db, "prepare", 2006, "HY000", "not connected to the database", error);
        return NULL;
    }
    statement = mysql_stmt_init(mysql);
    if (statement == NULL) {
        db_fail(db, "prepare", mysql_errno(mysql), mysql_sqlstate(mysql), mysql_error(mysql),
                error);
        return NULL;
    }
    if (mysql_stmt_prepare(statement, sql, strlen(sql)) != 0) {
        g_autofree char *what = g_strdup_printf("prepare %.40s", sql);
        db_fail(db, what, mysql_stmt_errno(statement), mysql_stmt_sqlstate(statement),
                mysql_stmt_error(statement), error);
        mysql_stmt_close(statement);
        return NULL;
    }
    g_hash_table_insert(db_statements(db), g_strdup(sql), statement);
    return statement;
}

bool
statement_execute(struct db *db, MYSQL_STMT *statement, const char *what, GError **error)
{
    if (mysql_stmt_execute(statement) != 0)
        return db_fail(db, what, mysql_stmt_errno(statement), mysql_stmt_sqlstate(statement),
                       mysql_stmt_error(statement), error);
    return db_guard(db, what, error);
}

bool
statement_execute_values(struct db *db, MYSQL_STMT *statement, const char *what,
                         const struct value *values, size_t count, GError **error)
{
    MYSQL_BIND bind[VALUES_MAX] = { 0 };
    int64_t numbers[VALUES_MAX];
    unsigned long lengths[VALUES_MAX];
    unsigned none = 0;
    g_return_val_if_fail(count <= VALUES_MAX, false);
    for (size_t i = 0; i < count; i++) {
        numbers[i] = values[i].number;
        lengths[i] = values[i].len;
        bind[i].buffer_type = values[i].null           ? MYSQL_TYPE_NULL
                              : values[i].text != NULL ? MYSQL_TYPE_STRING
                                                       : MYSQL_TYPE_LONGLONG;
        bind[i].buffer =
            values[i].text != NULL ? (char *)(uintptr_t)values[i].text : (char *)&numbers[i];
        bind[i].length = &lengths[i];
    }
    mysql_stmt_attr_set(statement, STMT_ATTR_ARRAY_SIZE, &none);
    if (count > 0 && mysql_stmt_bind_param(statement, bind) != 0)
        return db_fail(db, what, mysql_stmt_errno(statement), mysql_stmt_sqlstate(statement),
                       mysql_stmt_error(statement), error);
    return statement_execute(db, statement, what, error);
}

bool
statement_run(struct db *db, const char *sql, const struct value *values, size_t count,
              uint64_t *affected, uint64_t *insert_id, GError **error)
{
    MYSQL_STMT *statement = statement_get(db, sql, error);
    if (statement == NULL || !statement_execute_values(db, statement, sql, values, count, error))
        return false;
    if (affected != NULL)
        *affected = mysql_stmt_affected_rows(statement);
    if (insert_id != NULL)
        *insert_id = mysql_stmt_insert_id(statement);
    return true;
}
