/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mbox_split - a stream of octets cut into messages (RFC 4155; mboxrd, mboxo, mboxcl, mboxcl2)
 *
 * A message ends where, after an empty line, a line is a From_ line by mbox_line_is_from(). The
 * From_ line, >From_ lines right after it and the one empty line before the next From_ line are
 * the mbox's, not the message's; ">From " in a message loses one ">". All other octets stay.
 * Content-Length (mboxcl) is not believed: it is the sender's word, and could swallow the
 * next message.
 * Memory: one message; the stream may be of any length.
 * Limits: a message of more than `limit` octets is passed over and told with its size only.
 * Threads: one splitter, one thread at a time.
 */
#pragma once

#include <stdint.h>

#include "base/clock.h"
#include "base/span.h"

/* Puts at most `max` octets into `out` and returns how many; 0 at the end, -1 with *error set. */
typedef ptrdiff_t (*mbox_split_read)(void *source, char *out, size_t max, GError **error);

enum mbox_form {
    MBOX_FORM_MBOX, /* an mbox; what stands before the first From_ line is a message too */
    MBOX_FORM_AUTO  /* an mbox when it begins with a From_ line, else one message as it is */
};

struct mbox_piece {
    GBytes *octets;  /* NULL when there are more than the limit; caller's */
    uint64_t size;   /* of the message */
    uint64_t number; /* 1 for the first */
    int64_t date;    /* of its From_ line, or CLOCK_UNKNOWN */
    uint64_t mark;   /* differs where From_ lines do; 0: it has none */
    bool last;       /* nothing follows */
};

struct mbox_split;
/* `source` is borrowed until mbox_split_free(). */
struct mbox_split *mbox_split_new(mbox_split_read read, void *source, enum mbox_form form,
                                  uint64_t limit);
void mbox_split_free(struct mbox_split *split); /* NULL is allowed */
typedef struct mbox_split MboxSplit;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MboxSplit, mbox_split_free)
/* The next message into *piece; false at the end, or with *error when reading failed: a message
 * that was cut off by that is not told. An empty stream holds none in either form. */
bool mbox_split_next(struct mbox_split *split, struct mbox_piece *piece, GError **error);
