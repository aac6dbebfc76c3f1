/* SPDX-License-Identifier: Apache-2.0 */
/*
 * octet_stream - a log as it lies there: plain, gzip, zstd or xz, told by its first octets
 *
 * Streaming: never the whole file in memory. Several members or frames one behind the other are one
 * stream. What is damaged or cut gives all that came before it; octet_stream_damage() then says
 * what happened, and the stream is at its end.
 * Memory:  128 KiB, plus the window of the packer: gzip 32 KiB, zstd and xz what the file asks for,
 *          128 MiB at most (else it counts as damaged).
 * Errors:  only for opening: FAULT_OPERATOR. Threads: one stream, one thread.
 */
#pragma once

#include <stdint.h>

#include "base/span.h"

struct octet_stream;

/* A file, or "-" for stdin. */
struct octet_stream *octet_stream_open(const char *path, GError **error);
/* Octets in memory, borrowed. */
struct octet_stream *octet_stream_of(struct span octets);
void octet_stream_free(struct octet_stream *stream); /* NULL is allowed */
typedef struct octet_stream OctetStream;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OctetStream, octet_stream_free)

/* Up to `len` octets, unpacked; 0 only at the end. */
size_t octet_stream_read(struct octet_stream *stream, char *out, size_t len);
/* "plain", "gzip", "zstd" or "xz". */
const char *octet_stream_form(const struct octet_stream *stream);
/* Why the stream ended too early; NULL when it did not. Owned by the stream. */
const char *octet_stream_damage(const struct octet_stream *stream);
/* Octets of the file that were read so far, and all of them (0: not known). */
uint64_t octet_stream_done(const struct octet_stream *stream);
uint64_t octet_stream_size(const struct octet_stream *stream);
