/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reply - what came back to a complaint
 *
 * In:      what ingest/reply_read.h found in a message of a feed of kind replies.
 * Out:     the complaint it is about, a row of complaintReply (written by the batch, in the
 *          transaction of its message, so exactly once), and later what follows for the recipient.
 * Errors, threads: as db.h.
 */
#pragma once

#include "base/verp.h"
#include "store/db.h"

#define HELD_REPLY "reply" /* kind of a message that is about no complaint of ours */
#define REPLY_KEYS_MAX 50  /* of each list below */

enum reply_kind {
    REPLY_BOUNCE, /* could not be delivered */
    REPLY_DELAY,  /* not yet */
    REPLY_AUTO,   /* a machine answered */
    REPLY_TICKET, /* a machine answered, with a number */
    REPLY_HUMAN
};

struct reply {
    enum reply_kind kind;
    char *from_address, *subject; /* "" when there is none */
    char *status;                 /* of a bounce: "5.1.1", "" when not said */
    char *ticket;                 /* "" */
    /* What may tell the complaint, the surest first. */
    char verp_reference[VERP_REFERENCE_MAX + 1]; /* "": none whose key is right */
    unsigned verp_position;
    GPtrArray *message_ids; /* of mails that it answers or brings back, with <> */
    GPtrArray *references;  /* words in its subject that may be one of ours */
    GPtrArray *addresses;   /* whom it is about, or who writes: for the recipient's position */
    /* Filled by reply_match(). */
    int64_t complaint_id; /* 0: none */
    unsigned position;    /* 0: not known */
    bool keyed;           /* by the address that only this recipient was told */
};

struct reply *reply_new(void);
void reply_free(struct reply *reply); /* NULL is allowed */
typedef struct reply Reply;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reply, reply_free)
/* "bounce", "delay", "auto", "ticket", "human"; static. */
const char *reply_kind_word(enum reply_kind kind);
/* A permanent failure (class 5 of RFC 3463). */
bool reply_is_hard(const char *status);

/* Whether the message of this digest (SHA-256, 32 octets) is there already. */
bool reply_is_stored(struct db *db, const unsigned char *digest, bool *stored, GError **error);
/* Looks for its complaint and recipient. */
bool reply_match(struct db *db, struct reply *reply, GError **error);

struct reply_counts {
    uint64_t bounced;  /* recipients */
    uint64_t disabled; /* contacts */
};
#define REPLY_DISABLE_AFTER_SECONDS 86400         /* between two bounces */
#define REPLY_DISABLE_WITHIN_SECONDS (30 * 86400) /* both of them */
/* What follows from replies that are stored: a hard bounce makes its recipient bounced; two to a
 * contact's own keyed address, a day or more apart and within a month, put it onto contactOptOut.
 * Each in a transaction of its own; what a killed program left is done by the next call. */
bool reply_apply(struct db *db, struct reply_counts *counts, GError **error);
