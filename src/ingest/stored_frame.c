/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/stored_frame.h"

#include <stdint.h>
#include <string.h>

#define BLOCK_OCTETS (128 * 1024)
#define HEAD_OCTETS 9       /* magic number, descriptor, size */
#define BLOCK_HEAD_OCTETS 3 /* last block, type 0: raw, size */

static unsigned char *
put_number(unsigned char *at, uint32_t number, unsigned octets)
{
    for (unsigned i = 0; i < octets; i++)
        *at++ = (unsigned char)(number >> (8 * i));
    return at;
}

GBytes *
stored_frame(struct span octets)
{
    size_t blocks = MAX(1, (octets.len + BLOCK_OCTETS - 1) / BLOCK_OCTETS);
    size_t len = HEAD_OCTETS + blocks * BLOCK_HEAD_OCTETS + octets.len;
    unsigned char *frame = g_malloc(len);
    unsigned char *at = put_number(frame, 0xFD2FB528, 4);
    *at++ = 0xA0; /* the size has 4 octets, and the window is as large */
    at = put_number(at, (uint32_t)octets.len, 4);
    do {
        struct span block = span_head(octets, BLOCK_OCTETS);
        octets = span_from(octets, block.len);
        at = put_number(at, (uint32_t)block.len << 3 | (octets.len == 0), BLOCK_HEAD_OCTETS);
        if (block.len > 0)
            memcpy(at, block.octets, block.len);
        at += block.len;
    } while (octets.len > 0);
    return g_bytes_new_take(frame, len);
}
