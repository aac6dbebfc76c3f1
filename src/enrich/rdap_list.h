/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rdap_list - IANA's lists of RDAP servers, from the network or from the copy of an earlier run
 *
 * The copy lies in the state folder and is good for a day (RFC 9224 asks not to fetch more often);
 * when the list can't be had anew an older copy serves on.
 * Errors:  FAULT_RETRY: neither list nor copy.
 * Threads: as rdap_http.
 */
#pragma once

#include "enrich/rdap_bootstrap.h"
#include "enrich/rdap_http.h"

#define RDAP_LIST_SECONDS 86400

struct rdap_list {
    const char *url; /* of the folder with ipv4.json and ipv6.json; a final slash may be missing */
    const char *folder; /* for copies; NULL: keeps none */
};

/* Adds the list of one address family ("ipv4" or "ipv6") to `bootstrap`. Waits until `deadline_us`
 * (clock_monotonic_us()) or *stop (may be NULL). */
bool rdap_list_load(const struct rdap_list *list, const char *family, struct rdap_http *http,
                    int64_t deadline_us, const volatile int *stop, struct rdap_bootstrap *bootstrap,
                    GError **error);
