/* SPDX-License-Identifier: Apache-2.0 */
/*
 * raw_piece - a compressed message as rows of table rawMessage
 *
 * Threads: no shared state.
 */
#pragma once

#include "base/span.h"
#include "store/rows.h"

/* One packet carries a piece with room to spare (max_allowed_packet is 16 MB by default). */
#define RAW_PIECE_OCTETS 1000000

/* Empty rows of the table; caller frees. */
struct rows *raw_piece_rows(void);
/* The pieces of a frame, which is borrowed until rows_clear(). */
void raw_piece_add(struct rows *rows, int64_t raw_id, struct span frame);
