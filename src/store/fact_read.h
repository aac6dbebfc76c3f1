/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact_read - what the database knows of addresses and hosts, as far as it still holds
 *
 * In:      addresses and ids of hosts, and what a site wants to know of them.
 * Out:     one call a row found; what has expired counts as not known.
 * Errors and threads: as db.h.
 */
#pragma once

#include "base/ip.h"
#include "store/db.h"

#define FACT_NAME 1u    /* of an address */
#define FACT_NETWORK 2u /* of an address, or of a host's address */
#define FACT_LISTS 4u   /* all block lists of the site that are for it */
#define FACT_ADDRESS 8u /* of a host */
#define FACT_OF_IP (FACT_NAME | FACT_NETWORK | FACT_LISTS)
#define FACT_OF_HOST (FACT_ADDRESS | FACT_NETWORK | FACT_LISTS)

/* Block lists by their names, NULL-terminated, or NULL; and how many of them are asked about an
 * address of each kind, be it that of a mail or a URL's host, and about a host with a name. */
struct fact_lists {
    char *const *names;
    unsigned of_ip4, of_ip6, of_name;
};

/* What a site asks about. Borrowed by whoever is given it. */
struct fact_wants {
    struct fact_lists ip_lists, host_lists;
    char *const *allowed; /* nothing is asked about hosts within these domains; or NULL */
    const struct ip_range *public_ranges; /* special addresses that are asked about all the same */
    size_t public_count;
    uint32_t days; /* mails that arrived longer ago are not told what is true today; 0: none is */
};

struct known_ip {
    struct ip ip;
    unsigned known;    /* FACT_NAME, FACT_NETWORK, FACT_LISTS */
    int64_t domain_id; /* 0: it has no name */
    bool confirmed;
    int64_t asn;     /* 0: none */
    char country[3]; /* "": not said */
    int64_t expires; /* the earliest of what is known; INT64_MAX when nothing is */
};

struct known_host {
    int64_t domain_id;
    unsigned known; /* FACT_ADDRESS and FACT_NETWORK go together; FACT_LISTS */
    struct ip ip;   /* len 0: it has none */
    int64_t asn;
    char country[3];
    int64_t expires;
};

typedef void fact_ip_found(void *self, const struct known_ip *known);
typedef void fact_host_found(void *self, const struct known_host *known);

/* `ips` is an array of struct ip. */
bool fact_read_ips(struct db *db, const struct fact_wants *wants, const GArray *ips, int64_t now,
                   fact_ip_found *found, void *self, GError **error);
/* `domains` is an id_list. */
bool fact_read_hosts(struct db *db, const struct fact_wants *wants, const GArray *domains,
                     int64_t now, fact_host_found *found, void *self, GError **error);

/* False for special addresses that are not public: nobody is asked about them. */
bool fact_asks_ip(const struct fact_wants *wants, const struct ip *ip);
/* False for hosts that are allowed, or such an address written out. */
bool fact_asks_host(const struct fact_wants *wants, struct span host);
/* The earliest arrival of a mail that is told what is true today; INT64_MAX: none is. */
int64_t fact_since(const struct fact_wants *wants, int64_t now);

/* For a GHashTable of struct ip. */
guint fact_ip_hash(gconstpointer ip);
gboolean fact_ip_equal(gconstpointer a, gconstpointer b);
/* The address as a literal of SQL, appended to a list. */
void fact_ip_literal(GString *list, const struct ip *ip);
