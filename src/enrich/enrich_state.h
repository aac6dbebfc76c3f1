/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enrich_state - one enrich: its addresses, hosts and AS numbers, what is asked of each, what is
 *                found; seen by enrich.c and the searches (*_search.c) only
 *
 * A search asks its questions and writes into its fact when they are answered. A search struct
 * lives from its first question to its last answer.
 */
#pragma once

#include "enrich/blocklist.h"
#include "enrich/enrich.h"
#include "enrich/mmdb.h"
#include "enrich/network_file.h"

#define LOCAL_HELD_S 3600    /* what a file of ours says */
#define SPECIAL_HELD_S 86400 /* that an address is special */
#define STAND_IN_HELD_S 300  /* what stands in for DNS that did not answer */
#define TTL_MIN_S 60u
#define TTL_MAX_S 86400u
#define NO_SOA_HELD_S 5u /* "none" without a SOA (RFC 2308, 5) */

struct ip_subject {
    struct ip_fact fact;
    unsigned wanted, asked;
};

struct host_subject {
    struct host_fact fact;
    unsigned wanted, asked;
};

struct as_subject {
    struct as_name fact;
    bool asked, known;
};

struct list_state {
    unsigned lane;
    bool refused, warned;
};

struct enrich {
    const struct config *config;
    struct ip_range *public;
    size_t public_count;
    struct resolver *resolver;
    struct blocklists *lists;
    struct list_state *ip_lists, *host_lists; /* beside those of `lists` */
    struct network_search *networks;
    GHashTable *ips;    /* struct ip: struct ip_subject */
    GHashTable *hosts;  /* text: struct host_subject */
    GHashTable *asns;   /* AS number: struct as_subject */
    GPtrArray *waiting; /* subjects with something to ask: struct ip_subject */
    GPtrArray *waiting_hosts, *waiting_asns;
    GStringChunk *texts; /* of the facts */
    GPtrArray *warnings; /* with a final NULL */
    bool unanswered;     /* something stayed without an answer */
};

/* When a fact of that answer is over. */
int64_t enrich_expiry(const struct answer *answer);
/* True when somebody may be asked about this address. */
bool enrich_is_public(const struct enrich *enrich, const struct ip *ip);
/* False for hosts that are no names of the Internet's DNS: one label, .onion, .local ... (RFC 6761,
 * RFC 7686). Nobody is asked about them. */
bool enrich_is_of_dns(const char *host);
G_GNUC_PRINTF(2, 3) void enrich_warn(struct enrich *enrich, const char *format, ...);

/* Hash and equality of struct ip for GHashTable; seeded. */
guint enrich_ip_hash(gconstpointer ip);
gboolean enrich_ip_equal(gconstpointer a, gconstpointer b);
