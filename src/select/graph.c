/* SPDX-License-Identifier: Apache-2.0 */
#include "select/graph.h"

#include "base/clock.h"
#include "select/read.h"

#define HOUR 3600
#define DAY 86400

static int64_t
floor_to(int64_t when, int64_t unit)
{
    return when - ((when % unit) + unit) % unit;
}

/* Hours from the one of `from` to the one of `to`, both in. */
static GArray *
read_hours(struct db *db, int64_t from, int64_t to, bool weighted, GError **error)
{
    char first[CLOCK_TEXT_MAX], last[CLOCK_TEXT_MAX];
    from = floor_to(from, HOUR);
    to = MIN(floor_to(to, HOUR), from + (int64_t)(GRAPH_HOURS_MAX - 1) * HOUR);
    g_autoptr(GArray) hours = g_array_new(FALSE, TRUE, sizeof(struct graph_hour));
    for (int64_t hour = from; hour <= to; hour += HOUR) {
        struct graph_hour zero = { .hour = hour };
        g_array_append_val(hours, zero);
    }
    clock_sql(from, first);
    clock_sql(to + HOUR - 1, last);
    g_autofree char *sql = g_strdup_printf(
        "SELECT TIMESTAMPDIFF(HOUR, '%s', e.arrivalDate) h, e.emailType + 0 t, %s FROM arfEmail e "
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
    return read_hours(db, floor_to(now, DAY) - 3 * (int64_t)DAY, now, weighted, error);
}

GArray *
graph_72(struct db *db, int64_t now, bool weighted, GError **error)
{
    return read_hours(db, now - 71 * (int64_t)HOUR, now, weighted, error);
}

GArray *
graph_reported(struct db *db, int64_t now, uint32_t days, GError **error)
{
    char first[CLOCK_TEXT_MAX];
    int64_t today = floor_to(now, DAY);
    int64_t from = today - (int64_t)MIN(days, GRAPH_DAYS_MAX) * DAY;
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
        int64_t day = from + query_number(query, 0) * DAY;
        int64_t next =
            list->len > 0 ? g_array_index(list, struct graph_day, list->len - 1).day + DAY : day;
        struct graph_day row = { 0 };
        if (day > today)
            break; /* a mail that claims to come from tomorrow */
        for (row.day = next; row.day < day; row.day += DAY)
            g_array_append_val(list, row);
        row.reported = query_number(query, 1);
        g_array_append_val(list, row);
    }
    while (list->len > 0 && g_array_index(list, struct graph_day, list->len - 1).day < today) {
        struct graph_day zero = { .day = g_array_index(list, struct graph_day, list->len - 1).day +
                                         DAY };
        g_array_append_val(list, zero);
    }
    return g_steal_pointer(&list);
}
