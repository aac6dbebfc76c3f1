/* SPDX-License-Identifier: Apache-2.0 */
/* Graphs and the map, from what was counted ahead when they are of the usual window: /email/graph,
 * /email/graph/reported, /email/map, and their JSON. */
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "http/answers.h"
#include "http/graph_view.h"
#include "http/list_page.h"
#include "http/map_view.h"
#include "http/page.h"
#include "http/site_parts.h"

#define REFRESH_SECONDS "600"

/* Caller frees with g_array_unref. */
static GArray *
live_hours(struct visit *visit, bool weighted, GError **error)
{
    struct figures_set *set;
    GArray *hours;
    if (weighted)
        return graph_live(visit->db, visit->now, true, error);
    set = figures_get(visit->host->figures, visit->db, visit->now, error);
    if (set == NULL)
        return NULL;
    hours = g_array_ref(set->live);
    figures_set_unref(set);
    return hours;
}

static GArray *
reported_days(struct visit *visit, GError **error)
{
    struct figures_set *set = figures_get(visit->host->figures, visit->db, visit->now, error);
    GArray *days;
    if (set == NULL)
        return NULL;
    days = g_array_ref(set->reported);
    figures_set_unref(set);
    return days;
}

bool
answer_graph(struct visit *visit, GError **error)
{
    bool weighted = visit_query(visit, "weight") != NULL;
    g_autoptr(GArray) hours = live_hours(visit, weighted, error);
    if (hours == NULL)
        return false;
    json_t *view = json_pack("{s:o, s:s, s:b, s:b}", "graph",
                             graph_view_hours(hours, "Email bar graph", "No mail in this time"),
                             "refresh", REFRESH_SECONDS, "weighted", weighted, "live", true);
    return page_render(visit, 200, "graph_page", "Email bar graph", view, error);
}

bool
answer_graph_reported(struct visit *visit, GError **error)
{
    g_autoptr(GArray) days = reported_days(visit, error);
    if (days == NULL)
        return false;
    json_t *view = json_pack("{s:o, s:s, s:b}", "graph",
                             graph_view_reported(days, "Reported Email bar graph", CLOCK_UNKNOWN),
                             "refresh", REFRESH_SECONDS, "live", false);
    return page_render(visit, 200, "graph_page", "Reported Email bar graph", view, error);
}

bool
answer_api_graph_live(struct visit *visit, GError **error)
{
    bool weighted = visit_query(visit, "weight") != NULL;
    g_autoptr(GArray) hours = live_hours(visit, weighted, error);
    json_t *list = json_array();
    for (guint i = 0; hours != NULL && i < hours->len; i++) {
        const struct graph_hour *hour = &g_array_index(hours, struct graph_hour, i);
        char text[CLOCK_TEXT_MAX];
        json_array_append_new(
            list, json_pack("{s:s, s:I, s:I, s:I}", "hour", clock_rfc3339(hour->hour, text),
                            "normal", (json_int_t)hour->normal, "bounce", (json_int_t)hour->bounce,
                            "autoReplied", (json_int_t)hour->auto_replied));
    }
    json_t *answer = json_pack("{s:o}", "hours", list);
    if (hours != NULL)
        return page_json(visit, 200, answer, error);
    json_decref(answer);
    return false;
}

bool
answer_api_graph_reported(struct visit *visit, GError **error)
{
    g_autoptr(GArray) days = reported_days(visit, error);
    json_t *list = json_array();
    for (guint i = 0; days != NULL && i < days->len; i++) {
        const struct graph_day *day = &g_array_index(days, struct graph_day, i);
        char text[CLOCK_TEXT_MAX];
        clock_rfc3339(day->day, text);
        text[strlen("2026-01-31")] = '\0';
        json_array_append_new(
            list, json_pack("{s:s, s:I}", "day", text, "reported", (json_int_t)day->reported));
    }
    json_t *answer = json_pack("{s:o}", "days", list);
    if (days != NULL)
        return page_json(visit, 200, answer, error);
    json_decref(answer);
    return false;
}

/* --- the map --- */

/* The window of /email/map: of the query, or /days/D[/daysago/A] in the path. */
static bool
read_window(struct visit *visit, struct list_page *page, GError **error)
{
    static const char *const others[] = { "of", NULL };
    char *const *pieces = visit->pieces;
    const char *days = NULL, *days_ago = NULL;
    *page = (struct list_page){ .of = SELECT_EMAILS };
    if (!visit->api && visit->piece_count > 2) {
        bool two = visit->piece_count == 4, four = visit->piece_count == 6;
        if ((!two && !four) || strcmp(pieces[2], "days") != 0 ||
            (four && strcmp(pieces[4], "daysago") != 0)) {
            page_error(visit, 404,
                       "The map is /email/map, /email/map/days/D or "
                       "/email/map/days/D/daysago/A.");
            page->answered = true;
            return true;
        }
        days = pieces[3];
        days_ago = four ? pieces[5] : NULL;
        struct selection_pair pairs[] = { { "days", days }, { "daysago", days_ago } };
        page->selection = selection_parse(pairs, days_ago != NULL ? 2 : 1, NULL, error);
        return page->selection != NULL;
    }
    return list_page_read_query(visit, SELECT_EMAILS, "", others, page, error);
}

/* The map's page or JSON. */
static bool
show_map(struct visit *visit, const struct list_page *page, const struct map *map, bool reported,
         GError **error)
{
    if (visit->api)
        return page_json(visit, 200, map_view_json(visit, map), error);
    g_autofree char *query = selection_query(page->selection, false);
    g_autofree char *title = selection_title(reported ? "Reported Emails Map" : "Emails Map",
                                             page->selection, visit->now);
    json_t *view = map_view(visit, map, reported, query);
    json_object_set_new(view, "reported_only", json_boolean(reported));
    json_object_set_new(view, "query", json_string(query));
    return page_render(visit, 200, "map_page", title, view, error);
}

static bool
show(struct visit *visit, struct list_page *page, GError **error)
{
    const char *of = visit_query(visit, "of");
    bool reported = of == NULL || strcmp(of, "all") != 0;
    int64_t from, to;
    if (selection_window(page->selection, visit->now, &from, &to)) {
        g_autoptr(Map) map = map_read(visit->db, from, to, reported, error);
        return map != NULL && show_map(visit, page, map, reported, error);
    }
    struct figures_set *set = figures_get(visit->host->figures, visit->db, visit->now, error);
    page->selection->days = MAP_DAYS;
    bool good = set != NULL &&
                show_map(visit, page, reported ? set->map_reported : set->map_all, reported, error);
    figures_set_unref(set);
    return good;
}

bool
answer_map(struct visit *visit, GError **error)
{
    struct list_page page;
    bool good = read_window(visit, &page, error);
    good = good && (page.answered || show(visit, &page, error));
    list_page_clear(&page);
    return good;
}
