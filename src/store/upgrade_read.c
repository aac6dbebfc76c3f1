/* SPDX-License-Identifier: Apache-2.0 */
#include "store/upgrade_read.h"

#include "store/statement.h"

struct upgrade_rows {
    struct db *db;
    MYSQL_RES *result;
    unsigned columns;
    struct span cells[];
};

static bool
fail(struct db *db, MYSQL *mysql, GError **error)
{
    return db_fail(db, "original's rows", mysql_errno(mysql), mysql_sqlstate(mysql),
                   mysql_error(mysql), error);
}

struct upgrade_rows *
upgrade_rows_open(struct db *db, const char *sql, GError **error)
{
    MYSQL *mysql = db_handle(db);
    MYSQL_RES *result = NULL;
    if (mysql == NULL) {
        db_fail(db, "original's rows", 2006, "HY000", "not connected to the database", error);
        return NULL;
    }
    if (mysql_query(mysql, sql) != 0 || (result = mysql_use_result(mysql)) == NULL) {
        fail(db, mysql, error);
        return NULL;
    }
    unsigned columns = mysql_num_fields(result);
    struct upgrade_rows *rows = g_malloc0(sizeof *rows + columns * sizeof rows->cells[0]);
    rows->db = db;
    rows->result = result;
    rows->columns = columns;
    return rows;
}

const struct span *
upgrade_rows_next(struct upgrade_rows *rows)
{
    MYSQL_ROW row = mysql_fetch_row(rows->result);
    const unsigned long *lengths = row != NULL ? mysql_fetch_lengths(rows->result) : NULL;
    if (lengths == NULL)
        return NULL;
    for (unsigned i = 0; i < rows->columns; i++)
        rows->cells[i] = (struct span){ row[i], row[i] != NULL ? lengths[i] : 0 };
    return rows->cells;
}

bool
upgrade_rows_end(struct upgrade_rows *rows, GError **error)
{
    MYSQL *mysql = db_handle(rows->db);
    bool ok = mysql_errno(mysql) == 0 || fail(rows->db, mysql, error);
    mysql_free_result(rows->result);
    g_free(rows);
    return ok;
}

int64_t
upgrade_number(struct span cell, int64_t otherwise)
{
    char *end = NULL; /* the library ends each cell with a NUL */
    int64_t number = cell.len > 0 ? g_ascii_strtoll(cell.octets, &end, 10) : 0;
    return cell.len > 0 && *end == '\0' ? number : otherwise;
}

bool
upgrade_ask(struct db *db, int64_t *number, GError **error, const char *sql, ...)
{
    va_list args;
    g_autofree char *text = NULL;
    va_start(args, sql);
    g_autofree char *statement = g_strdup_vprintf(sql, args);
    va_end(args);
    if (!db_ask(db, statement, &text, error))
        return false;
    *number = upgrade_number(span_of(text), 0);
    return true;
}

bool
upgrade_do(struct db *db, GError **error, const char *sql, ...)
{
    va_list args;
    va_start(args, sql);
    g_autofree char *statement = g_strdup_vprintf(sql, args);
    va_end(args);
    return db_execute(db, statement, error);
}
