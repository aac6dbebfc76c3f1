/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_facts - what was asked about a chunk of mails, and its answers as rows
 *
 * In:      a chunk of the queue (store/lookup_queue.h).
 * Out:     questions to enrich/; its facts to store/fact_write.h; `missing` of the chunk's
 *          addresses and hosts is lowered by what is known now.
 * Threads: none of its own; one at a time.
 */
#pragma once

#include "enrich/enrich.h"
#include "store/fact_write.h"
#include "store/lookup_queue.h"

/* Puts the chunk's questions. */
void lookup_facts_ask(struct enrich *enrich, const struct lookup_chunk *chunk);
/* Takes the answers. Numbers of networks met are added to `asns`, an id_list, once each by
 * `asns_met`, a set of int64_t. */
void lookup_facts_take(const struct enrich *enrich, const struct lookup_chunk *chunk,
                       struct fact_writer *writer, GArray *asns, GHashTable *asns_met);
/* The names of those networks' holders. */
void lookup_facts_take_as(const struct enrich *enrich, const GArray *asns,
                          struct fact_writer *writer);
/* The networks that DNS told: from the database to `enrich`, and back. */
void lookup_facts_know(void *enrich, const struct fact_network *network);
void lookup_facts_take_networks(const struct enrich *enrich, struct fact_writer *writer);
