/* SPDX-License-Identifier: Apache-2.0 */
#include "study/unpack.h"

#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#define GZIP_WINDOW (15 + 16) /* the largest window, gzip's header */

static const char gzip_magic[] = "\x1f\x8b";
static const char zstd_magic[] = "\x28\xb5\x2f\xfd";
static const char xz_magic[] = "\xfd"
                               "7zXZ";

enum step {
    STEP_MORE,   /* wants input or room */
    STEP_MEMBER, /* a member or frame has ended */
    STEP_DAMAGED
};

struct unpack_class {
    const char *form;
    struct span magic;
    void (*open)(struct unpack *unpack);
    enum step (*step)(struct unpack *unpack, struct span *input, bool last, char *out, size_t len,
                      size_t *got);
    void (*close)(struct unpack *unpack);
};

struct unpack {
    const struct unpack_class *class;
    bool between; /* no member is open */
    /* of a zstd frame: */
    bool begun;
    uint64_t said, given; /* octets */
    union {
        z_stream gzip;
        lzma_stream xz;
        ZSTD_DStream *zstd;
    } u;
};

static void
gzip_open(struct unpack *unpack)
{
    if (inflateInit2(&unpack->u.gzip, GZIP_WINDOW) != Z_OK)
        g_error("zlib: no memory");
}

static void
gzip_close(struct unpack *unpack)
{
    inflateEnd(&unpack->u.gzip);
}

static enum step
gzip_step(struct unpack *unpack, struct span *input, bool last, char *out, size_t len, size_t *got)
{
    z_stream *z = &unpack->u.gzip;
    size_t used = MIN(input->len, UINT32_MAX);
    size_t room = MIN(len - *got, UINT32_MAX);
    int result;
    (void)last;
    z->next_in = (Bytef *)(uintptr_t)input->octets;
    z->avail_in = (uInt)used;
    z->next_out = (Bytef *)out + *got;
    z->avail_out = (uInt)room;
    result = inflate(z, Z_NO_FLUSH);
    *input = span_from(*input, used - z->avail_in);
    *got += room - z->avail_out;
    if (result == Z_STREAM_END)
        return inflateReset(z) == Z_OK ? STEP_MEMBER : STEP_DAMAGED;
    return result == Z_OK || result == Z_BUF_ERROR ? STEP_MORE : STEP_DAMAGED;
}

static void
zstd_open(struct unpack *unpack)
{
    unpack->u.zstd = ZSTD_createDStream();
    if (unpack->u.zstd == NULL || ZSTD_isError(ZSTD_DCtx_setParameter(
                                      unpack->u.zstd, ZSTD_d_windowLogMax, UNPACK_WINDOW_LOG)))
        g_error("zstd: no memory");
}

static void
zstd_close(struct unpack *unpack)
{
    ZSTD_freeDStream(unpack->u.zstd);
}

/* How many octets a frame says that it holds is for us to check: zstd does where it has room for
 * all of them at once, and forgets it where the last block is empty. */
static void
zstd_begin(struct unpack *unpack, struct span input)
{
    unpack->begun = true;
    unpack->given = 0;
    unpack->said = ZSTD_getFrameContentSize(input.octets, input.len);
    if (unpack->said == ZSTD_CONTENTSIZE_ERROR) /* not all of its header is there yet */
        unpack->said = ZSTD_CONTENTSIZE_UNKNOWN;
}

static enum step
zstd_step(struct unpack *unpack, struct span *input, bool last, char *out, size_t len, size_t *got)
{
    ZSTD_inBuffer in = { input->octets, input->len, 0 };
    ZSTD_outBuffer room = { out, len, *got };
    if (!unpack->begun)
        zstd_begin(unpack, *input);
    size_t result = ZSTD_decompressStream(unpack->u.zstd, &room, &in);
    (void)last;
    unpack->given += room.pos - *got;
    *input = span_from(*input, in.pos);
    *got = room.pos;
    if (ZSTD_isError(result))
        return STEP_DAMAGED;
    if (result != 0)
        return STEP_MORE;
    unpack->begun = false;
    return unpack->said == ZSTD_CONTENTSIZE_UNKNOWN || unpack->said == unpack->given ? STEP_MEMBER
                                                                                     : STEP_DAMAGED;
}

