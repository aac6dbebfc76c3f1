/* SPDX-License-Identifier: Apache-2.0 */
/* The first page: figures, graphs, map, networks, patterns, address space. And the help page. */
#include <string.h>

#include "base/clock.h"
#include "http/answers.h"
#include "http/email_line.h"
#include "http/graph_view.h"
#include "http/map_view.h"
#include "http/page.h"
#include "http/site_parts.h"
#include "http/time_view.h"
#include "render/figure.h"
#include "render/graph.h"
#include "render/hilbert.h"

static void
put_count(json_t *view, const char *name, int64_t count)
{
    g_autoptr(GString) text = g_string_new(NULL);
    figure_append_count(text, (guint64)MAX(count, 0));
    json_object_set_new(view, name, json_string(text->str));
}

static void
put_figures(const struct overview *overview, json_t *view)
{
    json_t *feeds = json_array();
    json_object_set_new(view, "feeds", feeds);
    put_count(view, "last_24h", overview->last_24h);
    put_count(view, "last_7d", overview->last_7d);
    put_count(view, "reported_7d", overview->reported_7d);
    put_count(view, "held", overview->held);
    json_object_set_new(view, "newest", time_view(overview->newest));
    if (overview->previous_24h > 0) {
        int64_t percent =
            (overview->last_24h - overview->previous_24h) * 100 / overview->previous_24h;
        g_autofree char *text = g_strdup_printf("%+" G_GINT64_FORMAT " %%", (gint64)percent);
        json_object_set_new(view, "change", json_string(text));
    }
    for (guint i = 0; i < overview->feeds->len; i++) {
        const struct overview_feed *feed = &g_array_index(overview->feeds, struct overview_feed, i);
        json_array_append_new(
            feeds, json_pack("{s:s, s:o}", "name", feed->feed, "ended", time_view(feed->ended)));
    }
}

static void
put_graphs(struct visit *visit, const struct figures_set *set, json_t *view)
{
    json_t *map = map_view(visit, set->map_all, false, "days=" G_STRINGIFY(MAP_DAYS));
    int64_t today = clock_floor(visit->now, CLOCK_DAY_S);
    json_object_set_new(view, "hours",
                        graph_view_hours(set->hours, "Mails by type, 72 h", "No mail in 72 hours"));
    /* All days that its name promises: in a narrow panel one day alone would be a wall. */
    json_object_set_new(view, "days",
                        graph_view_reported(set->reported, "Reported, 90 days",
                                            today - (int64_t)FIGURES_REPORTED_DAYS * CLOCK_DAY_S));
    json_object_set(view, "networks", json_object_get(map, "networks"));
    json_object_set_new(view, "map", map);
}

static void
put_patterns(struct visit *visit, const struct figures_set *set, json_t *view)
{
    size_t count = MIN(set->campaigns->count, FIGURES_CAMPAIGN_SPARKS);
    size_t hours = count > 0 ? set->campaign_hours->len / count : 0;
    json_t *list = json_array();
    json_object_set_new(view, "campaigns", list);
    for (size_t i = 0; i < count; i++) {
        const struct campaign_row *row = &set->campaigns->rows[i];
        g_autofree char *pattern = email_line_text(visit, row->pattern);
        const char *sender = strstr(pattern, " | ");
        g_autofree char *subject =
            sender != NULL ? g_strndup(pattern, (gsize)(sender - pattern)) : g_strdup(pattern);
        g_autoptr(GString) svg = g_string_new(NULL);
        graph_spark(svg, "Its mails by hour",
                    &g_array_index(set->campaign_hours, guint64, i * hours), hours);
        json_t *one = json_pack("{s:I, s:s, s:s, s:I, s:s}", "id", (json_int_t)row->pattern_id,
                                "subject", subject, "sender", sender != NULL ? sender + 3 : "",
                                "sources", (json_int_t)row->sources, "svg", svg->str);
        put_count(one, "total", row->total);
        json_array_append_new(list, one);
    }
}

static void
put_space(const GArray *blocks, json_t *view)
{
    g_autoptr(GString) svg = g_string_new(NULL);
    g_autofree struct hilbert_cell *cells = g_new0(struct hilbert_cell, blocks->len + 1);
    size_t count = 0;
    for (guint i = 0; i < blocks->len; i++) {
        const struct ipv4_block *block = &g_array_index(blocks, struct ipv4_block, i);
        uint32_t prefix = block->block >> 4;
        if (count == 0 || cells[count - 1].prefix != prefix)
            cells[count++].prefix = prefix;
        cells[count - 1].count += (guint64)block->total;
    }
    hilbert_svg(svg, &(struct hilbert){ .label = "IPv4 sources of the last 72 hours",
                                        .href_prefix = "/email?days=3&ip=",
                                        .bits = 12,
                                        .cells = cells,
                                        .count = count });
    json_object_set_new(view, "hilbert", json_pack("{s:s}", "svg", svg->str));
}

bool
answer_overview(struct visit *visit, GError **error)
{
    struct figures_set *set = figures_get(visit->host->figures, visit->db, visit->now, error);
    json_t *view;
    if (set == NULL)
        return false;
    view = json_object();
    put_figures(set->overview, view);
    put_graphs(visit, set, view);
    put_patterns(visit, set, view);
    put_space(set->ipv4, view);
    figures_set_unref(set);
    return page_render(visit, 200, "overview", "Overview", view, error);
}

bool
answer_help(struct visit *visit, GError **error)
{
    return page_render(visit, 200, "help", "Help", json_object(), error);
}
