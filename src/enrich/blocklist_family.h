/* SPDX-License-Identifier: Apache-2.0 */
/*
 * blocklist_family - the documented codes of the operators of blocklists (spec: Spamhaus, SURBL and
 * URIBL documentation, RFC 5782); seen by blocklist*.c only. Threads: constant.
 */
#pragma once

#include "enrich/blocklist.h"

#define ASKS_IP 1u          /* about the source of a mail */
#define ASKS_HOST 2u        /* about the host as it stands in a URL */
#define ASKS_REGISTRABLE 4u /* about its registrable domain */
#define ASKS_LITERAL 8u     /* about an IPv4 address in the host's place, reversed */

struct blocklist_code {
    uint32_t first, last; /* an IPv4 answer; of a family with bits: one bit of 127.0.0.x */
    enum listing_state state;
    const char *meaning;
};

struct blocklist_codes {
    const struct blocklist_code *codes;
    size_t count;
};

struct blocklist_family {
    struct blocklist_codes table;
    bool bits;         /* the codes are bits of the last octet of 127.0.0.x */
    uint32_t refusal;  /* a code that is an error beside 127.255.255.x; 0: none */
    const char *about; /* what that error says */
    unsigned asks;
    const char *listed[2]; /* test points: listed for sure, before the zone; NULL: none */
    const char *free;      /* never listed */
};

/* The family of a zone by its name; NULL: not one of those. */
const struct blocklist_family *blocklist_family_of_zone(const char *zone);
/* "zen", "dbl", "surbl": the keys of the configuration; "ip", "host": any other list. */
const struct blocklist_family *blocklist_family_named(const char *name);
/* Reads CODES of the configuration into an array of struct blocklist_code; false: can't be read. */
bool blocklist_codes_parse(struct span text, GArray *codes);
/* The zone without a key: each label that may be one becomes "(key)". Caller frees. */
char *blocklist_zone_shown(const char *zone);
