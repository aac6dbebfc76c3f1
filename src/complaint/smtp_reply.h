/* SPDX-License-Identifier: Apache-2.0 */
/*
 * smtp_reply - the lines that an SMTP server answers with
 *
 * In:      lines one by one, any octets.
 * Out:     code and text of the last reply that was whole (RFC 5321, 4.2.1), over several lines.
 * Limits:  SMTP_REPLY_OCTETS of text.
 * Threads: no state.
 */
#pragma once

#include <stdbool.h>

#include "base/span.h"

#define SMTP_REPLY_OCTETS 400

struct smtp_reply {
    unsigned code; /* 0: none yet */
    bool whole;
    size_t len;
    char text[SMTP_REPLY_OCTETS]; /* as sent, lines joined by a blank */
};

/* True when the line ended a reply. A line that is none is passed over. */
bool smtp_reply_add(struct smtp_reply *reply, struct span line);
