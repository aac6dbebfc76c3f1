/* SPDX-License-Identifier: Apache-2.0 */
#include "base/compress.h"

#include <zstd.h>

#include "base/fault.h"

#define ROOM_KEPT (256 * 1024) /* most messages fit; what a larger one took goes back at once */

struct compressor {
    ZSTD_CCtx *context;
    char *room; /* of ROOM_KEPT octets */
    int level;
};

struct compressor *
compressor_new(int level)
{
    struct compressor *compressor = g_new0(struct compressor, 1);
    compressor->context = ZSTD_createCCtx();
    if (compressor->context == NULL)
        g_error("out of memory");
    compressor->room = g_malloc(ROOM_KEPT);
    compressor->level = level;
    return compressor;
}

void
compressor_free(struct compressor *compressor)
{
    if (compressor == NULL)
        return;
    ZSTD_freeCCtx(compressor->context);
    g_free(compressor->room);
    g_free(compressor);
}

GBytes *
compressor_run(struct compressor *compressor, struct span octets)
{
    size_t bound = ZSTD_compressBound(octets.len);
    g_autofree char *larger = bound > ROOM_KEPT ? g_malloc(bound) : NULL;
    char *frame = larger != NULL ? larger : compressor->room;
    size_t len = ZSTD_compressCCtx(compressor->context, frame, bound, octets.octets, octets.len,
                                   compressor->level);
    if (ZSTD_isError(len)) /* only lack of memory can do this: the bound is right */
        g_error("zstd: %s", ZSTD_getErrorName(len));
    if (larger == NULL)
        return g_bytes_new(frame, len);
    g_steal_pointer(&larger);
    return g_bytes_new_take(g_realloc(frame, len), len);
}

GBytes *
decompress(struct span frame, size_t max, GError **error)
{
    unsigned long long size = ZSTD_getFrameContentSize(frame.octets, frame.len);
    g_autofree char *octets = NULL;
    size_t len;
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > max) {
        g_set_error(error, FAULT, FAULT_REJECT, "zstd frame is damaged or over %zu octets", max);
        return NULL;
    }
    if (ZSTD_findFrameCompressedSize(frame.octets, frame.len) != frame.len) {
        g_set_error(error, FAULT, FAULT_REJECT, "zstd frame is damaged or has something behind it");
        return NULL;
    }
    octets = g_malloc((size_t)size + 1);
    len = ZSTD_decompress(octets, (size_t)size, frame.octets, frame.len);
    if (ZSTD_isError(len) || len != size) {
        g_set_error(error, FAULT, FAULT_REJECT, "zstd frame is damaged: %s",
                    ZSTD_isError(len) ? ZSTD_getErrorName(len) : "short");
        return NULL;
    }
    return g_bytes_new_take(g_steal_pointer(&octets), len);
}
