/* SPDX-License-Identifier: Apache-2.0 */
/*
 * address_search - the address of a host in a URL
 *
 * A and AAAA are asked together. Of several addresses the lowest IPv4 one that is public counts,
 * then the lowest IPv6 one, then any: DNS changes its order, the fact shall not.
 */
#pragma once

#include "enrich/enrich_state.h"

/* With its network when `network` is set. */
void address_search_ask(struct enrich *enrich, struct host_fact *fact, bool network);
