/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verp - an envelope sender of its own for each recipient, which nobody else can make up
 *
 * "bounces@example.com", reference "LF-17" and position 2 give
 * "bounces+LF-17-2-0123456789abcdef@example.com": what comes back to it is about that recipient's
 * mail. The last word is a keyed digest (HMAC-SHA-256, 64 bits of it), so that who did not get the
 * mail can't speak for who did. Case does not matter: some hosts write local parts in lower case.
 * Source:  RFC 5321, 4.5.3.1 (local part of 64 octets, path of 256), RFC 2104.
 * Threads: no state.
 */
#pragma once

#include "base/span.h"

#define VERP_DIGEST_HEX 16
#define VERP_REFERENCE_MAX 64

/* NULL when `base` has no "@", or the address would be too long, or the reference has octets other
 * than letters, digits and "-". Caller frees. */
char *verp_make(const char *base, const char *reference, unsigned position, const char *secret);
/* True when the address was made by verp_make() with this base and secret: the reference (as it
 * stands in the address) and the position. */
bool verp_read(struct span address, const char *base, const char *secret,
               char reference[VERP_REFERENCE_MAX + 1], unsigned *position);
/* True when the address is `base`, or `base` with "+" and something behind its local part. */
bool verp_is_ours(struct span address, const char *base);
