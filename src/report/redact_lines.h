/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redact_lines - a mail line by line, decoded messages within it in their place, and the
 * boundaries that are open
 *
 * A line ends at CRLF, LF or CR, as most parsers read. Threads: no state.
 */
#pragma once

#include "base/limits.h"
#include "base/span.h"

#define LINES_SOURCES (LIMIT_NESTED_MESSAGES + 1)

struct line_source {
    struct span text;
    size_t at;
    GString *owned; /* NULL: borrowed */
};

struct boundary {
    char *read;    /* as the mail has it */
    char *written; /* what stands for it */
};

struct lines {
    struct line_source sources[LINES_SOURCES];
    unsigned source_count;
    size_t last_at; /* where the last line began */
    struct boundary boundaries[LIMIT_MIME_DEPTH];
    unsigned depth;
};

void lines_init(struct lines *lines, struct span text);
void lines_clear(struct lines *lines);
/* False: at the end. */
bool lines_next(struct lines *lines, struct span *line);
/* The last line will be next again. */
void lines_unread(struct lines *lines);
/* Reads `decoded` (taken over) next, then goes on. False: too many within each other; freed. */
bool lines_push(struct lines *lines, GString *decoded);
/* False: too deep. */
bool lines_open(struct lines *lines, const char *read, const char *written);
/* The innermost is gone. */
void lines_close(struct lines *lines);
/* Whether the line is a delimiter: *depth the number of boundaries up to it, *last its "--". */
bool lines_is_delimiter(const struct lines *lines, struct span line, unsigned *depth, bool *last);
