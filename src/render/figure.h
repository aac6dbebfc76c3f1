/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figure - numbers as people read them, the same in text and pictures
 *
 * The six bins of maps: 1-9, 10-29, 30-99, 100-299, 300-999, 1000 and more. Threads: no state.
 */
#pragma once

#include <glib.h>

#define FIGURE_BINS 6

/* "1,284,000" */
void figure_append_count(GString *out, guint64 count);
/* "12.3 %" of `whole`; "0 %" when the whole is 0; "<0.1 %" for what is there but rounds to
 * nothing. */
void figure_append_share(GString *out, guint64 part, guint64 whole);
/* 0 to 5, or -1 for a count of 0. */
int figure_bin(guint64 count);
/* "1-9" with an en dash, ... "1,000+"; of a bin from 0 to 5. */
const char *figure_bin_label(int bin);
/* Steps of a scale from 0: the distance between gridlines is 1, 2 or 5 times a power of ten, whole,
 * and there are at most `lines` of them above 0. *top is the last line, at or above `largest`, and
 * at least one step. */
guint64 figure_scale(guint64 largest, unsigned lines, guint64 *top);
