/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "render/escape.h"
#include "render/figure.h"
#include "render/graph.h"
#include "render/svg.h"

#define SPARK_HEIGHT 30.0

static json_t *
row_json(const struct graph *graph, const struct graph_bar *bar)
{
    char label[GRAPH_LABEL_MAX];
    char iso[CLOCK_TEXT_MAX];
    json_t *cells = json_array();
    guint64 total = 0;
    for (size_t i = 0; i < graph->series_count && i < GRAPH_SERIES_MAX; i++) {
        total += bar->counts[i];
        json_array_append_new(cells, json_integer((json_int_t)bar->counts[i]));
    }
    return json_pack("{s:s,s:s,s:s?,s:o,s:I}", "label",
                     graph_time_label(graph->step, bar->start, label), "iso",
                     clock_rfc3339(bar->start, iso), "href", bar->href, "cells", cells, "total",
                     (json_int_t)total);
}

json_t *
graph_table(const struct graph *graph)
{
    json_t *totals = json_array();
    json_t *rows = json_array();
    for (size_t i = 0; i < graph->series_count && i < GRAPH_SERIES_MAX; i++) {
        g_autoptr(GString) shown = g_string_new(NULL);
        guint64 total = 0;
        for (size_t bar = 0; bar < graph->bar_count; bar++)
            total += graph->bars[bar].counts[i];
        figure_append_count(shown, total);
        json_array_append_new(totals,
                              json_pack("{s:s,s:s,s:s}", "name", graph->series[i].name, "class",
                                        graph->series[i].class, "total", shown->str));
    }
    for (size_t bar = graph->bar_count; bar > 0; bar--)
        json_array_append_new(rows, row_json(graph, &graph->bars[bar - 1]));
    return json_pack("{s:s,s:o,s:o}", "label", graph->label, "totals", totals, "rows", rows);
}

static void
append_points(GString *out, const guint64 *values, size_t count, guint64 largest)
{
    for (size_t i = 0; i < count; i++) {
        g_string_append_c(out, i == 0 ? 'M' : 'L');
        svg_append_number(out, count > 1 ? (double)i * 100 / (double)(count - 1) : 50);
        g_string_append_c(out, ' ');
        svg_append_number(out, SPARK_HEIGHT - 1 -
                                   (SPARK_HEIGHT - 2) * (double)values[i] / (double)largest);
    }
}

void
graph_spark(GString *out, const char *label, const guint64 *values, size_t count)
{
    guint64 largest = 1;
    for (size_t i = 0; i < count; i++)
        largest = MAX(largest, values[i]);
    g_string_append(out, "<svg class=\"spark\" viewBox=\"0 0 100 30\" preserveAspectRatio=\"none\""
                         " role=\"img\" aria-label=\"");
    escape_append_html(out, span_of(label));
    g_string_append(out, "\">");
    if (count > 0) {
        g_string_append(out, "<path class=\"spark-area\" d=\"");
        append_points(out, values, count, largest);
        g_string_append(out, "L100 30L0 30z\"/><path class=\"spark-line\" d=\"");
        append_points(out, values, count, largest);
        g_string_append(out, "\" vector-effect=\"non-scaling-stroke\"/>");
    }
    g_string_append(out, "</svg>");
}

void
graph_share(GString *out, guint64 part, guint64 whole)
{
    double share = whole > 0 ? (double)MIN(part, whole) * 100 / (double)whole : 0;
    g_string_append(out, "<svg class=\"share\" aria-hidden=\"true\"><rect height=\"7\"");
    svg_append_percent(out, "width", share);
    g_string_append(out, "/></svg>");
}
