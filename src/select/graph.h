/* SPDX-License-Identifier: Apache-2.0 */
/*
 * graph - mails by hour and type, reported mails by day
 *
 * Out:     all hours or days of the span in order, those without mail as zero.
 * Weight:  `weighted` counts Incidents (each mail at most 1,000) instead of mails.
 * Errors and threads: as db.h.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/db.h"

struct graph_hour {
    int64_t hour; /* its first second, UTC */
    int64_t normal, bounce, auto_replied;
};

struct graph_day {
    int64_t day; /* its first second, UTC */
    int64_t reported;
};

#define GRAPH_HOURS_MAX (31 * 24)
#define GRAPH_DAYS_MAX 400

/* From midnight three days ago (72 to 96 hours, to now), as /email/graph; and the last 72 hours.
 * Arrays of struct graph_hour; caller frees with g_array_unref. */
GArray *graph_live(struct db *db, int64_t now, bool weighted, GError **error);
GArray *graph_72(struct db *db, int64_t now, bool weighted, GError **error);
/* Reported mails by day of arrival, from the first day of the last `days` that has any, to today;
 * an array of struct graph_day, empty when none was reported. */
GArray *graph_reported(struct db *db, int64_t now, uint32_t days, GError **error);
