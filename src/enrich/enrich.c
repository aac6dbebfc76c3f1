/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/enrich.h"

#include "base/domain.h"
#include "enrich/address_search.h"
#include "enrich/listing_search.h"
#include "enrich/name_search.h"
#include "enrich/network_search.h"

#define TEXTS_OCTETS (64 * 1024)

static void
free_ip(void *pointer)
{
    struct ip_subject *subject = pointer;
    g_free(subject->fact.listings);
    g_free(subject);
}

static void
free_host(void *pointer)
{
    struct host_subject *subject = pointer;
    g_free(subject->fact.listings);
    g_free(subject);
}

struct enrich *
enrich_new(const struct config *config, GError **error)
{
    g_autoptr(Enrich) enrich = g_new0(struct enrich, 1);
    struct resolver_settings settings = { config->dns.servers, config->dns.timeout_ms,
                                          config->dns.in_flight };
    enrich->config = config;
    enrich->ips = g_hash_table_new_full(enrich_ip_hash, enrich_ip_equal, NULL, free_ip);
    enrich->hosts = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_host);
    enrich->asns = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    enrich->waiting = g_ptr_array_new();
    enrich->waiting_hosts = g_ptr_array_new();
    enrich->waiting_asns = g_ptr_array_new();
    enrich->texts = g_string_chunk_new(TEXTS_OCTETS);
    enrich->warnings = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(enrich->warnings, NULL);
    enrich->public = config_ranges(config->networks.public, &enrich->public_count);
    enrich->networks = network_search_new(config, error);
    enrich->lists = enrich->networks != NULL ? blocklists_new(config, error) : NULL;
    enrich->resolver = enrich->lists != NULL ? resolver_new(&settings, error) : NULL;
    if (enrich->resolver == NULL)
        return NULL;
    listing_search_init(enrich);
    return g_steal_pointer(&enrich);
}

void
enrich_free(struct enrich *enrich)
{
    if (enrich == NULL)
        return;
    resolver_free(enrich->resolver); /* its last answers go to the facts */
    network_search_free(enrich->networks);
    blocklists_free(enrich->lists);
    g_free(enrich->ip_lists);
    g_free(enrich->host_lists);
    g_hash_table_unref(enrich->ips);
    g_hash_table_unref(enrich->hosts);
    g_hash_table_unref(enrich->asns);
    g_ptr_array_unref(enrich->waiting);
    g_ptr_array_unref(enrich->waiting_hosts);
    g_ptr_array_unref(enrich->waiting_asns);
    g_ptr_array_unref(enrich->warnings);
    g_string_chunk_free(enrich->texts);
    g_free(enrich->public);
    g_free(enrich);
}

void
enrich_know(struct enrich *enrich, const struct network *network)
{
    network_search_know(enrich->networks, network);
}

void
enrich_add_ip(struct enrich *enrich, const struct ip *ip, unsigned wanted)
{
    struct ip_subject *subject;
    if (ip->len == 0)
        return;
    subject = g_hash_table_lookup(enrich->ips, ip);
    if (subject == NULL) {
        subject = g_new0(struct ip_subject, 1);
        subject->fact.ip = *ip;
        g_hash_table_insert(enrich->ips, &subject->fact.ip, subject);
    }
    if (subject->wanted == subject->asked && (wanted & ~subject->asked) != 0)
        g_ptr_array_add(enrich->waiting, subject);
    subject->wanted |= wanted;
}

void
enrich_add_host(struct enrich *enrich, const char *host, unsigned wanted)
{
    struct host_subject *subject = g_hash_table_lookup(enrich->hosts, host);
    struct ip literal;
    if (host[0] == '\0' || strlen(host) > DOMAIN_OCTETS_MAX)
        return;
    if (subject == NULL) {
        subject = g_new0(struct host_subject, 1);
        subject->fact.host = g_string_chunk_insert(enrich->texts, host);
        if (!ip_parse(span_of(host), &literal))
            subject->fact.registrable = domain_registrable(subject->fact.host);
        g_hash_table_insert(enrich->hosts, (gpointer)(uintptr_t)subject->fact.host, subject);
    }
    if (subject->wanted == subject->asked && (wanted & ~subject->asked) != 0)
        g_ptr_array_add(enrich->waiting_hosts, subject);
    subject->wanted |= wanted;
}

void
enrich_add_asn(struct enrich *enrich, uint32_t asn)
{
    struct as_subject *subject;
    if (asn == 0 || g_hash_table_contains(enrich->asns, GUINT_TO_POINTER(asn)))
        return;
    subject = g_new0(struct as_subject, 1);
    subject->fact.asn = asn;
    g_hash_table_insert(enrich->asns, GUINT_TO_POINTER(asn), subject);
    g_ptr_array_add(enrich->waiting_asns, subject);
}

