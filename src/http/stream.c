/* SPDX-License-Identifier: Apache-2.0 */
#include "http/stream.h"

#include <string.h>

struct stream {
    GMutex lock;
    GCond room;
    GQueue pieces;  /* of GString * */
    size_t waiting; /* octets in pieces, less what is sent of the first */
    size_t sent;    /* of the first piece */
    bool ended, whole, abandoned;
    void (*wake)(void *); /* set while the server is parked */
    void *closure;
    gint references;
};

struct stream *
stream_new(void)
{
    struct stream *stream = g_new0(struct stream, 1);
    g_mutex_init(&stream->lock);
    g_cond_init(&stream->room);
    g_queue_init(&stream->pieces);
    stream->references = 1;
    return stream;
}

struct stream *
stream_ref(struct stream *stream)
{
    g_atomic_int_inc(&stream->references);
    return stream;
}

static void
free_piece(void *piece)
{
    g_string_free(piece, TRUE);
}

void
stream_unref(struct stream *stream)
{
    if (stream == NULL || !g_atomic_int_dec_and_test(&stream->references))
        return;
    g_queue_clear_full(&stream->pieces, free_piece);
    g_mutex_clear(&stream->lock);
    g_cond_clear(&stream->room);
    g_free(stream);
}

/* With the lock held: whoever is parked goes on. */
static void
wake(struct stream *stream)
{
    void (*parked)(void *) = stream->wake;
    stream->wake = NULL;
    if (parked != NULL)
        parked(stream->closure);
}

bool
stream_put(struct stream *stream, GString *octets, unsigned seconds)
{
    gint64 until = g_get_monotonic_time() + (gint64)seconds * G_TIME_SPAN_SECOND;
    bool good;
    g_mutex_lock(&stream->lock);
    while (!stream->abandoned && stream->waiting > STREAM_OCTETS_MAX) {
        size_t before = stream->waiting;
        if (!g_cond_wait_until(&stream->room, &stream->lock, until))
            break;
        if (stream->waiting < before)
            until = g_get_monotonic_time() + (gint64)seconds * G_TIME_SPAN_SECOND;
    }
    good = !stream->abandoned && stream->waiting <= STREAM_OCTETS_MAX;
    if (good && octets->len > 0) {
        stream->waiting += octets->len;
        g_queue_push_tail(&stream->pieces, octets);
        octets = NULL;
        wake(stream);
    }
    g_mutex_unlock(&stream->lock);
    if (octets != NULL)
        free_piece(octets);
    return good;
}

void
stream_end(struct stream *stream, bool whole)
{
    g_mutex_lock(&stream->lock);
    stream->ended = true;
    stream->whole = whole;
    wake(stream);
    g_mutex_unlock(&stream->lock);
}

static void
take(struct stream *stream, char *out, size_t size, size_t *len)
{
    while (*len < size && !g_queue_is_empty(&stream->pieces)) {
        GString *piece = g_queue_peek_head(&stream->pieces);
        size_t some = MIN(size - *len, piece->len - stream->sent);
        memcpy(out + *len, piece->str + stream->sent, some);
        *len += some;
        stream->sent += some;
        stream->waiting -= some;
        if (stream->sent == piece->len) {
            free_piece(g_queue_pop_head(&stream->pieces));
            stream->sent = 0;
        }
    }
    g_cond_signal(&stream->room);
}

enum stream_state
stream_take(struct stream *stream, char *out, size_t size, size_t *len, void (*park)(void *),
            void (*parked)(void *), void *closure)
{
    enum stream_state state = STREAM_OCTETS;
    *len = 0;
    g_mutex_lock(&stream->lock);
    if (!g_queue_is_empty(&stream->pieces)) {
        take(stream, out, size, len);
    } else if (stream->ended) {
        state = stream->whole ? STREAM_DONE : STREAM_BROKEN;
    } else {
        state = STREAM_WAIT;
        stream->wake = parked;
        stream->closure = closure;
        park(closure);
    }
    g_mutex_unlock(&stream->lock);
    return state;
}

void
stream_abandon(struct stream *stream)
{
    g_mutex_lock(&stream->lock);
    stream->abandoned = true;
    stream->wake = NULL;
    g_cond_broadcast(&stream->room);
    g_mutex_unlock(&stream->lock);
}
