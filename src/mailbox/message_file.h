/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message_file - one regular file as octets
 *
 * Symbolic links, FIFOs, devices and folders are refused without waiting for anybody.
 * Limits: LIMIT_MESSAGE_OCTETS; a larger file is refused and stays where it is.
 * Threads: no state.
 */
#pragma once

#include <sys/stat.h>

#include "base/span.h"
#include "mailbox/mailbox.h"

struct message_file {
    int fd;
    struct stat stat; /* when it was opened */
};

/* True: *file is open, the caller closes file->fd. False with *refused NULL: there is no such file
 * (any more). False with *refused set: why it cannot be read; the caller frees it. */
bool message_file_open(int folder, const char *name, struct message_file *file, char **refused);
/* The first octets of the file, at most `max`; fewer when it is shorter or not readable. */
size_t message_file_peek(const struct message_file *file, char *out, size_t max);
/* A delivery of this file: with its octets or, where they can't be had, with `unreadable`; its
 * date is the file's time. `where` is borrowed. Caller frees. */
struct delivery *message_file_delivery(const struct message_file *file, const char *where);
/* Takes From_ and >From_ lines off the front of the delivery's octets; its date becomes the From_
 * line's. */
void message_file_strip(struct delivery *delivery);
/* A delivery without octets. Takes over `reason`. */
struct delivery *message_file_unreadable(const char *where, char *reason);
/* True when both are the same file with the same octets, as far as inode, size and time tell. */
bool message_file_is_same(const struct stat *a, const struct stat *b);
