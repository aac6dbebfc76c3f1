/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/network_search.h"

#include "enrich/cymru.h"
#include "enrich/network_blocks.h"
#include "enrich/plain_text.h"

struct network_search {
    struct network_file *file; /* NULL: none */
    struct mmdb *mmdb;
    bool dns_first;
    struct network_blocks *blocks;
    GHashTable *names; /* AS number: its name, as MMDB told it with an address */
    GString *name;     /* room for the one that was read last */
};

/* One address that DNS is asked about; `network` holds what the file or MMDB said. */
struct origin_wait {
    struct enrich *enrich;
    struct ip ip;
    enum known *known;
    struct network *network;
};

struct network_search *
network_search_new(const struct config *config, GError **error)
{
    struct network_search *networks = g_new0(struct network_search, 1);
    bool good;
    networks->dns_first = strcmp(config->networks.prefer, "dns") == 0;
    networks->blocks = network_blocks_new();
    networks->names = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    networks->name = g_string_new(NULL);
    networks->mmdb = mmdb_open(config->networks.country_db, config->networks.asn_db, error);
    good = networks->mmdb != NULL;
    if (good && config->networks.file != NULL) {
        networks->file = network_file_open(config->networks.file, error);
        good = networks->file != NULL;
    }
    if (!good)
        network_search_free(networks);
    return good ? networks : NULL;
}

void
network_search_free(struct network_search *networks)
{
    if (networks == NULL)
        return;
    network_file_free(networks->file);
    mmdb_close(networks->mmdb);
    network_blocks_free(networks->blocks);
    g_hash_table_unref(networks->names);
    g_string_free(networks->name, TRUE);
    g_free(networks);
}

void
network_search_know(struct network_search *networks, const struct network *network)
{
    network_blocks_know(networks->blocks, network);
}

void
network_search_learnt(const struct network_search *networks,
                      void (*each)(void *user, const struct network *), void *user)
{
    network_blocks_learnt(networks->blocks, each, user);
}

static bool
is_whole(const struct network *network)
{
    return network->asn != 0 && network->country[0] != '\0';
}

static bool
says_something(const struct network *network)
{
    return network->asn != 0 || network->country[0] != '\0';
}

/* Puts into *network what it lacks. The prefix is that of the AS number's source. */
static void
add(struct network *network, const struct network *more)
{
    bool first = !says_something(network);
    if (network->asn == 0 && more->asn != 0) {
        network->asn = more->asn;
        network->asns = more->asns;
        network->prefix = more->prefix;
    }
    if (network->country[0] == '\0')
        memcpy(network->country, more->country, sizeof network->country);
    if (network->prefix.base.len == 0)
        network->prefix = more->prefix;
    if (first)
        network->from = more->from;
    network->expires = first ? more->expires : MIN(network->expires, more->expires);
}

static void
add_file(const struct network_search *networks, const struct ip *ip, struct network *network)
{
    const struct local_network *local =
        networks->file != NULL ? network_file_find(networks->file, ip) : NULL;
    struct network said = { .from = NETWORK_FROM_FILE, .expires = clock_now() + LOCAL_HELD_S };
    if (local == NULL)
        return;
    said.prefix = local->prefix;
    said.asn = local->asn;
    memcpy(said.country, local->country, sizeof said.country);
    if (says_something(&said))
        add(network, &said);
}

static void
add_mmdb(struct network_search *networks, const struct ip *ip, struct network *network,
         int64_t held_s)
{
    struct network said = { .from = NETWORK_FROM_MMDB, .expires = clock_now() + held_s };
    if (!mmdb_find(networks->mmdb, ip, &said, networks->name))
        return;
    add(network, &said);
    if (said.asn != 0 && networks->name->len > 0 &&
        g_hash_table_lookup(networks->names, GUINT_TO_POINTER(said.asn)) == NULL)
        g_hash_table_insert(networks->names, GUINT_TO_POINTER(said.asn),
                            g_strdup(networks->name->str));
}

/* DNS has said what it can; `expires` is that of its "none", or of this reading of our files. */
static void
settle(enum known *known, struct network *network, int64_t expires)
{
    *known = says_something(network) ? KNOWN : KNOWN_NONE;
    network->expires = *known == KNOWN ? MIN(network->expires, expires) : expires;
}

