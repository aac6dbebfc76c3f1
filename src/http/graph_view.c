/* SPDX-License-Identifier: Apache-2.0 */
#include "http/graph_view.h"

#include "base/clock.h"
#include "render/graph.h"
#include "select/figures.h"

static const struct graph_series by_type[] = { { "Normal", "s-normal" },
                                               { "Bounce", "s-bounce" },
                                               { "Auto-replied", "s-auto-replied" } };
static const struct graph_series reported[] = { { "Reported", "s-reported" } };
static const struct graph_series with_reported[] = { { "Not reported", "s-normal" },
                                                     { "Reported", "s-reported" } };

/* The list of an hour's or a day's mails; in the chunk. */
static const char *
href(GStringChunk *chunk, int64_t from, int64_t to, const char *more)
{
    char since[CLOCK_TEXT_MAX], until[CLOCK_TEXT_MAX];
    g_autofree char *text = g_strdup_printf("/email?%ssince=%s&until=%s", more,
                                            clock_rfc3339(from, since), clock_rfc3339(to, until));
    return g_string_chunk_insert(chunk, text);
}

static json_t *
view(const struct graph *graph, const char *title)
{
    g_autoptr(GString) svg = g_string_new(NULL);
    graph_svg(svg, graph);
    return json_pack("{s:s, s:s, s:o}", "title", title, "svg", svg->str, "table",
                     graph_table(graph));
}

json_t *
graph_view_hours(const GArray *hours, const char *title, const char *empty)
{
    g_autoptr(GStringChunk) chunk = g_string_chunk_new(8192);
    g_autofree struct graph_bar *bars = g_new0(struct graph_bar, hours->len + 1);
    for (guint i = 0; i < hours->len; i++) {
        const struct graph_hour *hour = &g_array_index(hours, struct graph_hour, i);
        bars[i].start = hour->hour;
        bars[i].counts[0] = (guint64)hour->normal;
        bars[i].counts[1] = (guint64)hour->bounce;
        bars[i].counts[2] = (guint64)hour->auto_replied;
        bars[i].href = href(chunk, hour->hour, hour->hour + 3599, "");
    }
    return view(&(struct graph){ .label = title,
                                 .empty = empty,
                                 .step = GRAPH_HOURS,
                                 .series = by_type,
                                 .series_count = G_N_ELEMENTS(by_type),
                                 .bars = bars,
                                 .bar_count = hours->len },
                title);
}

json_t *
graph_view_reported(const GArray *days, const char *title, int64_t from)
{
    g_autoptr(GStringChunk) chunk = g_string_chunk_new(8192);
    g_autofree struct graph_bar *bars =
        g_new0(struct graph_bar, days->len + FIGURES_REPORTED_DAYS + 1);
    guint lead = 0;
    if (days->len > 0 && from != CLOCK_UNKNOWN)
        while (from < g_array_index(days, struct graph_day, 0).day && lead < FIGURES_REPORTED_DAYS)
            bars[lead++].start = from, from += CLOCK_DAY_S;
    for (guint i = 0; i < days->len; i++) {
        const struct graph_day *day = &g_array_index(days, struct graph_day, i);
        struct graph_bar *bar = &bars[lead + i];
        bar->start = day->day;
        bar->counts[0] = (guint64)day->reported;
        bar->href = href(chunk, day->day, day->day + CLOCK_DAY_S - 1, "reported=1&");
    }
    return view(&(struct graph){ .label = title,
                                 .empty = "No mail was reported in this time",
                                 .step = GRAPH_DAYS,
                                 .series = reported,
                                 .series_count = G_N_ELEMENTS(reported),
                                 .bars = bars,
                                 .bar_count = lead + days->len },
                title);
}

json_t *
graph_view_days(const GArray *days, const char *title)
{
    g_autofree struct graph_bar *bars = g_new0(struct graph_bar, days->len + 1);
    for (guint i = 0; i < days->len; i++) {
        const struct network_day *day = &g_array_index(days, struct network_day, i);
        bars[i].start = day->day;
        bars[i].counts[0] = (guint64)(day->total - day->reported);
        bars[i].counts[1] = (guint64)day->reported;
    }
    return view(&(struct graph){ .label = title,
                                 .empty = "No mail in this time",
                                 .step = GRAPH_DAYS,
                                 .series = with_reported,
                                 .series_count = G_N_ELEMENTS(with_reported),
                                 .bars = bars,
                                 .bar_count = days->len },
                title);
}
