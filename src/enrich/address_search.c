/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/address_search.h"

#include "enrich/network_search.h"

struct address_search {
    struct enrich *enrich;
    struct host_fact *fact;
    bool network;
    unsigned open; /* questions */
    bool lost;
    struct ip best;
    bool best_public;
    int64_t found_expires, none_expires; /* 0: no such answer */
};

/* Nothing is asked of the network of an address that is nobody's. */
static void
no_network(struct host_fact *fact, int64_t expires)
{
    fact->network_known = KNOWN_NONE;
    fact->network = (struct network){ .expires = expires };
}

static void
put_address(struct enrich *enrich, struct host_fact *fact, const struct ip *ip, int64_t expires,
            bool network)
{
    fact->address_known = KNOWN;
    fact->address = *ip;
    fact->address_expires = expires;
    if (!network)
        return;
    if (enrich_is_public(enrich, ip))
        network_search_ask(enrich, &fact->address, &fact->network_known, &fact->network);
    else
        no_network(fact, expires);
}

static void
put_none(struct host_fact *fact, int64_t expires, bool network)
{
    fact->address_known = KNOWN_NONE;
    fact->address_expires = expires;
    if (network)
        no_network(fact, expires);
}

static void
consider(struct address_search *search, const struct ip *ip)
{
    const struct ip *best = &search->best;
    bool public = enrich_is_public(search->enrich, ip);
    bool better = best->len == 0 || (public && !search->best_public);
    if (ip->len == 0)
        return;
    if (!better && public == search->best_public)
        better = ip->len < best->len ||
                 (ip->len == best->len && memcmp(ip->octets, best->octets, ip->len) < 0);
    if (better) {
        search->best = *ip;
        search->best_public = public;
    }
}

static void
on_address(void *user, const struct answer *answer)
{
    struct address_search *search = user;
    struct enrich *enrich = search->enrich;
    int64_t expires = enrich_expiry(answer);
    int64_t *place =
        answer->outcome == ANSWER_FOUND ? &search->found_expires : &search->none_expires;
    if (answer->outcome == ANSWER_NOT_KNOWN)
        search->lost = true;
    else
        *place = *place == 0 ? expires : MIN(*place, expires);
    for (size_t i = 0; answer->outcome == ANSWER_FOUND && i < answer->count; i++)
        consider(search, &answer->records[i].ip);
    if (--search->open > 0)
        return;
    if (search->best.len != 0 && (search->best_public || !search->lost))
        put_address(enrich, search->fact, &search->best, search->found_expires, search->network);
    else if (search->lost)
        enrich->unanswered = true;
    else
        put_none(search->fact, MAX(search->none_expires, search->found_expires), search->network);
    g_free(search);
}

void
address_search_ask(struct enrich *enrich, struct host_fact *fact, bool network)
{
    struct address_search *search;
    struct ip literal;
    if (ip_parse(span_of(fact->host), &literal)) {
        put_address(enrich, fact, &literal, clock_now() + SPECIAL_HELD_S, network);
        return;
    }
    if (!enrich_is_of_dns(fact->host)) {
        put_none(fact, clock_now() + SPECIAL_HELD_S, network);
        return;
    }
    search = g_new0(struct address_search, 1);
    search->enrich = enrich;
    search->fact = fact;
    search->network = network;
    search->open = 2;
    resolver_ask(enrich->resolver, 0, RR_A, fact->host, on_address, search);
    resolver_ask(enrich->resolver, 0, RR_AAAA, fact->host, on_address, search);
}
