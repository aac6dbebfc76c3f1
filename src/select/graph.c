/* SPDX-License-Identifier: Apache-2.0 */
#include "select/graph.h"

#include "base/clock.h"
#include "select/read.h"

/* Hours from the one of `from` to the one of `to`, both in. */
static GArray *
read_hours(struct db *db, int64_t from, int64_t to, bool weighted, GError **error)
{
    char first[CLOCK_TEXT_MAX], last[CLOCK_TEXT_MAX];
    from = clock_floor(from, CLOCK_HOUR_S);
    to = MIN(clock_floor(to, CLOCK_HOUR_S), from + (int64_t)(GRAPH_HOURS_MAX - 1) * CLOCK_HOUR_S);
    g_autoptr(GArray) hours = g_array_new(FALSE, TRUE, sizeof(struct graph_hour));
    for (int64_t hour = from; hour <= to; hour += CLOCK_HOUR_S) {
        struct graph_hour zero = { .hour = hour };
        g_array_append_val(hours, zero);
    }
    clock_sql(from, first);
    clock_sql(to + CLOCK_HOUR_S - 1, last);
    g_autofree char *sql = g_strdup_printf(
        "SELECT TIMESTAMPDIFF(HOUR, '%s', e.arrivalDate) h, e.emailType + 0 t, %s FROM "
        "arfEmail e "
        "FORCE INDEX (arrivalWords) WHERE e.arrivalDate >= '%s' AND e.arrivalDate <= '%s' "
        "GROUP BY h, t",
        first, weighted ? "SUM(LEAST(e.incidents, 1000))" : "COUNT(*)", first, last);
    g_autoptr(Query) query = read_rows(db, READ_LIST_MS, sql, NULL, 0, error);
    if (query == NULL)
        return NULL;
    while (query_next(query)) {
        int64_t at = query_number(query, 0), type = query_number(query, 1);
        if (at < 0 || at >= hours->len)
            continue;
        struct graph_hour *hour = &g_array_index(hours, struct graph_hour, at);
        *(type == 1   ? &hour->normal
          : type == 2 ? &hour->bounce
                      : &hour->auto_replied) = query_number(query, 2);
    }
    return g_steal_pointer(&hours);
}

GArray *
graph_live(struct db *db, int64_t now, bool weighted, GError **error)
{
    return read_hours(db, clock_floor(now, CLOCK_DAY_S) - 3 * (int64_t)CLOCK_DAY_S, now, weighted,
                      error);
}

GArray *
graph_72(struct db *db, int64_t now, bool weighted, GError **error)
{
    return read_hours(db, now - 71 * (int64_t)CLOCK_HOUR_S, now, weighted, error);
}

GArray *
graph_reported(struct db *db, int64_t now, uint32_t days, GError **error)
{
    char first[CLOCK_TEXT_MAX];
    int64_t today = clock_floor(now, CLOCK_DAY_S);
    int64_t from = today - (int64_t)MIN(days, GRAPH_DAYS_MAX) * CLOCK_DAY_S;
    g_autoptr(GArray) list = g_array_new(FALSE, TRUE, sizeof(struct graph_day));
    clock_sql(from, first);
    g_autofree char *sql = g_strdup_printf(
        "SELECT DATEDIFF(e.arrivalDate, '%s') d, COUNT(*) FROM arfEmail e FORCE INDEX "
        "(reportedArrival) WHERE e.reported = 1 AND e.arrivalDate >= '%s' GROUP BY d ORDER BY d",
        first, first);
    g_autoptr(Query) query = read_rows(db, READ_LIST_MS, sql, NULL, 0, error);
    if (query == NULL)
        return NULL;
    while (query_next(query)) {
        int64_t day = from + query_number(query, 0) * CLOCK_DAY_S;
        int64_t next = list->len > 0
                           ? g_array_index(list, struct graph_day, list->len - 1).day + CLOCK_DAY_S
                           : day;
        struct graph_day row = { 0 };
        if (day > today)
            break; /* a mail that claims to come from tomorrow */
        for (row.day = next; row.day < day; row.day += CLOCK_DAY_S)
            g_array_append_val(list, row);
        row.reported = query_number(query, 1);
        g_array_append_val(list, row);
    }
    while (list->len > 0 && g_array_index(list, struct graph_day, list->len - 1).day < today) {
        struct graph_day zero = { .day = g_array_index(list, struct graph_day, list->len - 1).day +
                                         CLOCK_DAY_S };
        g_array_append_val(list, zero);
    }
    return g_steal_pointer(&list);
}
