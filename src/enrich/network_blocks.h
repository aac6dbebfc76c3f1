/* SPDX-License-Identifier: Apache-2.0 */
/*
 * network_blocks - DNS is asked for the networks of many addresses, once a prefix
 *
 * One address of each block (a /24, or a /48 of IPv6) is asked about, and a further one only when
 * no prefix that was learnt holds it. A prefix of a block's length or longer speaks for its
 * addresses wherever it was learnt; a wider one may have narrower ones inside, so that each block
 * is asked.
 * Where a block's address has no network the next questions come two, four, eight at a time.
 */
#pragma once

#include "enrich/enrich_state.h"

struct network_blocks;

struct network_blocks *network_blocks_new(void);
void network_blocks_free(struct network_blocks *blocks);

/* From an earlier run; left out when it is over. */
void network_blocks_know(struct network_blocks *blocks, const struct network *network);

/* KNOWN with the network, KNOWN_NONE with only `expires` set in it, or NOT_KNOWN. */
typedef void network_told(void *user, enum known known, const struct network *network);
void network_blocks_ask(struct enrich *enrich, struct network_blocks *blocks, const struct ip *ip,
                        network_told *told, void *user);
void network_blocks_learnt(const struct network_blocks *blocks,
                           void (*each)(void *user, const struct network *), void *user);
