/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compress - zstd frames of whole messages
 *
 * Threads: no shared state; each call has its own context unless the caller gives one.
 */
#pragma once

#include "base/span.h"

/* A reusable compressor: one thread at a time. */
struct compressor;
struct compressor *compressor_new(int level);        /* level 1 to 19; 3 is the one measured */
void compressor_free(struct compressor *compressor); /* NULL is allowed */
typedef struct compressor Compressor;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Compressor, compressor_free)
/* One zstd frame that tells its content size. Caller owns the result. */
GBytes *compressor_run(struct compressor *compressor, struct span octets);

/* The octets of one frame, at most `max` of them; NULL with FAULT_REJECT when the frame is damaged,
 * cut, has something behind it, does not tell its size, or holds more. */
GBytes *decompress(struct span frame, size_t max, GError **error);
