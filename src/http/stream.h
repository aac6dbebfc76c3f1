/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stream - a body on its way from a worker to a client, a bounded piece at a time
 *
 * The worker puts octets in and waits when STREAM_OCTETS_MAX wait to be sent; the server takes them
 * out and never waits. Either side may end it. Owned by both: two references.
 * Threads: any.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define STREAM_OCTETS_MAX (1024 * 1024)

struct stream;

struct stream *stream_new(void);
struct stream *stream_ref(struct stream *stream);
void stream_unref(struct stream *stream); /* NULL is allowed */

/* The worker's side. Takes the octets over. False: nobody listens any more, or `seconds` went by
 * with nothing taken. */
bool stream_put(struct stream *stream, GString *octets, unsigned seconds);
/* No more will come. `whole` false: it was cut short, and the connection is to be dropped so that
 * the client sees it. */
void stream_end(struct stream *stream, bool whole);

/* The server's side. */
enum stream_state { STREAM_OCTETS, STREAM_WAIT, STREAM_DONE, STREAM_BROKEN };
/* Copies up to `size` octets out. On STREAM_WAIT `park` was called within the lock; when more has
 * come, or the end, `wake` is called once, from the worker's thread. */
enum stream_state stream_take(struct stream *stream, char *out, size_t size, size_t *len,
                              void (*park)(void *), void (*wake)(void *), void *closure);
/* Nobody listens any more. */
void stream_abandon(struct stream *stream);
