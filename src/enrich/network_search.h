/* SPDX-License-Identifier: Apache-2.0 */
/*
 * network_search - whose network an address is in: our file, MMDB, Team Cymru
 *
 * What the file says of AS number and country stands; what it does not say comes from MMDB and DNS
 * in the order of [networks] prefer. An answer that is lost leaves the network NOT_KNOWN as long as
 * a part of it is missing.
 */
#pragma once

#include "enrich/enrich_state.h"

struct network_search;

struct network_search *network_search_new(const struct config *config, GError **error);
void network_search_free(struct network_search *networks); /* NULL is allowed */

/* From an earlier run. */
void network_search_know(struct network_search *networks, const struct network *network);
/* Writes into *known and *network, now or when DNS has answered. */
void network_search_ask(struct enrich *enrich, const struct ip *ip, enum known *known,
                        struct network *network);
/* The name of an AS: from the file, from MMDB as it was read with an address, from DNS. */
void network_search_ask_name(struct enrich *enrich, struct as_subject *subject);
/* Calls `each` with every network that DNS told. */
void network_search_learnt(const struct network_search *networks,
                           void (*each)(void *user, const struct network *), void *user);