static void
on_told(void *user, enum known known, const struct network *told)
{
    struct origin_wait *wait = user;
    struct network_search *networks = wait->enrich->networks;
    if (known == KNOWN)
        add(wait->network, told);
    if (known != NOT_KNOWN) {
        if (networks->dns_first && !is_whole(wait->network))
            add_mmdb(networks, &wait->ip, wait->network, LOCAL_HELD_S);
        settle(wait->known, wait->network, told->expires);
    } else {
        if (networks->dns_first)
            add_mmdb(networks, &wait->ip, wait->network, STAND_IN_HELD_S);
        if (is_whole(wait->network))
            *wait->known = KNOWN;
        else
            wait->enrich->unanswered = true;
    }
    g_free(wait);
}

void
network_search_ask(struct enrich *enrich, const struct ip *ip, enum known *known,
                   struct network *network)
{
    struct network_search *networks = enrich->networks;
    const struct config *config = enrich->config;
    const char *zone = ip->len == 4 ? config->dns.cymru4 : config->dns.cymru6;
    bool by_dns = zone[0] != '\0';
    struct origin_wait *wait;
    *network = (struct network){ .asn = 0 };
    add_file(networks, ip, network);
    if (!is_whole(network) && (!networks->dns_first || !by_dns))
        add_mmdb(networks, ip, network, LOCAL_HELD_S);
    if (is_whole(network)) {
        *known = KNOWN;
        return;
    }
    if (!by_dns) {
        settle(known, network, clock_now() + LOCAL_HELD_S);
        return;
    }
    wait = g_new(struct origin_wait, 1);
    *wait = (struct origin_wait){ enrich, *ip, known, network };
    network_blocks_ask(enrich, networks->blocks, ip, on_told, wait);
}

struct name_wait {
    struct enrich *enrich;
    struct as_subject *subject;
};

static void
put_name(struct enrich *enrich, struct as_subject *subject, struct span name, const char *country,
         int64_t expires)
{
    g_autoptr(GString) text = g_string_new(NULL);
    plain_text_append(text, name, NETWORK_NAME_CHARS_MAX);
    subject->fact.name = g_string_chunk_insert(enrich->texts, text->str);
    g_strlcpy(subject->fact.country, country, sizeof subject->fact.country);
    subject->fact.expires = expires;
    subject->known = true;
}

static void
on_name(void *user, const struct answer *answer)
{
    g_autofree struct name_wait *wait = user;
    struct as_subject *subject = wait->subject;
    struct cymru_name name;
    for (size_t i = 0; answer->outcome == ANSWER_FOUND && i < answer->count; i++)
        if (cymru_name_parse(answer->records[i].text, &name) && name.asn == subject->fact.asn) {
            put_name(wait->enrich, subject, name.name, name.country, enrich_expiry(answer));
            return;
        }
    if (answer->outcome == ANSWER_NONE)
        put_name(wait->enrich, subject, span_of(""), "", enrich_expiry(answer));
    else
        wait->enrich->unanswered = true;
}

void
network_search_ask_name(struct enrich *enrich, struct as_subject *subject)
{
    const struct network_search *networks = enrich->networks;
    const char *zone = enrich->config->dns.cymru_asn;
    const struct local_network *local =
        networks->file != NULL ? network_file_find_asn(networks->file, subject->fact.asn) : NULL;
    const char *read = g_hash_table_lookup(networks->names, GUINT_TO_POINTER(subject->fact.asn));
    g_autofree char *name = NULL;
    struct name_wait *wait;
    if (local != NULL) {
        put_name(enrich, subject, span_of(local->name), local->country, clock_now() + LOCAL_HELD_S);
    } else if (read != NULL && (!networks->dns_first || zone[0] == '\0')) {
        put_name(enrich, subject, span_of(read), "", clock_now() + LOCAL_HELD_S);
    } else if (zone[0] != '\0') {
        name = g_strdup_printf("AS%u.%s", subject->fact.asn, zone);
        wait = g_new(struct name_wait, 1);
        *wait = (struct name_wait){ enrich, subject };
        resolver_ask(enrich->resolver, 0, RR_TXT, name, on_name, wait);
    }
}
