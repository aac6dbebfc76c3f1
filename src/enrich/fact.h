/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact - what is known of an address, a network, a host: as found, with the time it holds until
 *
 * Times are seconds since 1970 (base/clock.h). A fact that is NOT_KNOWN is never shown as "none" or
 * "clean", and is looked for again. Owns: what struct facts (enrich.h) holds is its own.
 */
#pragma once

#include "base/clock.h"
#include "base/ip.h"

enum known {
    NOT_KNOWN,  /* not asked, or nobody answered */
    KNOWN_NONE, /* the answer was: there is none */
    KNOWN
};

enum network_from { NETWORK_FROM_NONE, NETWORK_FROM_FILE, NETWORK_FROM_MMDB, NETWORK_FROM_DNS };

/* A routed prefix and who announces it. */
struct network {
    struct ip_range prefix;
    uint32_t asn;     /* 0: none */
    char country[3];  /* ISO 3166, upper case; "": not said. Of Team Cymru it is the registry's */
    const char *asns; /* all origins, ascending, separated by blanks, when there are several, of
                         which asn is the lowest; or NULL */
    enum network_from from;
    int64_t expires;
};

struct as_name {
    uint32_t asn;
    const char *name; /* valid UTF-8, printable, at most 255 characters */
    char country[3];
    int64_t expires;
};

enum listing_state {
    LISTING_NOT_KNOWN, /* not asked, no answer, an error code, an undocumented code */
    LISTING_CLEAN,
    LISTING_POLICY, /* PBL: dynamic space; no abuse */
    LISTING_LISTED
};

/* What one list says of one address or name. */
struct listing {
    const char *list; /* its name in the configuration: "zen", "dbl", "surbl", ...; lives as long
                         as the configuration */
    enum listing_state state;
    const char *codes;   /* "127.0.0.2 127.0.0.4"; "" when there are none */
    const char *meaning; /* "SBL, XBL" in the list's words; "" when there are none */
    int64_t expires;
};

struct ip_fact {
    struct ip ip;
    bool special; /* nobody was asked: name and network are KNOWN_NONE, without listings */
    enum known name_known;
    const char *name; /* PTR, canonical; attacker-controlled */
    bool name_confirmed;
    int64_t name_expires;
    enum known network_known;
    struct network network;
    struct listing *listings; /* one of each list that is asked about it */
    size_t listing_count;
};

struct host_fact {
    const char *host;        /* canonical, or the text of an address */
    const char *registrable; /* or NULL */
    enum known address_known;
    struct ip address; /* the lowest IPv4 one that is no special address, else of IPv6, else any */
    int64_t address_expires;
    enum known network_known; /* of the address; KNOWN_NONE when that is special or there is none */
    struct network network;
    struct listing *listings;
    size_t listing_count;
};
