/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enrich - all questions about a batch of addresses and hosts, one wait
 *
 * In:      addresses and hosts, each with what is wanted of it, and networks that are known.
 * Out:     facts; what did not answer by the deadline is NOT_KNOWN.
 * Order:   [networks] file, then MMDB and Team Cymru as [networks] prefer says.
 *          Special-purpose addresses are asked of nobody unless [networks] public names them.
 * Errors:  FAULT_OPERATOR: a file of the configuration can't be read.
 * Threads: one enrich, one thread.
 */
#pragma once

#include "base/config.h"
#include "enrich/fact.h"
#include "enrich/resolver.h"

#define ENRICH_NAME 1u    /* of an address: PTR, forward-confirmed */
#define ENRICH_NETWORK 2u /* of an address, or of a host's address */
#define ENRICH_LISTS 4u   /* blocklists of the configuration */
#define ENRICH_ADDRESS 8u /* of a host */

struct enrich;

/* The configuration lives longer. */
struct enrich *enrich_new(const struct config *config, GError **error);
void enrich_free(struct enrich *enrich); /* NULL is allowed */
typedef struct enrich Enrich;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Enrich, enrich_free)

/* A network from an earlier run. Copied. Its addresses are not asked about, unless it is wider than
 * a /24 (IPv6: /48): narrower ones may lie in it, so one address of each /24 is asked about. */
void enrich_know(struct enrich *enrich, const struct network *network);
/* More about the same address or host adds to what is wanted. */
void enrich_add_ip(struct enrich *enrich, const struct ip *ip, unsigned wanted);
/* `host` is canonical (base/domain.h) or the text of an address. */
void enrich_add_host(struct enrich *enrich, const char *host, unsigned wanted);
/* The name of a network's holder. */
void enrich_add_asn(struct enrich *enrich, uint32_t asn);
/* Asks until all is answered or `deadline_us` (clock_monotonic_us()) is over or *stop is set; may
 * be called again after more was added. False when something stayed without an answer. */
bool enrich_run(struct enrich *enrich, int64_t deadline_us, const volatile int *stop);

/* Facts live until enrich_clear() or enrich_free(). NULL: was not added. */
const struct ip_fact *enrich_ip(const struct enrich *enrich, const struct ip *ip);
const struct host_fact *enrich_host(const struct enrich *enrich, const char *host);
/* NULL: not known. A name that is "": DNS said that there is none. */
const struct as_name *enrich_asn(const struct enrich *enrich, uint32_t asn);
/* Networks that DNS told in this life, for the database: calls `each` with every one. */
void enrich_networks(const struct enrich *enrich, void (*each)(void *user, const struct network *),
                     void *user);
/* Warnings for a person (a list refused us ...), each once; NULL-terminated, borrowed. */
const char *const *enrich_warnings(const struct enrich *enrich);
void enrich_counts(const struct enrich *enrich, struct resolver_counts *counts);
/* Forgets the facts, not the networks nor what the resolver knows. */
void enrich_clear(struct enrich *enrich);
