/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imap_message - what is known of one message of the folder, and how it becomes a delivery
 *
 * Threads: no shared state.
 */
#pragma once

#include "mailbox/imap_response.h"
#include "mailbox/mailbox.h"

enum imap_message_state {
    IMAP_MESSAGE_LISTED,  /* its UID is known */
    IMAP_MESSAGE_SIZED,   /* its size too */
    IMAP_MESSAGE_ASKED,   /* its octets are under way */
    IMAP_MESSAGE_SUSPECT, /* they were when the line broke */
    IMAP_MESSAGE_DONE     /* delivered, gone, or given up */
};

struct imap_message {
    uint32_t uid;
    uint32_t size;   /* octets as announced, capped; 0: not announced */
    int64_t date;    /* INTERNALDATE or CLOCK_UNKNOWN */
    uint32_t flight; /* the command that asks for it */
    uint8_t state;
    uint8_t tries; /* how often it went wrong; above 0 it is asked for alone */
};

/* Why the message may not be fetched. Caller frees. */
char *imap_message_too_large(uint32_t size);
/* NULL when the body in `item` may be taken; else why not: larger than a message may be (`skipped`
 * octets were left out), or far above what was announced. RFC822.SIZE is an estimate on some
 * servers, so twice as much and 64 KB are allowed. Caller frees. */
char *imap_message_fault(const struct imap_message *message, const struct imap_item *item,
                         uint64_t skipped);
/* A copy of the body's octets. */
GBytes *imap_message_octets(const struct imap_item *item);
/* Takes `octets` or `unreadable` over. */
struct delivery *imap_message_delivery(const struct imap_message *message, uint32_t uid_validity,
                                       const char *folder, GBytes *octets, char *unreadable);
