/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imap_set - sets of UIDs as IMAP writes them: 1:500,503,600:610 (RFC 3501, 9, sequence-set)
 *
 * Limits:  a set for a command is at most IMAP_SET_OCTETS long (servers take lines of 8,000
 *          octets, RFC 7162, 4); a set from a server gives at most as many UIDs as are expected.
 * Threads: no shared state.
 */
#pragma once

#include <stdint.h>

#include "base/span.h"

#define IMAP_SET_OCTETS 7000

struct imap_set {
    GString *text; /* owned; whole after imap_set_text() */
    uint32_t first;
    uint32_t last; /* 0: the set is empty */
};
void imap_set_init(struct imap_set *set);
void imap_set_clear(struct imap_set *set);
/* Adds a UID above those before; false when the set is full and the UID was not taken. */
bool imap_set_add(struct imap_set *set, uint32_t uid);
/* The set; borrowed until clear. Nothing may be added after it. "" when empty. */
const char *imap_set_text(struct imap_set *set);

/* Appends the UIDs of a set ("1:3,7") to `uids` (uint32_t). False when it is malformed or has more
 * than `max` UIDs; `uids` may have grown by then. */
bool imap_set_parse(struct span text, size_t max, GArray *uids);
