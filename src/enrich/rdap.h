/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rdap - whom the registries name for abuse from an address ([rdap] of the configuration)
 *
 * In:      addresses. Special-purpose ones are the caller's to leave out.
 * Out:     one answer a network: addresses that lie in the prefix of an earlier answer are not
 *          asked about again in the life of this object.
 * Limits:  4 requests at once; the rest is rdap_http.h's, rdap_json.h's and rdap_list.h's.
 * Errors:  FAULT_OPERATOR: [rdap] url is no URL that may be asked.
 * Threads: one object, one thread.
 */
#pragma once

#include "base/config.h"
#include "enrich/fact.h"

#define RDAP_IN_FLIGHT 4

struct rdap_settings {
    const struct config *config; /* borrowed, [rdap] and [networks] public of it */
    const char *folder;          /* for copies of IANA's lists; NULL: none are kept */
    char *const *own;            /* see contact_address_read(); borrowed */
};

struct rdap;

/* NULL without *error set: it is switched off. */
struct rdap *rdap_new(const struct rdap_settings *settings, GError **error);
void rdap_free(struct rdap *rdap); /* NULL is allowed */
typedef struct rdap Rdap;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rdap, rdap_free)

void rdap_add(struct rdap *rdap, const struct ip *ip);
/* Asks about what was added, until `deadline_us` (clock_monotonic_us()) or *stop (may be NULL). */
void rdap_run(struct rdap *rdap, int64_t deadline_us, const volatile int *stop);

struct rdap_fact {
    enum known known;
    struct ip_range prefix;
    const char *addresses; /* "" of KNOWN_NONE; lives as long as the rdap */
};
struct rdap_fact rdap_find(const struct rdap *rdap, const struct ip *ip);
/* Why the last question that has no answer has none; "" when all have one. */
const char *rdap_failure(const struct rdap *rdap);
/* Whether a server answers at all: with IANA's lists the first list is loaded, of another server
 * its "help" (RFC 9082, 3.1.6) is asked for. NULL, or why not; caller frees. */
char *rdap_probe(struct rdap *rdap, int64_t deadline_us);
