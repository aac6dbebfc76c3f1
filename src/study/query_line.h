/* SPDX-License-Identifier: Apache-2.0 */
/*
 * query_line - one line of BIND's query log
 *
 * In:      a line of any octets, without its end.
 * Out:     spans into the line, as written (names in any case).
 * query_line_read() takes what BIND 9.8 to 9.20 write: with or without time (own form, ISO 8601),
 *          category, severity, syslog's prefix, "@0x..." of the client, TSIG key, "(name)", view;
 *          any class. Names are the asker's choice, but hold no blank: BIND writes \032.
 * query_line_read_paper() takes what the published notebook takes, and only that: day-mon-year
 *          h:m:s at the start, "client @PTR IP#PORT ", the last "query: NAME in TYPE" of the line,
 *          all in any case.
 * Cost:    linear, no allocation. Threads: no state.
 */
#pragma once

#include "base/span.h"

#define QUERY_LINE_OCTETS_MAX (64 * 1024)

struct query_line {
    struct span client; /* the address, maybe with %zone */
    struct span port;
    struct span name, class, type;
};

/* False: it tells no query. */
bool query_line_read(struct span line, struct query_line *query);
bool query_line_read_paper(struct span line, struct query_line *query);
/* What stands before "client": time, category, syslog's prefix. */
struct span query_line_prefix(struct span line);
