/* SPDX-License-Identifier: Apache-2.0 */
/*
 * line_reader - the lines of a stream, without copying them and without memory of their own
 *
 * A line longer than the limit is passed over and counted. The last line needs no line feed.
 * Memory:  twice the limit, 1 MiB at least. Threads: one reader, one thread.
 */
#pragma once

#include "study/octet_stream.h"

struct line_reader;

/* Takes the stream over. */
struct line_reader *line_reader_new(struct octet_stream *stream, size_t line_octets_max);
void line_reader_free(struct line_reader *reader); /* NULL is allowed */
typedef struct line_reader LineReader;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LineReader, line_reader_free)

/* The next line without its LF or CRLF, valid until the next call; false at the end. */
bool line_reader_next(struct line_reader *reader, struct span *line);
/* Exactly `len` octets (at most the limit) that follow the last line, whatever they are; false when
 * there are fewer. */
bool line_reader_take(struct line_reader *reader, size_t len, struct span *octets);
/* Number of the line last given, from 1 on; those passed over count. */
uint64_t line_reader_number(const struct line_reader *reader);
/* Lines that were too long. */
uint64_t line_reader_overlong(const struct line_reader *reader);
