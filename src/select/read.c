/* SPDX-License-Identifier: Apache-2.0 */
#include "select/read.h"

#include <mysql.h>
#include <string.h>

#include "base/clock.h"
#include "base/ip.h"
#include "store/statement.h"

/* ER_STATEMENT_TIMEOUT of MariaDB, ER_QUERY_TIMEOUT of MySQL */
#define ENDED_MARIADB 1969u
#define ENDED_MYSQL 3024u
#define SELECT_WORD "SELECT "

bool
read_is_mariadb(struct db *db)
{
    MYSQL *mysql = db_handle(db);
    const char *version = mysql != NULL ? mysql_get_server_info(mysql) : NULL;
    return version != NULL && strstr(version, "MariaDB") != NULL;
}

bool
read_was_slow(const struct db *db)
{
    const struct failure *failure = db_failure(db);
    return failure->code == ENDED_MARIADB || failure->code == ENDED_MYSQL;
}

struct query *
read_rows(struct db *db, unsigned limit_ms, const char *sql, const struct value *values,
          size_t count, GError **error)
{
    g_return_val_if_fail(g_str_has_prefix(sql, SELECT_WORD), NULL);
    g_autofree char *limited =
        read_is_mariadb(db) ? g_strdup_printf("SET STATEMENT max_statement_time = %u.%03u FOR %s",
                                              limit_ms / 1000, limit_ms % 1000, sql)
                            : g_strdup_printf("SELECT /*+ MAX_EXECUTION_TIME(%u) */ %s", limit_ms,
                                              sql + strlen(SELECT_WORD));
    g_autoptr(GError) problem = NULL;
    struct query *query = query_run_values_once(db, limited, values, count, &problem);
    if (query != NULL)
        return query;
    if (read_was_slow(db))
        g_set_error(error, FAULT, FAULT_REJECT,
                    "this takes longer than %u ms: narrow the dates or the filters", limit_ms);
    else
        g_propagate_error(error, g_steal_pointer(&problem));
    return NULL;
}

/* Two decimals of a cell, or -1. */
static int
two_digits(const char *at)
{
    return g_ascii_isdigit(at[0]) && g_ascii_isdigit(at[1])
               ? g_ascii_digit_value(at[0]) * 10 + g_ascii_digit_value(at[1])
               : -1;
}

/* Days since 1970-01-01 of a date of the Gregorian calendar. */
static int64_t
days_of(int64_t year, int month, int day)
{
    int64_t from_march = (month + 9) % 12;
    int64_t y = month <= 2 ? year - 1 : year;
    return 365 * y + y / 4 - y / 100 + y / 400 + (from_march * 306 + 5) / 10 + day - 1 - 719468;
}

int64_t
read_date(const struct query *query, unsigned column)
{
    const char *text = query_text(query, column);
    if (text == NULL || query_len(query, column) < 19)
        return CLOCK_UNKNOWN;
    int century = two_digits(text), year = two_digits(text + 2), month = two_digits(text + 5),
        day = two_digits(text + 8), hour = two_digits(text + 11), minute = two_digits(text + 14),
        second = two_digits(text + 17);
    if (century < 0 || year < 0 || month < 1 || day < 1 || hour < 0 || minute < 0 || second < 0)
        return CLOCK_UNKNOWN;
    return days_of((int64_t)century * 100 + year, month, day) * 86400 + (int64_t)hour * 3600 +
           (int64_t)minute * 60 + second;
}

const char *
read_text(const struct query *query, unsigned column, GStringChunk *text)
{
    const char *cell = query_text(query, column);
    return cell != NULL ? g_string_chunk_insert_len(text, cell, (gssize)query_len(query, column))
                        : NULL;
}

const char *
read_text_or_empty(const struct query *query, unsigned column, GStringChunk *text)
{
    const char *cell = read_text(query, column, text);
    return cell != NULL ? cell : "";
}

const char *
read_ip(const struct query *query, unsigned column, GStringChunk *text)
{
    char out[IP_TEXT_MAX];
    size_t len = query_len(query, column);
    const char *cell = query_text(query, column);
    if (cell == NULL || (len != 4 && len != 16))
        return NULL;
    struct ip ip = ip_of_octets((struct span){ cell, len });
    return g_string_chunk_insert(text, ip_text(&ip, out));
}
