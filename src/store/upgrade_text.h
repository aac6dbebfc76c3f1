/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upgrade_text - what the original stored, mended: subject, content, URLs, names, addresses
 *
 * In:      columns of a database of the original as UTF-8 (addresses: as octets).
 * Out:     valid UTF-8. What needs no mending comes out as it was.
 * Threads: no state.
 */
#pragma once

#include "base/ip.h"

/* Appends the mail's text; what stood for an octet above 127 ("&#65533;") becomes U+FFFD. */
void upgrade_content(GString *out, struct span stored);
/* True when something stands behind the header. */
bool upgrade_has_body(struct span content);
/* Unfolded, &#NNN; above 127 and encoded words decoded. Caller frees. */
char *upgrade_subject(struct span stored);
/* Appends the URL; the quotes that were escaped twice are quotes again. */
void upgrade_url(GString *out, struct span stored);
/* Without the "<" and ">" (and what stands before and behind them) that the original left at the
 * halves of an address; borrowed from `stored`. */
struct span upgrade_local(struct span stored);
struct span upgrade_domain(struct span stored);
/* 4 or 16 octets, or decimal digits of an INET_ATON that a column once held; a v4-mapped address
 * is a v4 address. False when it is no address; *ip is untouched then. */
bool upgrade_ip(struct span stored, struct ip *ip);
