/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv - rows as RFC 4180, safe to open in a spreadsheet
 *
 * A text that a spreadsheet would run as a formula - it begins, perhaps after blanks, with = + - @
 * or their full-width forms, or with tab or carriage return - gets an apostrophe in front; the same
 * behind a separator or line break inside, for programs that split there. Hidden characters are
 * shown as by escape_append_visible(). Texts are always quoted, numbers never. Lines end in CRLF.
 * Rows are streamed: send what is in `out`, empty it, go on. Threads: no shared state.
 */
#pragma once

#include "base/span.h"

#define CSV_TYPE "text/csv; charset=utf-8; header=present"

struct csv {
    GString *out; /* the caller's */
    bool in_row;
};

void csv_text(struct csv *csv, const char *text); /* NULL is an empty field */
void csv_span(struct csv *csv, struct span text);
void csv_number(struct csv *csv, gint64 number);
void csv_empty(struct csv *csv); /* no value: two separators with nothing between */
void csv_end_row(struct csv *csv);
/* A header line: names up to NULL. */
void csv_header(struct csv *csv, const char *const *names);
