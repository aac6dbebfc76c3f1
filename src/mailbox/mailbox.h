/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mailbox - where messages come from, and what becomes of them after COMMIT
 *
 * A source is opened, gives its messages one by one, is told which of them were stored
 * (settle, only after the ledger was read back), and is closed. Nothing is removed, moved or
 * marked before that, so a crash at any instant leaves the message where it was.
 * Threads: one mailbox, one thread at a time; a delivery's octets may go to other threads.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/span.h"

enum settle {
    SETTLE_KEEP,    /* leave it as it is; the ledger knows it */
    SETTLE_MOVE,    /* Maildir, IMAP: into the folder for done ones */
    SETTLE_KEYWORD, /* IMAP: a keyword; elsewhere as MOVE */
    SETTLE_DELETE
};

enum outcome {
    OUTCOME_STORED,     /* in the database: now, or before (a duplicate) */
    OUTCOME_QUARANTINED /* held with its reason and octets */
};

/* One message as it lies in its mailbox. Freed by delivery_free(). */
struct delivery {
    GBytes *octets;        /* the message; NULL when it could not be read: see `unreadable`. The
                            * caller may unref and clear it before settling */
    char *unreadable;      /* why, for a person: too large, no permission ...; else NULL */
    char *where;           /* for people: file name, "mbox:FILE#3", "imap uid 17" */
    int64_t received_date; /* what the mailbox says of its arrival (INTERNALDATE, mbox From_ line,
                            * else file time), or CLOCK_UNKNOWN */
    bool date_is_weak;     /* received_date is a file's time: any date of the message is better */
    uint32_t uid_validity; /* IMAP: with uid the message's name in its folder; else 0 */
    uint32_t uid;
    uint64_t mark;  /* mbox: differs where From_ lines do; else 0 */
    void *position; /* the source's own; NULL for none */
    void (*position_free)(void *position);
};
void delivery_free(struct delivery *delivery); /* NULL is allowed */
typedef struct delivery Delivery;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Delivery, delivery_free)

struct mailbox;

/* A file (one message, or an mbox when it begins with a From_ line; a name in .eml is one message),
 * a folder (all files below, in order of name), a Maildir (cur/ and new/), or "-" for stdin. NULL
 * with FAULT_OPERATOR or FAULT_RETRY and the reason. */
struct mailbox *mailbox_open_path(const char *path, enum settle settle, GError **error);
/* "maildir:PATH", "mbox:PATH" or "dir:PATH", as [feed] source has it. `done` names the folder for
 * SETTLE_MOVE (Maildir++ sub-folder for a Maildir, sub-folder for dir; an mbox becomes FILE.done);
 * NULL: "Done". */
struct mailbox *mailbox_open_source(const char *source, enum settle settle, const char *done,
                                    GError **error);
void mailbox_free(struct mailbox *mailbox); /* NULL is allowed */
typedef struct mailbox Mailbox;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mailbox, mailbox_free)

/* The next message; NULL at the end (no error) or when the source broke (*error set). A message
 * that alone cannot be read is delivered with `unreadable`. Caller frees. */
struct delivery *mailbox_next(struct mailbox *mailbox, GError **error);
/* How many messages are expected in all, or 0 when not known, for progress. */
uint64_t mailbox_expected(const struct mailbox *mailbox);
/* How many names were left out so far that are neither file nor folder: symbolic links, FIFOs. */
uint64_t mailbox_left_out(const struct mailbox *mailbox);
/* Does with the message what was asked at open. Safe to repeat after a crash. One without octets
 * stays where it is, whatever was asked: nobody else has it. */
bool mailbox_settle(struct mailbox *mailbox, const struct delivery *delivery, enum outcome outcome,
                    GError **error);
/* Carries out what settle() put off (mbox rewrites, expunge). Call before free, once. */
bool mailbox_finish(struct mailbox *mailbox, GError **error);
