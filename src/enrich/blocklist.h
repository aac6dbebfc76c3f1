/* SPDX-License-Identifier: Apache-2.0 */
/*
 * blocklist - the DNS lists of [dnsbl]: what to ask, and what an answer means
 *
 * In:      `zen`, `dbl`, `surbl` (a zone each; empty is off), `ipLists` and `hostLists`: items
 *          "name:zone" or "name:zone=CODES". The zone's name tells its operator's table of codes
 *          (Spamhaus ZEN, DBL, ZRD, SURBL, URIBL; a Data Query Service zone too). Any other zone
 *          has the codes that are given, or 127.0.0.2 alone (RFC 5782). CODES is a last octet of
 *          127.0.0.x or a whole 127.x.y.z, or a range "2-11", joined by "+": "2-4+10".
 * Out:     only a documented code is a listing. Errors that a list tells by a code (refused, too
 *          many questions) are told apart.
 * Secret:  the key of a Data Query Service zone is in `zone` and in no other text of this module.
 * Errors:  FAULT_OPERATOR, naming key and item.
 * Threads: read-only once made.
 */
#pragma once

#include "base/config.h"
#include "enrich/answer.h"
#include "enrich/fact.h"

#define BLOCKLISTS_MAX 32     /* of each kind */
#define BLOCKLIST_NAME_MAX 32 /* octets of a list's name */

struct blocklist_family; /* one operator's table */
struct blocklist_codes;  /* those of the configuration */

struct blocklist {
    const char *name;       /* "zen"; lives as long as the program */
    const char *zone;       /* may hold a secret key: for questions only */
    const char *shown_zone; /* the same without the key */
    const struct blocklist_family *family;
    const struct blocklist_codes *codes; /* NULL: the family's */
};

struct blocklists {
    struct blocklist *of_ips;
    size_t of_ips_count;
    struct blocklist *of_hosts;
    size_t of_hosts_count;
    GStringChunk *texts;
    GPtrArray *codes;
};

struct blocklists *blocklists_new(const struct config *config, GError **error);
void blocklists_free(struct blocklists *lists); /* NULL is allowed */
typedef struct blocklists Blocklists;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Blocklists, blocklists_free)

/* The names to ask about an address or a host, all of type A; at most two. Caller frees each.
 * 0: this list is not asked about it. */
#define BLOCKLIST_NAMES_MAX 2
size_t blocklist_ip_names(const struct blocklist *list, const struct ip *ip,
                          char *names[BLOCKLIST_NAMES_MAX]);
/* `host` is canonical or the text of an address; `registrable` may be NULL. */
size_t blocklist_host_names(const struct blocklist *list, const char *host, const char *registrable,
                            char *names[BLOCKLIST_NAMES_MAX]);

struct blocklist_reading {
    enum listing_state state;
    char codes[256];     /* the documented ones, ascending, separated by blanks */
    char meaning[256];   /* "SBL, XBL" */
    const char *refusal; /* the list refused us and is not to be asked any more: why; else NULL */
    bool undocumented;   /* a code stood there that no table has */
};
/* What an answer to one of those names says. */
void blocklist_read(const struct blocklist *list, const struct answer *answer,
                    struct blocklist_reading *reading);

/* Names whose answer is known beforehand: they show that a list works for us. LISTING_CLEAN is
 * wanted of names that must not exist (RFC 5782, 5): a zone that lists them lists all. */
struct blocklist_test_point {
    char *name;                  /* to ask, type A */
    enum listing_state expected; /* LISTING_LISTED or LISTING_CLEAN */
};
#define BLOCKLIST_TEST_POINTS_MAX 4
/* Fills `points`, returns how many. Caller frees each name. The name holds the zone: don't show it,
 * show `shown_zone`. */
size_t blocklist_test_points(const struct blocklist *list,
                             struct blocklist_test_point points[BLOCKLIST_TEST_POINTS_MAX]);
