/* SPDX-License-Identifier: Apache-2.0 */
/*
 * insert_floor SOCKET FROM TO BATCH - what writing the rows costs at least
 *
 * Reads the rows of the ingester's tables out of database FROM into memory, prints "ready" and
 * waits for a line on stdin. Then it writes them into the empty tables of database TO by array
 * binding, BATCH mails a transaction: every id is known, nothing is asked, nothing is looked at but
 * errors. Prints "mails rows seconds".
 */
#include <glib.h>
#include <mysql.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_ROWS_MAX 500

/* Dictionaries first, as the ingester writes them. */
static const char *const names[] = {
    "domain",     "emailLocal", "url",       "file",         "pattern",     "ledger",
    "arfEmail",   "emailUrl",   "emailFile", "emailPattern", "emailRcptTo", "emailReportedDomain",
    "rawMessage",
};
#define TABLES G_N_ELEMENTS(names)

struct table {
    MYSQL_RES *rows;
    MYSQL_STMT *insert;
    unsigned columns;
    size_t count, sent;
    bool *numeric;
    void **values; /* one array a column: char * or long long */
    unsigned long **lengths;
    char **indicators;
};

static G_NORETURN void
fail(const char *what, const char *why)
{
    fprintf(stderr, "insert_floor: %s: %s\n", what, why);
    exit(69);
}

static MYSQL *
enter(const char *socket, const char *database)
{
    MYSQL *db = mysql_init(NULL);
    mysql_options(db, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    if (mysql_real_connect(db, NULL, "lafayette", "lafayette", database, 0, socket, 0) == NULL)
        fail(database, mysql_error(db));
    return db;
}

static void
ask(MYSQL *db, const char *sql)
{
    if (mysql_query(db, sql) != 0)
        fail(sql, mysql_error(db));
}

static void
read_table(MYSQL *db, const char *name, struct table *table)
{
    g_autofree char *sql = g_strdup_printf("SELECT * FROM %s", name);
    MYSQL_FIELD *fields;
    MYSQL_ROW row;
    ask(db, sql);
    table->rows = mysql_store_result(db);
    if (table->rows == NULL)
        fail(name, mysql_error(db));
    table->columns = mysql_num_fields(table->rows);
    table->count = mysql_num_rows(table->rows);
    table->numeric = g_malloc0(table->columns * sizeof(bool));
    table->values = g_new0(void *, table->columns);
    table->lengths = g_new0(unsigned long *, table->columns);
    table->indicators = g_new0(char *, table->columns);
    fields = mysql_fetch_fields(table->rows);
    for (unsigned i = 0; i < table->columns; i++) {
        table->numeric[i] = IS_NUM(fields[i].type) && fields[i].type != MYSQL_TYPE_TIMESTAMP;
        table->values[i] = g_malloc0_n(table->count + 1, sizeof(gint64));
        table->lengths[i] = g_new0(unsigned long, table->count + 1);
        table->indicators[i] = g_malloc0(table->count + 1);
    }
    for (size_t k = 0; (row = mysql_fetch_row(table->rows)) != NULL; k++) {
        const unsigned long *lengths = mysql_fetch_lengths(table->rows);
        for (unsigned i = 0; i < table->columns; i++) {
            table->lengths[i][k] = lengths[i];
            table->indicators[i][k] = row[i] == NULL ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE;
            if (table->numeric[i])
                ((gint64 *)table->values[i])[k] =
                    row[i] != NULL ? g_ascii_strtoll(row[i], NULL, 10) : 0;
            else
                ((const char **)table->values[i])[k] = row[i] != NULL ? row[i] : "";
        }
    }
}

static void
prepare(MYSQL *db, const char *name, struct table *table)
{
    g_autoptr(GString) sql = g_string_new("INSERT INTO ");
    g_string_append_printf(sql, "%s VALUES (?", name);
    for (unsigned i = 1; i < table->columns; i++)
        g_string_append(sql, ", ?");
    g_string_append_c(sql, ')');
    table->insert = mysql_stmt_init(db);
    if (mysql_stmt_prepare(table->insert, sql->str, sql->len) != 0)
        fail(name, mysql_stmt_error(table->insert));
}

/* Sends the rows up to `end`. */
static void
send_rows(const char *name, struct table *table, size_t end)
{
    while (table->sent < end) {
        g_autofree MYSQL_BIND *bind = g_new0(MYSQL_BIND, table->columns);
        unsigned n = (unsigned)MIN(end - table->sent, ARRAY_ROWS_MAX);
        for (unsigned i = 0; i < table->columns; i++) {
            bind[i].buffer_type = table->numeric[i] ? MYSQL_TYPE_LONGLONG : MYSQL_TYPE_BLOB;
            bind[i].buffer = (gint64 *)table->values[i] + table->sent;
            bind[i].length = table->lengths[i] + table->sent;
            bind[i].u.indicator = table->indicators[i] + table->sent;
        }
        if (mysql_stmt_attr_set(table->insert, STMT_ATTR_ARRAY_SIZE, &n) != 0 ||
            mysql_stmt_bind_param(table->insert, bind) != 0 ||
            mysql_stmt_execute(table->insert) != 0)
            fail(name, mysql_stmt_error(table->insert));
        table->sent += n;
    }
}

int
main(int argc, char **argv)
{
    static struct table tables[TABLES];
    size_t mails = 0, rows = 0;
    if (argc != 5)
        return 64;
    MYSQL *from = enter(argv[1], argv[2]);
    MYSQL *to = enter(argv[1], argv[3]);
    size_t batch = (size_t)atol(argv[4]);
    for (size_t i = 0; i < TABLES; i++) {
        read_table(from, names[i], &tables[i]);
        prepare(to, names[i], &tables[i]);
        rows += tables[i].count;
        if (strcmp(names[i], "arfEmail") == 0)
            mails = tables[i].count;
    }
    if (mails == 0 || batch == 0)
        fail(argv[2], "no mails");
    ask(to, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
    ask(to, "SET SESSION autocommit = 0");
    puts("ready");
    fflush(stdout);
    getchar();
    gint64 start = g_get_monotonic_time();
    size_t turns = (mails + batch - 1) / batch;
    for (size_t turn = 1; turn <= turns; turn++) {
        for (size_t i = 0; i < TABLES; i++)
            send_rows(names[i], &tables[i], tables[i].count * turn / turns);
        if (mysql_commit(to) != 0)
            fail("COMMIT", mysql_error(to));
    }
    printf("%zu %zu %.3f\n", mails, rows, (double)(g_get_monotonic_time() - start) / 1e6);
    return 0;
}
