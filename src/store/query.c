/* SPDX-License-Identifier: Apache-2.0 */
#include "store/query.h"

#include "store/statement.h"

struct cell_place {
    size_t at, len;
    bool absent;
};

struct query {
    unsigned columns;
    size_t row;    /* 1 for the first */
    GArray *cells; /* of struct cell_place, row by row */
    GByteArray *octets;
};

static bool
fail(struct db *db, MYSQL_STMT *statement, const char *sql, GError **error)
{
    return db_fail(db, sql, mysql_stmt_errno(statement), mysql_stmt_sqlstate(statement),
                   mysql_stmt_error(statement), error);
}

static void
take_row(struct query *query, const MYSQL_BIND *bind, const unsigned long *lengths,
         const my_bool *absent)
{
    for (unsigned i = 0; i < query->columns; i++) {
        struct cell_place place = { .at = query->octets->len, .absent = absent[i] != 0 };
        if (!place.absent)
            place.len = MIN(lengths[i], bind[i].buffer_length);
        g_byte_array_append(query->octets, bind[i].buffer, (guint)place.len);
        g_byte_array_append(query->octets, (const guint8 *)"", 1);
        g_array_append_val(query->cells, place);
    }
}

/* Reads all rows into memory, so that the statement is free for the next. */
static bool
take_rows(struct query *query, MYSQL_STMT *statement, MYSQL_RES *shape)
{
    const MYSQL_FIELD *fields = mysql_fetch_fields(shape);
    g_autofree MYSQL_BIND *bind = g_new0(MYSQL_BIND, query->columns);
    g_autofree unsigned long *lengths = g_new0(unsigned long, query->columns);
    g_autofree my_bool *absent = g_new0(my_bool, query->columns);
    size_t room = 0;
    for (unsigned i = 0; i < query->columns; i++)
        room += fields[i].max_length + 1;
    g_autofree char *buffer = g_malloc(room + 1);
    char *at = buffer;
    for (unsigned i = 0; i < query->columns; i++) {
        bind[i].buffer_type = MYSQL_TYPE_STRING;
        bind[i].buffer = at;
        bind[i].buffer_length = fields[i].max_length + 1;
        bind[i].length = &lengths[i];
        bind[i].is_null = &absent[i];
        at += fields[i].max_length + 1;
    }
    if (mysql_stmt_bind_result(statement, bind) != 0)
        return false;
    int status;
    while ((status = mysql_stmt_fetch(statement)) == 0 || status == MYSQL_DATA_TRUNCATED)
        take_row(query, bind, lengths, absent);
    return status == MYSQL_NO_DATA;
}

struct query *
query_run(struct db *db, const char *sql, const struct value *values, size_t count, GError **error)
{
    my_bool measure = 1;
    MYSQL_STMT *statement = statement_get(db, sql, error);
    if (statement == NULL)
        return NULL;
    mysql_stmt_attr_set(statement, STMT_ATTR_UPDATE_MAX_LENGTH, &measure);
    if (!statement_execute_values(db, statement, sql, values, count, error))
        return NULL;
    MYSQL_RES *shape =
        mysql_stmt_store_result(statement) == 0 ? mysql_stmt_result_metadata(statement) : NULL;
    g_autoptr(Query) query = g_new0(struct query, 1);
    query->cells = g_array_new(FALSE, FALSE, sizeof(struct cell_place));
    query->octets = g_byte_array_new();
    bool ok = shape != NULL;
    if (ok) {
        query->columns = mysql_num_fields(shape);
        ok = take_rows(query, statement, shape);
        mysql_free_result(shape);
    }
    if (!ok)
        fail(db, statement, sql, error);
    mysql_stmt_free_result(statement);
    return ok ? g_steal_pointer(&query) : NULL;
}

struct query *
query_run_once(struct db *db, const char *sql, GError **error)
{
    return query_run_values_once(db, sql, NULL, 0, error);
}

struct query *
query_run_values_once(struct db *db, const char *sql, const struct value *values, size_t count,
                      GError **error)
{
    struct query *query = query_run(db, sql, values, count, error);
    g_hash_table_remove(db_statements(db), sql);
    return query;
}

void
query_free(struct query *query)
{
    if (query == NULL)
        return;
    g_array_free(query->cells, TRUE);
    g_byte_array_free(query->octets, TRUE);
    g_free(query);
}

size_t
query_rows(const struct query *query)
{
    return query->columns != 0 ? query->cells->len / query->columns : 0;
}

bool
query_next(struct query *query)
{
    if (query->row >= query_rows(query))
        return false;
    query->row++;
    return true;
}

static const struct cell_place *
cell_of(const struct query *query, unsigned column)
{
    g_return_val_if_fail(query->row > 0 && column < query->columns, NULL);
    return &g_array_index(query->cells, struct cell_place,
                          (query->row - 1) * query->columns + column);
}

const char *
query_text(const struct query *query, unsigned column)
{
    const struct cell_place *cell = cell_of(query, column);
    return cell == NULL || cell->absent ? NULL : (const char *)query->octets->data + cell->at;
}

size_t
query_len(const struct query *query, unsigned column)
{
    const struct cell_place *cell = cell_of(query, column);
    return cell == NULL ? 0 : cell->len;
}

int64_t
query_number(const struct query *query, unsigned column)
{
    const char *text = query_text(query, column);
    return text != NULL ? g_ascii_strtoll(text, NULL, 10) : 0;
}

bool
query_figure(struct db *db, const char *sql, const struct value *values, size_t count,
             int64_t *figure, GError **error)
{
    g_autoptr(Query) query = query_run(db, sql, values, count, error);
    if (query == NULL)
        return false;
    *figure = query_next(query) ? query_number(query, 0) : 0;
    return true;
}
