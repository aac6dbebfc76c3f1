/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cymru - the TXT records of Team Cymru's IP to ASN mapping
 *
 * "64496 64497 | 192.0.2.0/24 | DE | ripencc | 2001-02-03" of an address (origin, origin6) and
 * "64496 | DE | ripencc | 2001-02-03 | NAME, DE" of an AS. In: any octets.
 * The country is the registry's, where the network was given out, not where it is used.
 * Threads: no state.
 */
#pragma once

#include <stdint.h>

#include "enrich/answer.h"

#define CYMRU_ASNS_MAX 16
#define CYMRU_ASNS_TEXT_MAX (CYMRU_ASNS_MAX * 11)
#define AS_TRANS 23456 /* stands for a number that an old router could not write (RFC 6793) */

struct cymru_origin {
    struct ip_range prefix;
    uint32_t asns[CYMRU_ASNS_MAX]; /* who announces it: ascending, distinct */
    size_t asn_count;              /* at least one */
    char country[3];               /* "": not said */
};

/* False when the text is none. */
bool cymru_origin_parse(struct span text, struct cymru_origin *origin);
/* Of several records the longest prefix; those that do not hold the address are lies and left out.
 * The origins of equal prefixes are put together. False when there is none. */
bool cymru_origin_best(const struct answer *answer, const struct ip *ip,
                       struct cymru_origin *origin);
/* The one to show: the lowest number, so that it is the same each day; AS_TRANS only when it is
 * alone. */
uint32_t cymru_origin_asn(const struct cymru_origin *origin);
/* All of them, separated by blanks, into out[CYMRU_ASNS_TEXT_MAX]. Returns out. */
const char *cymru_origin_asns(const struct cymru_origin *origin, char out[CYMRU_ASNS_TEXT_MAX]);

struct cymru_name {
    uint32_t asn;
    char country[3];  /* "": not said */
    struct span name; /* any octets, borrowed; empty: not said */
};
bool cymru_name_parse(struct span text, struct cymru_name *name);