/* Concatenated streams and their padding are liblzma's own business: the whole file is one member.
 */
static void
xz_open(struct unpack *unpack)
{
    unpack->u.xz = (lzma_stream)LZMA_STREAM_INIT;
    if (lzma_stream_decoder(&unpack->u.xz, UNPACK_MEMORY_MAX, LZMA_CONCATENATED) != LZMA_OK)
        g_error("lzma: no memory");
}

static void
xz_close(struct unpack *unpack)
{
    lzma_end(&unpack->u.xz);
}

static enum step
xz_step(struct unpack *unpack, struct span *input, bool last, char *out, size_t len, size_t *got)
{
    lzma_stream *xz = &unpack->u.xz;
    lzma_ret result;
    xz->next_in = (const uint8_t *)input->octets;
    xz->avail_in = input->len;
    xz->next_out = (uint8_t *)out + *got;
    xz->avail_out = len - *got;
    result = lzma_code(xz, last ? LZMA_FINISH : LZMA_RUN);
    *input = span_from(*input, input->len - xz->avail_in);
    *got = len - xz->avail_out;
    if (result == LZMA_STREAM_END)
        return STEP_MEMBER;
    return result == LZMA_OK || (result == LZMA_BUF_ERROR && !last) ? STEP_MORE : STEP_DAMAGED;
}

/* clang-format off */
static const struct unpack_class classes[] = {
    { "gzip", { gzip_magic, sizeof gzip_magic - 1 }, gzip_open, gzip_step, gzip_close },
    { "zstd", { zstd_magic, sizeof zstd_magic - 1 }, zstd_open, zstd_step, zstd_close },
    { "xz",   { xz_magic, sizeof xz_magic }, xz_open, xz_step, xz_close },
};
/* clang-format on */

static bool
begins(struct span octets, struct span magic)
{
    return octets.len >= magic.len && memcmp(octets.octets, magic.octets, magic.len) == 0;
}

struct unpack *
unpack_new(struct span first)
{
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
        struct unpack *unpack;
        if (!begins(first, classes[i].magic))
            continue;
        unpack = g_new0(struct unpack, 1);
        unpack->class = &classes[i];
        unpack->class->open(unpack);
        return unpack;
    }
    return NULL;
}

void
unpack_free(struct unpack *unpack)
{
    if (unpack == NULL)
        return;
    unpack->class->close(unpack);
    g_free(unpack);
}

const char *
unpack_form(const struct unpack *unpack)
{
    return unpack->class->form;
}

/* Between two members: the end, a line feed that goes on to the reader, zeros that fill up a block
 * (gzip), or the next member. */
static bool
pass_gap(struct unpack *unpack, struct span *input, bool last, char *out, size_t *got,
         const char **reason)
{
    if (unpack->class->step == xz_step)
        return false;
    if (input->len == 0)
        return !last;
    if (input->octets[0] == '\n' && unpack->class->step == zstd_step) {
        out[(*got)++] = '\n';
        *input = span_from(*input, 1);
        return true;
    }
    if (input->octets[0] == '\0' && unpack->class->step == gzip_step) {
        *input = span_from(*input, 1);
        return true;
    }
    if (input->octets[0] != unpack->class->magic.octets[0] &&
        !(unpack->class->step == zstd_step && (input->octets[0] & 0xf0) == 0x50)) {
        *reason = "something else stands behind the end";
        return false;
    }
    unpack->between = false;
    return true;
}

bool
unpack_run(struct unpack *unpack, struct span *input, bool last, char *out, size_t len, size_t *got,
           const char **reason)
{
    size_t before = *got;
    size_t left = input->len;
    if (unpack->between)
        return pass_gap(unpack, input, last, out, got, reason);
    switch (unpack->class->step(unpack, input, last, out, len, got)) {
    case STEP_DAMAGED:
        *reason = last && input->len == 0 ? "the end is missing" : "damaged";
        return false;
    case STEP_MEMBER:
        unpack->between = true;
        return true;
    default:
        if (!last || *got != before || input->len != left)
            return true;
        *reason = "the end is missing";
        return false;
    }
}
