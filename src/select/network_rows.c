/* SPDX-License-Identifier: Apache-2.0 */
#include "select/network_rows.h"

#include "base/clock.h"
#include "select/read.h"
#include "select/selection_sql.h"

#define DAYS_MAX 4000

static struct network_rows *
rows_new(size_t count)
{
    struct network_rows *rows = g_new0(struct network_rows, 1);
    rows->text = g_string_chunk_new(4096);
    rows->rows = g_new0(struct network_row, count + 1);
    return rows;
}

void
network_rows_free(struct network_rows *rows)
{
    if (rows == NULL)
        return;
    g_free(rows->rows);
    g_string_chunk_free(rows->text);
    g_free(rows);
}

/* Columns: key, mails, reported, sources, first, last, name, country, abuse. */
static struct network_rows *
take(struct query *query, bool countries)
{
    struct network_rows *rows = rows_new(query_rows(query));
    while (query_next(query)) {
        struct network_row *row = &rows->rows[rows->count++];
        if (!countries)
            row->asn = (uint32_t)query_number(query, 0);
        row->total = query_number(query, 1);
        row->reported = query_number(query, 2);
        row->sources = query_number(query, 3);
        row->first = read_date(query, 4);
        row->last = read_date(query, 5);
        row->name = read_text(query, 6, rows->text);
        row->country_code = read_text(query, countries ? 0 : 7, rows->text);
        row->abuse = read_text(query, 8, rows->text);
    }
    return rows;
}

static const char *
names_join(bool countries)
{
    return countries ? "" : " LEFT JOIN asName a ON a.asn = t.k LEFT JOIN asn c ON c.asn = t.k";
}

static const char *
names_columns(bool countries)
{
    return countries ? "NULL, NULL, NULL" : "a.name, a.countryCode, c.email";
}

struct network_rows *
network_rows_read(struct db *db, bool countries, int64_t from, int64_t to, size_t limit,
                  GError **error)
{
    const char *key = countries ? "e.countryCode" : "e.sourceAsn";
    g_autoptr(GString) dates = g_string_new(NULL);
    selection_sql_dates(dates, "e.arrivalDate", from, to);
    g_autofree char *sql = g_strdup_printf(
        "SELECT t.k, t.n, COALESCE(r.n, 0), -1, t.first, t.last, %s FROM "
        "(SELECT %s k, COUNT(*) n, MIN(e.arrivalDate) first, MAX(e.arrivalDate) last FROM arfEmail "
        "e FORCE INDEX (arrivalWords) WHERE %s IS NOT NULL%s GROUP BY k ORDER BY n DESC, k "
        "LIMIT %zu) t LEFT JOIN (SELECT %s k, COUNT(*) n FROM arfEmail e FORCE INDEX "
        "(reportedArrival) WHERE e.reported = 1%s GROUP BY k) r ON r.k = t.k%s "
        "ORDER BY t.n DESC, t.k",
        names_columns(countries), key, key, dates->str, MIN(limit, NETWORK_ROWS_MAX), key,
        dates->str, names_join(countries));
    g_autoptr(Query) query = read_rows(db, READ_LIST_MS, sql, NULL, 0, error);
    return query != NULL ? take(query, countries) : NULL;
}

struct network_rows *
network_rows_one(struct db *db, uint32_t asn, const char *country, int64_t from, int64_t to,
                 GError **error)
{
    bool countries = asn == 0;
    g_autoptr(GString) dates = g_string_new(NULL);
    struct value bound = countries ? value_text(country) : value_number(asn);
    selection_sql_dates(dates, "e.arrivalDate", from, to);
    g_autofree char *sql = g_strdup_printf(
        "SELECT t.k, t.n, t.r, t.s, t.first, t.last, %s FROM (SELECT %s k, COUNT(*) n, "
        "SUM(e.reported) r, COUNT(DISTINCT e.sourceIp) s, MIN(e.arrivalDate) first, "
        "MAX(e.arrivalDate) last FROM arfEmail e FORCE INDEX (%s) WHERE %s = ?%s GROUP BY k) t%s",
        names_columns(countries), countries ? "e.countryCode" : "e.sourceAsn",
        countries ? "arrivalWords" : "asnArrival", countries ? "e.countryCode" : "e.sourceAsn",
        dates->str, names_join(countries));
    g_autoptr(Query) query = read_rows(db, READ_LIST_MS, sql, &bound, 1, error);
    return query != NULL ? take(query, countries) : NULL;
}

/* FROM and WHERE of the mails of one subject; `bound` is the value for its `?`. */
static char *
subject_mails(const struct network_subject *subject, struct value *bound)
{
    if (subject->asn != 0) {
        *bound = value_number(subject->asn);
        return g_strdup("arfEmail e FORCE INDEX (asnArrival) WHERE e.sourceAsn = ?");
    }
    if (subject->country != NULL) {
        *bound = value_text(subject->country);
        return g_strdup("arfEmail e FORCE INDEX (arrivalWords) WHERE e.countryCode = ?");
    }
    bool url = subject->url_id != 0;
    *bound = value_number(url ? subject->url_id : subject->pattern_id);
    return g_strdup_printf("%s k FORCE INDEX (%s) STRAIGHT_JOIN arfEmail e ON e.emailId = "
                           "k.emailId WHERE k.%s = ?",
                           url ? "emailUrl" : "emailPattern", url ? "urlEmail" : "patternEmail",
                           url ? "urlId" : "patternId");
}

GArray *
network_days(struct db *db, const struct network_subject *subject, int64_t from, int64_t to,
             GError **error)
{
    char first[CLOCK_TEXT_MAX];
    struct value bound;
    from = MAX(from, to - (int64_t)DAYS_MAX * CLOCK_DAY_S);
    from = clock_floor(from, CLOCK_DAY_S);
    g_autofree char *mails = subject_mails(subject, &bound);
    g_autoptr(GString) dates = g_string_new(NULL);
    g_autoptr(GArray) days = g_array_new(FALSE, TRUE, sizeof(struct network_day));
    selection_sql_dates(dates, "e.arrivalDate", from, to);
    for (int64_t day = from; day <= to; day += CLOCK_DAY_S) {
        struct network_day zero = { .day = day };
        g_array_append_val(days, zero);
    }
    g_autofree char *sql =
        g_strdup_printf("SELECT DATEDIFF(e.arrivalDate, '%s') d, COUNT(*), SUM(e.reported) FROM "
                        "%s%s GROUP BY d",
                        clock_sql(from, first), mails, dates->str);
    g_autoptr(Query) query = read_rows(db, READ_LIST_MS, sql, &bound, 1, error);
    while (query != NULL && query_next(query)) {
        int64_t at = query_number(query, 0);
        if (at < 0 || at >= days->len)
            continue;
        g_array_index(days, struct network_day, at).total = query_number(query, 1);
        g_array_index(days, struct network_day, at).reported = query_number(query, 2);
    }
    return query != NULL ? g_steal_pointer(&days) : NULL;
}
