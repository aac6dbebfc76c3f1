/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ip - IPv4 and IPv6 addresses as values
 *
 * A v4-mapped address (::ffff:a.b.c.d) is a v4 address from the moment it is read. The octets are
 * those of MariaDB's INET6_ATON: 4 or 16. Threads: no state.
 */
#pragma once

#include "base/span.h"

#define IP_TEXT_MAX 46 /* with the final NUL */

struct ip {
    unsigned char octets[16];
    unsigned char len; /* 4, 16, or 0: no address */
};

struct ip_range {
    struct ip base;
    unsigned prefix; /* bits */
};

/* Reads an address and nothing else: dotted quad of decimals, or RFC 4291 text, with or without
 * "IPv6:" before it and [] around it; no zone id. False: *ip untouched. */
bool ip_parse(struct span text, struct ip *ip);
/* The address of 4 or 16 octets, as a packet or a column holds them; no address for any other
 * number. */
struct ip ip_of_octets(struct span octets);
/* The canonical text (RFC 5952), into out[IP_TEXT_MAX]; "" for no address. Returns out. */
const char *ip_text(const struct ip *ip, char out[IP_TEXT_MAX]);
bool ip_equal(const struct ip *a, const struct ip *b);
/* "192.0.2.0/24", "2001:db8::/32" or a single address. Host bits set in the base are cleared.
 * "::ffff:192.0.2.0/120" is 192.0.2.0/24; a v4-mapped base with less than 96 bits is refused. */
bool ip_range_parse(struct span text, struct ip_range *range);
bool ip_in_range(const struct ip *ip, const struct ip_range *range);
/* The name under which DNS is asked about it: the octets of an IPv4 address in decimal, the nibbles
 * of an IPv6 address in hex, last first, each before a dot, then `zone` ("in-addr.arpa",
 * "ip6.arpa", "zen.example"): RFC 1035, 3.5; RFC 3596, 2.5; RFC 5782. No address gives `zone`.
 * Caller frees. */
char *ip_reverse(const struct ip *ip, const char *zone);
/* Special-purpose addresses (RFC 6890 and the IANA registries): private, loopback, link-local,
 * documentation, benchmarking, multicast, anycast services, reserved ... They identify nobody on
 * the Internet, so nobody is asked about them and nobody gets a complaint. No address counts as
 * special. */
bool ip_is_special(const struct ip *ip);
/* Not special, or in one of the ranges that a configuration lifts ([networks] public). */
bool ip_is_public(const struct ip *ip, const struct ip_range *lifted, size_t count);
