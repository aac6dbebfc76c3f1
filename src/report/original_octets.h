/* SPDX-License-Identifier: Apache-2.0 */
/*
 * original_octets - the reported mail out of the message that reports it, as octets
 *
 * In:      a message as it lies in a mailbox; which of its reports (1, 2 ...; 0: the only one).
 * Out:     the mail with its transfer encoding undone, headers first; LF or CRLF as it came. The
 *          message itself when it holds no other (spam traps; rows of the original's database).
 * Errors:  FAULT_REJECT: it can't be read, or says only in words what was reported.
 * Limits:  base/limits.h. Threads: safe after report_open().
 */
#pragma once

#include "base/fault.h"
#include "base/span.h"

/* Caller unrefs. *headers_only: nothing behind the header is there. */
GBytes *original_octets(struct span message, unsigned part, bool *headers_only, GError **error);
