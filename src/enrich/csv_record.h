/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv_record - the records of a CSV text (RFC 4180), one after the other
 *
 * Lines end in LF or CRLF; a quoted field may hold commas, doubled quotes and line ends.
 * Out: fields as spans of the text, or of the reader where quotes were doubled: valid until the
 *      next record. Threads: one reader, one thread.
 */
#pragma once

#include "base/span.h"

#define CSV_FIELDS_MAX 64
#define CSV_QUOTED_OCTETS_MAX 8192 /* of a record's fields with doubled quotes */

struct csv_text {
    struct span rest;
    guint32 line; /* of the record that was read last; from 1 */
    struct span fields[CSV_FIELDS_MAX];
    size_t count;
    const char *fault; /* why reading ended early, static; or NULL */
    guint32 next_line;
    size_t quoted_len;
    char quoted[CSV_QUOTED_OCTETS_MAX];
};

/* A byte order mark (RFC 3629) is left out. */
void csv_start(struct csv_text *csv, struct span text);
/* The next record; false at the end or at a fault. An empty line is one empty field. */
bool csv_record(struct csv_text *csv);
/* Leaves out the lines that begin with `mark` and come next. */
void csv_skip(struct csv_text *csv, char mark);
