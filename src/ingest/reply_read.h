/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reply_read - a message that came to where complaints are answered
 *
 * In:      the octets of one message; any octets. Nothing in it is believed but a recipient address
 *          whose key is right (base/verp.h).
 * Out:     what it is, and by what its complaint may be found: the address it came to, the
 *          Message-IDs of the mails that it answers or brings back, words in its subject.
 * Errors:  FAULT_REJECT: not even a header.
 * Limits:  REPLY_KEYS_MAX of each kind of key; those of report/.
 * Threads: settings are only read; after report_open().
 * Source:  RFC 3464, 3463, 3834, 5322 (3.6.4).
 */
#pragma once

#include "classify/classify.h"
#include "store/reply.h"

struct reply_settings {
    const char *bounce_address; /* [web] bounceAddress; NULL or "": no keyed addresses */
    const char *secret;         /* [web] secret_key */
};

/* Caller frees. *received: the time that the message itself tells, else `otherwise`. */
struct reply *reply_read(struct span octets, const struct reply_settings *settings,
                         int64_t otherwise, int64_t *received, GError **error);
