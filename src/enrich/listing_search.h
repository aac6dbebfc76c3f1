/* SPDX-License-Identifier: Apache-2.0 */
/*
 * listing_search - what the blocklists say of an address or a host
 *
 * Each list has a lane of its own in the resolver. A list that refuses us is not asked any more by
 * this enrich, and a person is told once.
 */
#pragma once

#include "enrich/enrich_state.h"

/* The lanes of the lists. */
void listing_search_init(struct enrich *enrich);
/* They make the fact's listings: one for each list that is asked about it. */
void listing_search_ask_ip(struct enrich *enrich, struct ip_fact *fact);
void listing_search_ask_host(struct enrich *enrich, struct host_fact *fact);
