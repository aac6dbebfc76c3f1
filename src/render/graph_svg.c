/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "render/escape.h"
#include "render/figure.h"
#include "render/graph.h"
#include "render/svg.h"

#define SCALE_WIDTH 36
#define PLOT_TOP 8.0
#define PLOT_BOTTOM (GRAPH_HEIGHT - 34.0)
#define GRIDLINES 5
#define LABELS_MAX 7     /* days and weeks named below the bars */
#define DAY_NAME_BARS 15 /* hours as wide as a day's name, three days on a phone */
#define DAY_NAME_LEAST 8 /* the same on a page of a column or two */

static const char *const months[] = { "Jan",  "Feb", "Mar",  "Apr", "May", "Jun",
                                      "July", "Aug", "Sept", "Oct", "Nov", "Dec" };

struct moment {
    unsigned year, month, day, hour;
    const char *weekday;
};

static bool
split_time(int64_t start, struct moment *moment)
{
    char text[CLOCK_TEXT_MAX];
    if (strlen(clock_rfc3339(start, text)) < 13 || start < 0)
        return false;
    *moment = (struct moment){
        .year = (unsigned)g_ascii_strtoull(text, NULL, 10),
        .month = (unsigned)g_ascii_strtoull(text + 5, NULL, 10),
        .day = (unsigned)g_ascii_strtoull(text + 8, NULL, 10),
        .hour = (unsigned)g_ascii_strtoull(text + 11, NULL, 10),
        .weekday = clock_weekdays[(start / CLOCK_DAY_S + 4) % 7],
    };
    return true;
}

const char *
graph_time_label(enum graph_step step, int64_t start, char out[GRAPH_LABEL_MAX])
{
    struct moment at;
    *out = '\0';
    if (!split_time(start, &at))
        return out;
    if (step == GRAPH_HOURS)
        g_snprintf(out, GRAPH_LABEL_MAX, "%02u/%02u %02u", at.month, at.day, at.hour);
    else
        g_snprintf(out, GRAPH_LABEL_MAX, "%04u/%02u/%02u %s", at.year, at.month, at.day,
                   at.weekday);
    return out;
}

static guint64
bar_total(const struct graph *graph, const struct graph_bar *bar)
{
    guint64 total = 0;
    for (size_t i = 0; i < graph->series_count && i < GRAPH_SERIES_MAX; i++)
        total += bar->counts[i];
    return total;
}

/* Distance from the top for a count. */
static double
height_of(guint64 count, guint64 top)
{
    return PLOT_BOTTOM - (PLOT_BOTTOM - PLOT_TOP) * (double)count / (double)top;
}

static void
append_gridlines(GString *scale, GString *plot, guint64 step, guint64 top)
{
    g_autoptr(GString) label = g_string_new(NULL);
    for (guint64 at = 0; at <= top; at += step) {
        double y = height_of(at, top);
        g_string_truncate(label, 0);
        figure_append_count(label, at);
        svg_append_text(scale, "axis-y", SCALE_WIDTH - 6, y + 4, label->str);
        g_string_append_printf(plot, "<line class=\"%s\" x1=\"0\" x2=\"100%%\"",
                               at == 0 ? "base" : "gridline");
        svg_append_attribute(plot, "y1", y);
        svg_append_attribute(plot, "y2", y);
        g_string_append(plot, "/>");
    }
}

static void
append_label(GString *plot, const char *class, double percent, double y, const char *text)
{
    g_string_append_printf(plot, "<text class=\"%s\"", class);
    svg_append_percent(plot, "x", percent);
    svg_append_attribute(plot, "y", y);
    g_string_append_printf(plot, ">%s</text>", text);
}

static void
append_edge(GString *plot, double percent)
{
    g_string_append(plot, "<line class=\"edge\"");
    svg_append_percent(plot, "x1", percent);
    svg_append_percent(plot, "x2", percent);
    svg_append_attribute(plot, "y1", PLOT_TOP);
    g_string_append_printf(plot, " y2=\"%d\"/>", GRAPH_HEIGHT);
}

/* Each sixth hour by its number, each midnight by a line and the day's name. Of many days, some. */
static void
append_hour_axis(GString *plot, const struct graph *graph, double width)
{
    size_t days = (graph->bar_count + 23) / 24;
    unsigned each = days <= LABELS_MAX ? 6 : 24;
    size_t every = days / LABELS_MAX + 1;
    for (size_t i = 0, day = 0; i < graph->bar_count; i++) {
        struct moment at;
        char text[GRAPH_LABEL_MAX];
        if (!split_time(graph->bars[i].start, &at))
            continue;
        if (at.hour % each == 0 && each < 24) {
            g_snprintf(text, sizeof(text), "%02u", at.hour);
            append_label(plot, "axis-x", ((double)i + 0.5) * width, PLOT_BOTTOM + 15, text);
        }
        if (at.hour == 0 && i > 0)
            append_edge(plot, (double)i * width);
        if ((at.hour != 0 && i > 0) || i + 5 > graph->bar_count || day++ % every != 0)
            continue;
        /* The end of a day, with the next day's name right behind. */
        if (at.hour > 24 - DAY_NAME_LEAST && i + 24 - at.hour + 5 <= graph->bar_count && each < 24)
            continue;
        g_snprintf(text, sizeof(text), "%s %u %s", at.weekday, at.day, months[(at.month - 1) % 12]);
        /* A day with little of it in the picture: its name has no room on a phone. */
        bool tight = MIN(24 - at.hour, graph->bar_count - i) < DAY_NAME_BARS && days <= LABELS_MAX;
        append_label(plot, tight ? "axis-day tight" : "axis-day", (double)i * width,
                     GRAPH_HEIGHT - 4, text);
    }
}

