/* SPDX-License-Identifier: Apache-2.0 */
#include "study/octet_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/auto.h"
#include "base/fault.h"
#include "study/unpack.h"

#define INPUT_OCTETS (64 * 1024)

struct octet_stream {
    int fd;                /* -1: all there is lies in `memory` */
    struct span memory;    /* what is left of it */
    char *room;            /* INPUT_OCTETS */
    struct span input;     /* read and not yet used, in room or of memory */
    bool file_ended;       /* nothing more to be read into `input` */
    bool ended;            /* nothing more to be given out */
    struct unpack *unpack; /* NULL: plain */
    char *damage;
    uint64_t done, size;
};

/* Reads into `room` when all of `input` is used. */
static void
fill(struct octet_stream *stream)
{
    ssize_t got;
    if (stream->input.len > 0 || stream->file_ended)
        return;
    if (stream->fd < 0) {
        stream->input = span_head(stream->memory, INPUT_OCTETS);
        stream->memory = span_from(stream->memory, stream->input.len);
        stream->file_ended = stream->input.len == 0;
        stream->done += stream->input.len;
        return;
    }
    do
        got = read(stream->fd, stream->room, INPUT_OCTETS);
    while (got < 0 && errno == EINTR);
    stream->input = (struct span){ stream->room, got > 0 ? (size_t)got : 0 };
    stream->done += stream->input.len;
    stream->file_ended = got <= 0;
    if (got < 0)
        stream->damage = g_strdup_printf("read: %s", g_strerror(errno));
}

static struct octet_stream *
begin(struct octet_stream *stream)
{
    fill(stream);
    stream->unpack = unpack_new(stream->input);
    return stream;
}

struct octet_stream *
octet_stream_open(const char *path, GError **error)
{
    auto_fd int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    struct octet_stream *stream;
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0 || S_ISDIR(st.st_mode)) {
        int cause = fd >= 0 && errno == 0 ? EISDIR : errno;
        g_set_error(error, FAULT, FAULT_OPERATOR, "%s: %s", path, g_strerror(cause));
        return NULL;
    }
    stream = g_new0(struct octet_stream, 1);
    stream->room = g_malloc(INPUT_OCTETS);
    stream->size = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
    stream->fd = fd;
    fd = -1;
    (void)posix_fadvise(stream->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    return begin(stream);
}

struct octet_stream *
octet_stream_of(struct span octets)
{
    struct octet_stream *stream = g_new0(struct octet_stream, 1);
    stream->fd = -1;
    stream->memory = octets;
    stream->size = octets.len;
    return begin(stream);
}

void
octet_stream_free(struct octet_stream *stream)
{
    if (stream == NULL)
        return;
    if (stream->fd >= 0)
        close(stream->fd);
    unpack_free(stream->unpack);
    g_free(stream->room);
    g_free(stream->damage);
    g_free(stream);
}

/* Plain octets go straight to where they are wanted. */
static size_t
read_plain(struct octet_stream *stream, char *out, size_t len)
{
    ssize_t got;
    if (stream->input.len > 0 || stream->fd < 0 || len < INPUT_OCTETS || stream->file_ended) {
        fill(stream);
        len = MIN(len, stream->input.len);
        memcpy(out, len > 0 ? stream->input.octets : "", len);
        stream->input = span_from(stream->input, len);
        return len;
    }
    do
        got = read(stream->fd, out, len);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        stream->damage = g_strdup_printf("read: %s", g_strerror(errno));
    stream->file_ended = got <= 0;
    stream->done += got > 0 ? (uint64_t)got : 0;
    return got > 0 ? (size_t)got : 0;
}

static size_t
read_packed(struct octet_stream *stream, char *out, size_t len)
{
    size_t got = 0;
    while (got < len && !stream->ended) {
        const char *reason = NULL;
        bool more;
        fill(stream);
        more =
            unpack_run(stream->unpack, &stream->input, stream->file_ended, out, len, &got, &reason);
        if (reason != NULL && stream->damage == NULL)
            stream->damage = g_strdup_printf("%s: %s", unpack_form(stream->unpack), reason);
        stream->ended = !more;
    }
    return got;
}

size_t
octet_stream_read(struct octet_stream *stream, char *out, size_t len)
{
    size_t got;
    if (len == 0 || stream->ended)
        return 0;
    got = stream->unpack != NULL ? read_packed(stream, out, len) : read_plain(stream, out, len);
    stream->ended |= got == 0;
    return got;
}

const char *
octet_stream_form(const struct octet_stream *stream)
{
    return stream->unpack != NULL ? unpack_form(stream->unpack) : "plain";
}

const char *
octet_stream_damage(const struct octet_stream *stream)
{
    return stream->damage;
}

uint64_t
octet_stream_done(const struct octet_stream *stream)
{
    return stream->done - stream->input.len;
}

uint64_t
octet_stream_size(const struct octet_stream *stream)
{
    return stream->size;
}
