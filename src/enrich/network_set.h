/* SPDX-License-Identifier: Apache-2.0 */
/*
 * network_set - prefixes of both address families, and which is the longest that holds an address
 *
 * A hash table of prefixes, probed once for each length that is in use: some thirty steps a find,
 * however many prefixes there are. Its hash is seeded, as prefixes may come from DNS.
 * Owns: copies of the prefixes; the values are the caller's. Threads: finding is safe in many.
 */
#pragma once

#include "base/ip.h"

struct network_set;

struct network_set *network_set_new(void);
void network_set_free(struct network_set *set); /* NULL is allowed */
typedef struct network_set NetworkSet;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NetworkSet, network_set_free)

/* The host bits of the prefix are zero, as ip_range_parse() makes them. A prefix that is there
 * already gets the new value, which is not NULL. */
void network_set_add(struct network_set *set, const struct ip_range *prefix, const void *value);
/* The value of the longest prefix that holds the address, or NULL. */
const void *network_set_find(const struct network_set *set, const struct ip *ip);
/* The same among prefixes of at least `shortest` bits. */
const void *network_set_find_from(const struct network_set *set, const struct ip *ip,
                                  unsigned shortest);
/* The value of exactly this prefix, or NULL. */
const void *network_set_exact(const struct network_set *set, const struct ip_range *prefix);
size_t network_set_count(const struct network_set *set);
