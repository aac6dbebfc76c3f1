/* SPDX-License-Identifier: Apache-2.0 */
/*
 * query_scan - whole query logs, in any order, against the names that decide something
 *
 * Memory:  a few MiB whatever the length of the log (octet_stream.h tells of packed ones).
 * Errors:  FAULT_OPERATOR: the file can't be opened. What it holds is never an error: lines that
 *          tell no query are counted and named in `problems`, so is a damaged end.
 * Threads: one scan, one thread.
 */
#pragma once

#include "base/progress.h"
#include "study/octet_stream.h"
#include "study/problems.h"
#include "study/query_line.h"
#include "study/query_names.h"

struct query_counts {
    uint64_t lines;
    uint64_t queries;       /* read by query_line_read(), of class IN */
    uint64_t other_class;   /* the same, of another class */
    uint64_t unmatched;     /* no query; those too long among them */
    uint64_t of_study;      /* queries for one of the names */
    uint64_t paper_queries; /* read by query_line_read_paper() */
    uint64_t paper_ignored; /* not, and they hold one of the ignored names */
    uint64_t paper_stops;   /* not, and the notebook would have ended there */
};

typedef void query_scan_row(void *user, struct span line, const struct query_line *query);

struct query_scan {
    struct query_names *names; /* borrowed */
    char *const *ignored;      /* lower case, NULL-terminated; borrowed */
    struct problems *problems; /* borrowed */
    struct progress *progress; /* borrowed; counts lines; NULL: none */
    query_scan_row *row;       /* each query of class IN, or NULL */
    void *user;
    struct query_counts counts;
};

bool query_scan_file(struct query_scan *scan, const char *path, GError **error);
/* The same for a stream, which is taken over. `where` is its name. */
void query_scan_stream(struct query_scan *scan, struct octet_stream *stream, const char *where);
