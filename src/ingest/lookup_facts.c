/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/lookup_facts.h"

#include "store/id_list.h"

_Static_assert(ENRICH_NAME == FACT_NAME && ENRICH_NETWORK == FACT_NETWORK &&
                   ENRICH_LISTS == FACT_LISTS && ENRICH_ADDRESS == FACT_ADDRESS,
               "what is missing is what is wanted");

/* A run that has no time for all begins with others than the one before. */
static void
shuffle(GPtrArray *list)
{
    for (guint i = list->len; i > 1; i--) {
        guint other = (guint)g_random_int_range(0, (gint32)i);
        gpointer taken = list->pdata[other];
        list->pdata[other] = list->pdata[i - 1];
        list->pdata[i - 1] = taken;
    }
}

void
lookup_facts_ask(struct enrich *enrich, const struct lookup_chunk *chunk)
{
    shuffle(chunk->new_ips);
    shuffle(chunk->new_hosts);
    for (guint i = 0; i < chunk->new_ips->len; i++) {
        const struct lookup_ip *ip = g_ptr_array_index(chunk->new_ips, i);
        enrich_add_ip(enrich, &ip->ip, ip->missing);
    }
    for (guint i = 0; i < chunk->new_hosts->len; i++) {
        const struct lookup_host *host = g_ptr_array_index(chunk->new_hosts, i);
        enrich_add_host(enrich, host->host, host->missing);
    }
}

static const char *
from_word(enum network_from from)
{
    switch (from) {
    case NETWORK_FROM_FILE:
        return "file";
    case NETWORK_FROM_MMDB:
        return "mmdb";
    case NETWORK_FROM_DNS:
        return "dns";
    case NETWORK_FROM_NONE:
        break;
    }
    return NULL;
}

/* NULL: not known. */
static const char *
state_word(enum listing_state state)
{
    switch (state) {
    case LISTING_CLEAN:
        return "clean";
    case LISTING_POLICY:
        return "policy";
    case LISTING_LISTED:
        return "listed";
    case LISTING_NOT_KNOWN:
        break;
    }
    return NULL;
}

static struct fact_listing
listing_row(const struct listing *listing)
{
    return (struct fact_listing){ .list = listing->list,
                                  .state = state_word(listing->state),
                                  .codes = listing->codes,
                                  .meaning = listing->meaning,
                                  .expires = listing->expires };
}

static void
note_asn(uint32_t asn, GArray *asns, GHashTable *met)
{
    int64_t number = asn;
    if (asn == 0 || g_hash_table_contains(met, &number))
        return;
    g_hash_table_add(met, g_memdup2(&number, sizeof number));
    id_list_add(asns, number);
}

static void
take_ip(const struct ip_fact *fact, struct lookup_ip *ip, struct fact_writer *writer, GArray *asns,
        GHashTable *asns_met)
{
    struct fact_ip row = { .ip = ip->ip };
    if ((ip->missing & FACT_NAME) != 0 && fact->name_known != NOT_KNOWN) {
        row.name_known = true;
        row.name = fact->name_known == KNOWN ? fact->name : NULL;
        row.name_confirmed = fact->name_confirmed;
        row.name_expires = fact->name_expires;
        ip->missing &= ~FACT_NAME;
    }
    if ((ip->missing & FACT_NETWORK) != 0 && fact->network_known != NOT_KNOWN) {
        row.network_known = true;
        row.network_expires = fact->network.expires;
        if (fact->network_known == KNOWN) {
            row.asn = fact->network.asn;
            row.country = fact->network.country;
            row.network_from = from_word(fact->network.from);
            note_asn(fact->network.asn, asns, asns_met);
        }
        ip->missing &= ~FACT_NETWORK;
    }
    fact_writer_add_ip(writer, &row);
    if ((ip->missing & FACT_LISTS) == 0)
        return;
    ip->missing &= ~FACT_LISTS;
    for (size_t i = 0; i < fact->listing_count; i++) {
        struct fact_listing listing = listing_row(&fact->listings[i]);
        if (listing.state != NULL)
            fact_writer_add_ip_listing(writer, &ip->ip, &listing);
        else
            ip->missing |= FACT_LISTS;
    }
}

static void
take_host(const struct host_fact *fact, struct lookup_host *host, struct fact_writer *writer,
          GArray *asns, GHashTable *asns_met)
{
    struct fact_host row = { .domain_id = host->domain_id,
                             .registrable = fact->registrable,
                             .expires = fact->address_expires };
    bool known = fact->address_known == KNOWN_NONE;
    if (fact->address_known == KNOWN && fact->network_known != NOT_KNOWN) {
        known = true;
        row.ip = fact->address;
        row.expires = MIN(row.expires, fact->network.expires);
        if (fact->network_known == KNOWN) {
            row.asn = fact->network.asn;
            row.country = fact->network.country;
            note_asn(fact->network.asn, asns, asns_met);
        }
    }
    if ((host->missing & FACT_ADDRESS) != 0 && known) {
        fact_writer_add_host(writer, &row);
        host->missing &= ~(FACT_ADDRESS | FACT_NETWORK);
    }
    if ((host->missing & FACT_LISTS) == 0)
        return;
    host->missing &= ~FACT_LISTS;
    for (size_t i = 0; i < fact->listing_count; i++) {
        struct fact_listing listing = listing_row(&fact->listings[i]);
        if (listing.state != NULL)
            fact_writer_add_host_listing(writer, host->domain_id, &listing);
        else
            host->missing |= FACT_LISTS;
    }
}

void
lookup_facts_take(const struct enrich *enrich, const struct lookup_chunk *chunk,
                  struct fact_writer *writer, GArray *asns, GHashTable *asns_met)
{
    for (guint i = 0; i < chunk->new_ips->len; i++) {
        struct lookup_ip *ip = g_ptr_array_index(chunk->new_ips, i);
        const struct ip_fact *fact = enrich_ip(enrich, &ip->ip);
        if (fact != NULL)
            take_ip(fact, ip, writer, asns, asns_met);
    }
    for (guint i = 0; i < chunk->new_hosts->len; i++) {
        struct lookup_host *host = g_ptr_array_index(chunk->new_hosts, i);
        const struct host_fact *fact = enrich_host(enrich, host->host);
        if (fact != NULL)
            take_host(fact, host, writer, asns, asns_met);
    }
}

void
lookup_facts_take_as(const struct enrich *enrich, const GArray *asns, struct fact_writer *writer)
{
    for (guint i = 0; i < asns->len; i++) {
        const struct as_name *name = enrich_asn(enrich, (uint32_t)id_list_at(asns, i));
        if (name == NULL)
            continue;
        struct fact_as row = {
            .asn = name->asn, .name = name->name, .country = name->country, .expires = name->expires
        };
        fact_writer_add_as(writer, &row);
    }
}

void
lookup_facts_know(void *enrich, const struct fact_network *network)
{
    struct network known = { .prefix = network->prefix,
                             .asn = (uint32_t)network->asn,
                             .asns = network->asns,
                             .from = NETWORK_FROM_DNS,
                             .expires = network->expires };
    if (network->country != NULL)
        g_strlcpy(known.country, network->country, sizeof known.country);
    enrich_know(enrich, &known);
}

static void
take_network(void *writer, const struct network *network)
{
    struct fact_network row = { .prefix = network->prefix,
                                .asn = network->asn,
                                .asns = network->asns,
                                .country = network->country,
                                .expires = network->expires };
    fact_writer_add_network(writer, &row);
}

void
lookup_facts_take_networks(const struct enrich *enrich, struct fact_writer *writer)
{
    enrich_networks(enrich, take_network, writer);
}
