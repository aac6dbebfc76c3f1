/* SPDX-License-Identifier: Apache-2.0 */
/*
 * graph - stacked bars over time: as SVG, and the same figures as rows of a table
 *
 * The picture takes the width it is given and GRAPH_HEIGHT pixels: bars are placed in per cent, so
 * its texts never shrink on a phone. It is `<div class="graph">` with two SVGs, scale and bars;
 * series are told apart by their class (style.css: s-normal, s-bounce, s-auto-replied, s-reported),
 * from below. Nothing to show is a picture that says so. Threads: no state. Limits: GRAPH_BARS_MAX
 * bars; more are left out at the front.
 */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdint.h>

#define GRAPH_SERIES_MAX 4
#define GRAPH_BARS_MAX 2000
#define GRAPH_HEIGHT 208
#define GRAPH_LABEL_MAX 24

enum graph_step { GRAPH_HOURS, GRAPH_DAYS };

struct graph_series {
    const char *name;  /* "Normal" */
    const char *class; /* "s-normal" */
};

struct graph_bar {
    int64_t start; /* seconds since 1970, UTC */
    guint64 counts[GRAPH_SERIES_MAX];
    const char *href; /* list of its mails; NULL for none */
};

struct graph {
    const char *label; /* for those who cannot see it: "Mail by type, last 72 hours" */
    const char *empty; /* "No mail in this time" */
    enum graph_step step;
    const struct graph_series *series;
    size_t series_count;
    const struct graph_bar *bars; /* without gaps, by time */
    size_t bar_count;
};

/* "11/22 06" of an hour, "2026/11/22 Sun" of a day, in UTC; "" out of range. Returns out. */
const char *graph_time_label(enum graph_step step, int64_t start, char out[GRAPH_LABEL_MAX]);
void graph_svg(GString *out, const struct graph *graph);
/* {"label","totals":[{"name","class","total"}],"rows":[...]}, a row being
 * {"label","iso","href"|null,"cells":[n...],"total"}; for the legend and the table; newest row
 * first. Caller decrefs. */
json_t *graph_table(const struct graph *graph);
/* A line of `count` values over an area, `<svg class="spark">`; the label tells what it is. */
void graph_spark(GString *out, const char *label, const guint64 *values, size_t count);
/* A bar as long as part is of whole, `<svg class="share">`, hidden from screen readers: the number
 * stands beside it. */
void graph_share(GString *out, guint64 part, guint64 whole);
