/* SPDX-License-Identifier: Apache-2.0 */
/* packed - texts packed by zlib, zstd and liblzma, for tests of who unpacks them */
#pragma once

#include <glib.h>
#include <lzma.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "base/span.h"

#define PACKED_ROOM (4 * 1024 * 1024)

static inline void
pack_gzip(struct span text, GByteArray *out)
{
    static guint8 room[PACKED_ROOM];
    z_stream z = { .next_in = (Bytef *)(uintptr_t)text.octets,
                   .avail_in = (uInt)text.len,
                   .next_out = room,
                   .avail_out = sizeof room };
    if (deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK ||
        deflate(&z, Z_FINISH) != Z_STREAM_END)
        g_error("zlib");
    g_byte_array_append(out, room, (guint)z.total_out);
    deflateEnd(&z);
}

static inline void
pack_zstd(struct span text, GByteArray *out)
{
    static guint8 room[PACKED_ROOM];
    ZSTD_CCtx *context = ZSTD_createCCtx();
    size_t len;
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    len = ZSTD_compress2(context, room, sizeof room, text.octets, text.len);
    if (ZSTD_isError(len))
        g_error("zstd");
    ZSTD_freeCCtx(context);
    g_byte_array_append(out, room, (guint)len);
}

static inline void
pack_xz(struct span text, GByteArray *out)
{
    static guint8 room[PACKED_ROOM];
    size_t len = 0;
    if (lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, NULL, (const uint8_t *)text.octets, text.len,
                                room, &len, sizeof room) != LZMA_OK)
        g_error("lzma");
    g_byte_array_append(out, room, (guint)len);
}

typedef void packer(struct span text, GByteArray *out);
