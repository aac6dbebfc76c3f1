/* SPDX-License-Identifier: Apache-2.0 */
/*
 * received - the Received field (RFC 5321, 4.4): who handed the mail over, to whom, when
 *
 * Pure, linear, no state. Only the line that one's own host wrote is proof; all below it may be
 * made up.
 */
#pragma once

#include "base/ip.h"

/* The address of the host in the "from" clause: the one that the server saw (in brackets), never
 * the one that the client gave as HELO. False: none. */
bool received_from_ip(struct span field, struct ip *ip);
/* The host of the "by" clause, borrowed from the field; empty when there is none. */
struct span received_by_host(struct span field);
/* The text behind the last ";": the date. Borrowed; empty when there is none. */
struct span received_date(struct span field);
