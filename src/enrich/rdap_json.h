/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rdap_json - what an RDAP server says of an address: the network, and whom to tell about abuse
 *
 * In:      the octets of an answer to /ip/ADDRESS; any octets.
 * Out:     addresses of all entities that have the role "abuse", however deep they stand (ARIN has
 *          them under the registrant, others on top), nearest first, those with pref=1 before all
 *          others; placeholders and forms left out (contact_address.h). No addresses is an answer.
 * Errors:  FAULT_REJECT: no JSON, no network, another network than asked about.
 * Limits:  1 MB, entities 8 deep, 500 of them, 64 properties of each card. Walked with a queue, not
 *          by recursion; jansson itself ends at a depth of 2,048.
 * Source:  RFC 9083 (5.1, 5.4, 10.2.4), RFC 7095 (jCard), cidr0 extension of NRO. Threads: none
 *          shared; json_object_seed() is jansson's own affair.
 */
#pragma once

#include "base/ip.h"

#define RDAP_OCTETS_MAX (1024 * 1024)
#define RDAP_DEPTH_MAX 8
#define RDAP_ENTITIES_MAX 500
#define RDAP_PROPERTIES_MAX 64
/* The answer about one address serves its neighbours, too, but not a network of another customer
 * far away in the same block: at most so wide. */
#define RDAP_PREFIX_V4_MIN 16
#define RDAP_PREFIX_V6_MIN 32

/* *prefix holds `ip` and lies within the network; `list` (contact_address.h) is added to. Both
 * untouched on failure. */
bool rdap_json_read(struct span octets, const struct ip *ip, char *const *own,
                    struct ip_range *prefix, GString *list, GError **error);
