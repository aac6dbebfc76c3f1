/* SPDX-License-Identifier: Apache-2.0 */
/*
 * graph_view - counts over time as pictures with their tables, for templates/graph
 */
#pragma once

#include <jansson.h>

#include "select/graph.h"
#include "select/network_rows.h"

/* Of struct graph_hour: normal, bounce, auto-replied, each bar a link to its hour's mails. */
json_t *graph_view_hours(const GArray *hours, const char *title, const char *empty);
/* Of struct graph_day; those from midnight `from` to the first, FIGURES_REPORTED_DAYS at most, are
 * shown as empty. CLOCK_UNKNOWN: it starts at the first. */
json_t *graph_view_reported(const GArray *days, const char *title, int64_t from);
/* Of struct network_day: mails and those reported. */
json_t *graph_view_days(const GArray *days, const char *title);