static void
ask_ip(struct enrich *enrich, struct ip_subject *subject)
{
    struct ip_fact *fact = &subject->fact;
    unsigned todo = subject->wanted & ~subject->asked;
    subject->asked = subject->wanted;
    if (!enrich_is_public(enrich, &fact->ip)) {
        fact->special = true;
        fact->name_known = fact->network_known = KNOWN_NONE;
        fact->name_expires = fact->network.expires = clock_now() + SPECIAL_HELD_S;
        return;
    }
    if ((todo & ENRICH_NAME) != 0)
        name_search_ask(enrich, fact);
    if ((todo & ENRICH_NETWORK) != 0)
        network_search_ask(enrich, &fact->ip, &fact->network_known, &fact->network);
    if ((todo & ENRICH_LISTS) != 0)
        listing_search_ask_ip(enrich, fact);
}

static bool
is_ours(const struct enrich *enrich, const char *host)
{
    for (char **domain = enrich->config->dnsbl.wldomain; domain != NULL && *domain != NULL;
         domain++)
        if (domain_is_within(host, *domain))
            return true;
    return false;
}

/* Names and addresses that say something to nobody but us. */
static bool
is_private(const struct enrich *enrich, const char *host)
{
    struct ip literal;
    if (ip_parse(span_of(host), &literal))
        return !enrich_is_public(enrich, &literal);
    return !enrich_is_of_dns(host);
}

static void
ask_host(struct enrich *enrich, struct host_subject *subject)
{
    struct host_fact *fact = &subject->fact;
    unsigned todo = subject->wanted & ~subject->asked;
    subject->asked = subject->wanted;
    if ((todo & (ENRICH_ADDRESS | ENRICH_NETWORK)) != 0)
        address_search_ask(enrich, fact, (subject->wanted & ENRICH_NETWORK) != 0);
    if ((todo & ENRICH_LISTS) != 0 && !is_ours(enrich, fact->host) &&
        !is_private(enrich, fact->host))
        listing_search_ask_host(enrich, fact);
}

bool
enrich_run(struct enrich *enrich, int64_t deadline_us, const volatile int *stop)
{
    bool whole;
    enrich->unanswered = false;
    for (guint i = 0; i < enrich->waiting->len; i++)
        ask_ip(enrich, g_ptr_array_index(enrich->waiting, i));
    for (guint i = 0; i < enrich->waiting_hosts->len; i++)
        ask_host(enrich, g_ptr_array_index(enrich->waiting_hosts, i));
    for (guint i = 0; i < enrich->waiting_asns->len; i++)
        network_search_ask_name(enrich, g_ptr_array_index(enrich->waiting_asns, i));
    g_ptr_array_set_size(enrich->waiting, 0);
    g_ptr_array_set_size(enrich->waiting_hosts, 0);
    g_ptr_array_set_size(enrich->waiting_asns, 0);
    whole = resolver_run(enrich->resolver, deadline_us, stop);
    return whole && !enrich->unanswered;
}

const struct ip_fact *
enrich_ip(const struct enrich *enrich, const struct ip *ip)
{
    const struct ip_subject *subject = g_hash_table_lookup(enrich->ips, ip);
    return subject != NULL ? &subject->fact : NULL;
}

const struct host_fact *
enrich_host(const struct enrich *enrich, const char *host)
{
    const struct host_subject *subject = g_hash_table_lookup(enrich->hosts, host);
    return subject != NULL ? &subject->fact : NULL;
}

const struct as_name *
enrich_asn(const struct enrich *enrich, uint32_t asn)
{
    const struct as_subject *subject = g_hash_table_lookup(enrich->asns, GUINT_TO_POINTER(asn));
    return subject != NULL && subject->known ? &subject->fact : NULL;
}

void
enrich_networks(const struct enrich *enrich, void (*each)(void *user, const struct network *),
                void *user)
{
    network_search_learnt(enrich->networks, each, user);
}

const char *const *
enrich_warnings(const struct enrich *enrich)
{
    return (const char *const *)enrich->warnings->pdata;
}

void
enrich_counts(const struct enrich *enrich, struct resolver_counts *counts)
{
    resolver_counts(enrich->resolver, counts);
}

void
enrich_clear(struct enrich *enrich)
{
    g_ptr_array_set_size(enrich->waiting, 0);
    g_ptr_array_set_size(enrich->waiting_hosts, 0);
    g_ptr_array_set_size(enrich->waiting_asns, 0);
    g_hash_table_remove_all(enrich->ips);
    g_hash_table_remove_all(enrich->hosts);
    g_hash_table_remove_all(enrich->asns);
    g_string_chunk_clear(enrich->texts);
}
