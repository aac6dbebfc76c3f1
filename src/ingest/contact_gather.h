/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contact_gather - all that is known, without asking anybody, of whom to tell about addresses
 *
 * In:      the networks file (through a contact_find), tables contact, contactOptOut and asn.
 * Out:     for each address whom one would write to (enrich/contact_choice.h).
 * Errors:  as db.h. Threads: as db.h.
 */
#pragma once

#include "enrich/contact_choice.h"
#include "enrich/contact_find.h"
#include "store/db.h"

/* A contact_find that keeps copies of IANA's lists in the state folder; where there is none that
 * can be had they are fetched anew. `config` is borrowed. */
struct contact_find *contact_find_open(const struct config *config, GError **error);

struct contact_gathering;
/* What is known of these addresses, and of the AS of each (0: not known; NULL: each is asked for
 * when its turn comes), with a few questions for all; `config` is borrowed. `find` has looked into
 * the file for them then. */
struct contact_gathering *contact_gather(const struct config *config, struct db *db,
                                         struct contact_find *find, const struct ip *ips,
                                         const uint32_t *asns, size_t count, GError **error);
void contact_gathering_free(struct contact_gathering *gathering); /* NULL is allowed */
typedef struct contact_gathering ContactGathering;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ContactGathering, contact_gathering_free)

/* `ip` is one of those gathered, or of no length (the AS alone); `asn` 0: not known. *choice is to
 * be cleared, also after false. */
bool contact_gathering_choose(const struct contact_gathering *gathering, struct db *db,
                              const struct ip *ip, uint32_t asn, struct contact_choice *choice,
                              GError **error);
