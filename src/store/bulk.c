/* SPDX-License-Identifier: Apache-2.0 */
#include "store/bulk.h"

#include "store/statement.h"

#define BULK_ROWS_MAX 500
#define BULK_OCTETS_MAX (512 * 1024)
#define BULK_REFUSED 5003 /* the client library's word for a server without array binding */

static enum enum_field_types
field_type(enum cell cell)
{
    switch (cell) {
    case CELL_TEXT:
        return MYSQL_TYPE_STRING;
    case CELL_OCTETS:
        return MYSQL_TYPE_BLOB;
    case CELL_NUMBER:
    case CELL_REFERENCE:
        break;
    }
    return MYSQL_TYPE_LONGLONG;
}

static bool
bind_and_execute(struct db *db, MYSQL_STMT *statement, MYSQL_BIND *bind, unsigned array,
                 const char *what, GError **error)
{
    if (mysql_stmt_attr_set(statement, STMT_ATTR_ARRAY_SIZE, &array) != 0 ||
        mysql_stmt_bind_param(statement, bind) != 0)
        return db_fail(db, what, mysql_stmt_errno(statement), mysql_stmt_sqlstate(statement),
                       mysql_stmt_error(statement), error);
    return statement_execute(db, statement, what, error);
}

static bool
send_array(struct db *db, MYSQL_STMT *statement, const struct rows *rows, size_t from, size_t n,
           const char *what, GError **error)
{
    size_t columns = rows_columns(rows);
    g_autofree MYSQL_BIND *bind = g_new0(MYSQL_BIND, columns);
    g_autofree char *indicators = g_malloc(columns * n);
    for (unsigned i = 0; i < columns; i++) {
        struct column_view view;
        rows_view(rows, i, from, &view);
        char *indicator = indicators + (size_t)i * n;
        for (size_t row = 0; row < n; row++)
            indicator[row] = view.absent[row] ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE;
        bind[i].buffer_type = field_type(view.cell);
        bind[i].buffer = view.numbers != NULL ? (void *)view.numbers : (void *)view.texts;
        bind[i].length = view.lengths;
        bind[i].u.indicator = indicator;
    }
    return bind_and_execute(db, statement, bind, (unsigned)n, what, error);
}

static bool
send_row(struct db *db, MYSQL_STMT *statement, const struct rows *rows, size_t row,
         const char *what, GError **error)
{
    size_t columns = rows_columns(rows);
    g_autofree MYSQL_BIND *bind = g_new0(MYSQL_BIND, columns);
    g_autofree my_bool *absent = g_new0(my_bool, columns);
    for (unsigned i = 0; i < columns; i++) {
        struct column_view view;
        rows_view(rows, i, row, &view);
        absent[i] = view.absent[0];
        bind[i].buffer_type = field_type(view.cell);
        bind[i].buffer =
            view.numbers != NULL ? (void *)view.numbers : (void *)(uintptr_t)view.texts[0];
        bind[i].length = view.lengths;
        bind[i].is_null = &absent[i];
    }
    return bind_and_execute(db, statement, bind, 0, what, error);
}

bool
bulk_run(struct db *db, const struct rows *rows, const char *what, GError **error)
{
    size_t count = rows_count(rows);
    if (count == 0)
        return true;
    MYSQL_STMT *statement = statement_get(db, rows_sql(rows), error);
    if (statement == NULL)
        return false;
    for (size_t from = 0; from < count;) {
        size_t n = db_has_bulk(db) ? rows_chunk(rows, from, BULK_ROWS_MAX, BULK_OCTETS_MAX) : 1;
        g_autoptr(GError) problem = NULL;
        /* A single row goes the plain way: no array is shorter. */
        bool sent = n > 1 ? send_array(db, statement, rows, from, n, what, &problem)
                          : send_row(db, statement, rows, from, what, &problem);
        if (!sent && n > 1 && db_failure(db)->code == BULK_REFUSED) {
            db_refuse_bulk(db);
            continue;
        }
        if (!sent) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return false;
        }
        from += n;
    }
    return true;
}
