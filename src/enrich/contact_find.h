/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contact_find - asks who is to be told about abuse from addresses, each source only when it must
 *
 * In:      addresses, and what is known of them (rows of table contact).
 * Out:     findings, new ones for the database.
 * Order:   contact.h. A source is asked only when those before it have no address, and not again
 *          while its last answer holds. One that did not answer leaves the address "not known"
 *          unless a later one has an address.
 *          Special-purpose addresses are asked of nobody unless [networks] public names them.
 * Errors:  FAULT_OPERATOR: the networks file or [rdap] url is no good; FAULT_RETRY.
 * Threads: one object, one thread.
 */
#pragma once

#include "enrich/contact.h"
#include "enrich/fact.h"

struct contact_find;

/* `config` is borrowed. `folder` is the state folder, for copies of IANA's lists; NULL: none are
 * kept, and they are fetched each time (ingest/contact_gather.h opens it). */
struct contact_find *contact_find_new(const struct config *config, const char *folder,
                                      GError **error);
void contact_find_free(struct contact_find *find); /* NULL is allowed */
typedef struct contact_find ContactFind;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ContactFind, contact_find_free)

/* What an earlier run found; one that holds no more is passed over, and so is what is said to come
 * from the file: that is looked into itself. Copied. */
void contact_find_know(struct contact_find *find, const struct contact *contact);
void contact_find_add(struct contact_find *find, const struct ip *ip);
/* Asks about what was added, until `deadline_us` (clock_monotonic_us()) or *stop (may be NULL);
 * may be called again after more was added. */
void contact_find_run(struct contact_find *find, int64_t deadline_us, const volatile int *stop);

/* Looks into the networks file alone: nobody is asked. */
void contact_find_look(struct contact_find *find, const struct ip *ip);

struct contact_result {
    enum known known;
    bool special;                /* nobody is asked or told */
    const struct contact *first; /* of KNOWN; lives as long as the find */
};
struct contact_result contact_find_ip(const struct contact_find *find, const struct ip *ip);
/* Calls `each` with every finding that is new since the last call. */
void contact_find_fresh(struct contact_find *find,
                        void (*each)(void *user, const struct contact *contact), void *user);
/* Why the last source that did not answer did not; "" when all did. */
const char *contact_find_failure(const struct contact_find *find);