/* The first and the middle of each month; of many months, the first of some. */
static void
append_day_axis(GString *plot, const struct graph *graph, double width)
{
    size_t months_shown = graph->bar_count / 30 + 1;
    for (size_t i = 0; i < graph->bar_count; i++) {
        struct moment at;
        char text[GRAPH_LABEL_MAX];
        if (!split_time(graph->bars[i].start, &at))
            continue;
        bool named = at.day == 1 || (at.day == 15 && months_shown <= 4) ||
                     (graph->bar_count <= 14 && i % 3 == 0);
        if (!named || (months_shown > 12 && at.month % 3 != 1))
            continue;
        g_snprintf(text, sizeof(text), "%u %s", at.day, months[(at.month - 1) % 12]);
        append_label(plot, at.day == 15 ? "axis-x mid" : "axis-x", ((double)i + 0.5) * width,
                     PLOT_BOTTOM + 15, text);
    }
}

static void
append_bar_title(GString *plot, const struct graph *graph, const struct graph_bar *bar)
{
    char label[GRAPH_LABEL_MAX];
    g_autoptr(GString) title = g_string_new(graph_time_label(graph->step, bar->start, label));
    for (size_t i = 0; i < graph->series_count; i++) {
        g_string_append(title, i == 0 ? ": " : ", ");
        figure_append_count(title, bar->counts[i]);
        g_string_append_printf(title, " %s", graph->series[i].name);
    }
    svg_append_title(plot, title->str);
}

static void
append_rect(GString *plot, const char *class, double left, double width, double y, double bottom)
{
    g_string_append_printf(plot, "<rect class=\"%s\"", class);
    svg_append_percent(plot, "x", left);
    svg_append_percent(plot, "width", width);
    svg_append_attribute(plot, "y", y);
    svg_append_attribute(plot, "height", bottom - y);
    g_string_append(plot, "/>");
}

/* The whole column can be pointed at, so that a short bar is as easy to hit as a long one. */
static void
append_bar(GString *plot, const struct graph *graph, size_t index, double width, guint64 top)
{
    const struct graph_bar *bar = &graph->bars[index];
    double left = (double)index * width;
    guint64 below = 0;
    bool linked = svg_open_link(plot, bar->href);
    g_string_append(plot, "<g class=\"bar\">");
    append_bar_title(plot, graph, bar);
    append_rect(plot, "hit", left, width, PLOT_TOP, PLOT_BOTTOM);
    for (size_t i = 0; i < graph->series_count; i++) {
        if (bar->counts[i] == 0)
            continue;
        double bottom = height_of(below, top);
        below += bar->counts[i];
        append_rect(plot, graph->series[i].class, left, width, height_of(below, top), bottom);
    }
    g_string_append(plot, linked ? "</g></a>" : "</g>");
}

static void
append_opening(GString *out, const struct graph *graph, bool linked)
{
    /* Children of an image are nothing to a screen reader, so one with links is a group. */
    g_string_append_printf(out,
                           "<svg class=\"graph-plot\" width=\"100%%\" height=\"%d\" role=\"%s\""
                           " aria-label=\"",
                           GRAPH_HEIGHT, linked ? "group" : "img");
    escape_append_html(out, span_of(graph->label));
    g_string_append(out, "\">");
}

static struct graph
newest_bars(const struct graph *graph)
{
    struct graph cut = *graph;
    size_t surplus = cut.bar_count > GRAPH_BARS_MAX ? cut.bar_count - GRAPH_BARS_MAX : 0;
    cut.bars += surplus;
    cut.bar_count -= surplus;
    cut.series_count = MIN(cut.series_count, GRAPH_SERIES_MAX);
    return cut;
}

void
graph_svg(GString *out, const struct graph *whole)
{
    struct graph graph = newest_bars(whole);
    g_autoptr(GString) plot = g_string_new(NULL);
    guint64 largest = 0;
    guint64 top = 0;
    bool linked = false;
    for (size_t i = 0; i < graph.bar_count; i++) {
        largest = MAX(largest, bar_total(&graph, &graph.bars[i]));
        linked = linked || graph.bars[i].href != NULL;
    }
    guint64 step = figure_scale(largest, GRIDLINES, &top);
    double width = 100.0 / (double)MAX(graph.bar_count, 1);
    g_string_append_printf(out,
                           "<div class=\"graph\"><svg class=\"graph-y\" width=\"%d\" height=\"%d\""
                           " aria-hidden=\"true\">",
                           SCALE_WIDTH, GRAPH_HEIGHT);
    append_gridlines(out, plot, step, top);
    g_string_append(out, "</svg>");
    append_opening(out, &graph, linked);
    g_string_append_len(out, plot->str, (gssize)plot->len);
    if (graph.step == GRAPH_HOURS)
        append_hour_axis(out, &graph, width);
    else
        append_day_axis(out, &graph, width);
    for (size_t i = 0; i < graph.bar_count; i++)
        append_bar(out, &graph, i, width, top);
    if (largest == 0) {
        g_string_append_printf(out, "<text class=\"nothing\" x=\"50%%\" y=\"%d\">",
                               GRAPH_HEIGHT / 2);
        escape_append_html(out, span_of(graph.empty));
        g_string_append(out, "</text>");
    }
    g_string_append(out, "</svg></div>");
}
