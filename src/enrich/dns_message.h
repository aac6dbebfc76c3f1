/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dns_message - one DNS message (RFC 1035) read as the answer to one question
 *
 * In:      the octets of a UDP datagram or a TCP message; any octets are allowed.
 * Out:     a struct answer, never NULL: what can't be used is ANSWER_NOT_KNOWN and says why:
 *          "malformed", "wrong question", "truncated", "servfail", "refused", "formerr", "notimp",
 *          "rcode", "cname chain" (too long, a loop, or without an end), "referral".
 * Owns:    each answer is one block, the caller's; free it with g_free().
 * Limits:  ANSWER_CNAMES_MAX aliases, ANSWER_RECORDS_MAX records kept, the first 512 of the answer
 *          section and 64 of the authority section read.
 * Threads: no state.
 */
#pragma once

#include "enrich/answer.h"

#define DNS_MESSAGE_MAX 65535
#define DNS_NAME_TEXT_MAX 254 /* with its NUL */

/* `name` is one that dns_name_is_sound() let through. A PTR whose name is no host name
 * (base/domain.h) is left out, and none left is ANSWER_NONE. */
struct answer *dns_message_answer(struct span message, enum rr type, const char *name);
/* Its TC bit is set: ask again by TCP. */
bool dns_message_is_truncated(struct span message);

/* True when DNS can carry the name: labels of 1 to 63 octets, 253 in all, the final dot aside; no
 * control octets, blanks, backslashes and octets above 126, which no host and no list has. */
bool dns_name_is_sound(const char *name);

/* An answer of ANSWER_NOT_KNOWN; `failure` is static. */
struct answer *answer_not_known(const char *failure);
/* An answer of ANSWER_NONE. */
struct answer *answer_none(uint32_t ttl);
/* How much memory it takes. */
size_t answer_octets(const struct answer *answer);
