/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact_write - facts about addresses, hosts and networks as rows of the tables that keep them
 *
 * In:      facts, copied; one that is there already is replaced, but for what the new one does not
 *          know. Times are seconds since 1970; expiry is kept within a minute and a month.
 * How:     names get their ids first (intern.h), then all rows go in one transaction, each table in
 *          order of its key, replayed when it is lost. Written twice they are the same rows.
 * Errors:  as db.h. Threads: one fact_writer, one thread; any number of programs at once.
 */
#pragma once

#include "base/ip.h"
#include "store/db.h"

struct fact_ip {
    struct ip ip;
    bool name_known;
    const char *name; /* NULL: the answer was that it has none */
    bool name_confirmed;
    int64_t name_expires;
    bool network_known;
    int64_t asn;              /* 0: none */
    const char *country;      /* two letters, else it is not kept; may be NULL */
    const char *network_from; /* "file", "mmdb", "dns", or NULL; static */
    int64_t network_expires;
};

/* A host of which address and network are known. */
struct fact_host {
    int64_t domain_id;
    const char *registrable; /* or NULL */
    struct ip ip;            /* len 0: it has none */
    int64_t asn;
    const char *country;
    int64_t expires;
};

struct fact_network {
    struct ip_range prefix;
    int64_t asn;
    const char *asns; /* all origins when there are several, or NULL */
    const char *country;
    int64_t expires;
};

struct fact_as {
    int64_t asn;
    const char *name; /* valid UTF-8 */
    const char *country;
    int64_t expires;
};

struct fact_listing {
    const char *list;
    const char *state; /* "clean", "policy", "listed"; static */
    const char *codes, *meaning;
    int64_t expires;
};

struct fact_writer;

/* `db` is borrowed. */
struct fact_writer *fact_writer_new(struct db *db);
void
fact_writer_free(struct fact_writer *writer); /* NULL is allowed; what is not flushed is lost */
typedef struct fact_writer FactWriter;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FactWriter, fact_writer_free)

void fact_writer_add_ip(struct fact_writer *writer, const struct fact_ip *fact);
void fact_writer_add_host(struct fact_writer *writer, const struct fact_host *fact);
void fact_writer_add_network(struct fact_writer *writer, const struct fact_network *fact);
void fact_writer_add_as(struct fact_writer *writer, const struct fact_as *fact);
void fact_writer_add_ip_listing(struct fact_writer *writer, const struct ip *ip,
                                const struct fact_listing *listing);
void fact_writer_add_host_listing(struct fact_writer *writer, int64_t domain_id,
                                  const struct fact_listing *listing);
/* Writes and forgets what was added; after an error it is kept for another try. */
bool fact_writer_flush(struct fact_writer *writer, GError **error);
