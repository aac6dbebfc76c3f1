/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_wants - what a configuration asks about addresses and hosts, in the words of the store
 *
 * Owns: its lists; the configuration is borrowed and outlives it. Threads: read-only once made.
 */
#pragma once

#include "base/config.h"
#include "store/fact_read.h"

struct lookup_wants {
    struct fact_wants facts;
    GPtrArray *ip_lists, *host_lists;
    struct ip_range *public_ranges;
};

/* FAULT_OPERATOR when [dnsbl] can't be read. */
struct lookup_wants *lookup_wants_new(const struct config *config, GError **error);
void lookup_wants_free(struct lookup_wants *wants); /* NULL is allowed */
typedef struct lookup_wants LookupWants;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LookupWants, lookup_wants_free)
