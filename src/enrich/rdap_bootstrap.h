/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rdap_bootstrap - which RDAP server knows an address (RFC 9224)
 *
 * In:      IANA's ipv4.json and ipv6.json.
 * Out:     the base URL of the longest prefix that holds an address; the first https URL of a
 *          service, with a final slash.
 * Errors:  FAULT_REJECT: no such file. Services without an https URL, and keys that are no prefix,
 *          are passed over.
 * Limits:  1 MB, 10,000 prefixes, URLs of 500 octets.
 * Threads: finding is safe in many.
 */
#pragma once

#include "base/ip.h"

#define RDAP_BOOTSTRAP_OCTETS_MAX (1024 * 1024)
#define RDAP_BOOTSTRAP_PREFIXES_MAX 10000
#define RDAP_URL_OCTETS_MAX 500

struct rdap_bootstrap;

struct rdap_bootstrap *rdap_bootstrap_new(void);
void rdap_bootstrap_free(struct rdap_bootstrap *bootstrap); /* NULL is allowed */
typedef struct rdap_bootstrap RdapBootstrap;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RdapBootstrap, rdap_bootstrap_free)

/* Adds the services of one file; nothing of it on failure. */
bool rdap_bootstrap_add(struct rdap_bootstrap *bootstrap, struct span octets, GError **error);
/* Borrowed from the bootstrap; NULL: nobody is named. */
const char *rdap_bootstrap_find(const struct rdap_bootstrap *bootstrap, const struct ip *ip);
