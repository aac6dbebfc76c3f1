/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deadline - clients that take too long are cut off
 *
 * libmicrohttpd knows inactivity only: a client that sends an octet now and then would hold its
 * connection for ever. Each socket has a time by which its request must be whole, or its answer
 * sent; a thread of its own shuts those that are over it, and the socket thread then sees the end.
 * Threads: any.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct deadlines;
struct deadline; /* of one socket */

/* FAULT_RETRY: no thread to be had. */
struct deadlines *deadlines_new(GError **error);
/* All sockets must be gone. */
void deadlines_free(struct deadlines *deadlines);
struct deadline *deadline_add(struct deadlines *deadlines, int socket, unsigned seconds);
/* From now on so many seconds are left; 0: no limit. */
void deadline_set(struct deadline *deadline, unsigned seconds);
/* Before the socket is closed. */
void deadline_remove(struct deadline *deadline);
/* Sockets shut so far. */
uint64_t deadlines_cut(struct deadlines *deadlines);
