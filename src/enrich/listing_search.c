/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/listing_search.h"

struct listing_search {
    struct enrich *enrich;
    const struct blocklist *list;
    struct list_state *state;
    struct listing *listing;
    size_t open; /* questions */
    bool lost;
};

/* The lists that are asked about one kind of subject. */
struct kind {
    const struct blocklist *lists;
    struct list_state *states;
    size_t count;
};

static struct list_state *
make_lanes(struct enrich *enrich, size_t count)
{
    struct list_state *states = g_new0(struct list_state, count + 1);
    for (size_t i = 0; i < count; i++)
        states[i].lane = resolver_add_lane(enrich->resolver, enrich->config->dnsbl.in_flight);
    return states;
}

void
listing_search_init(struct enrich *enrich)
{
    enrich->ip_lists = make_lanes(enrich, enrich->lists->of_ips_count);
    enrich->host_lists = make_lanes(enrich, enrich->lists->of_hosts_count);
}

static void
note_faults(struct listing_search *search, const struct blocklist_reading *reading)
{
    struct enrich *enrich = search->enrich;
    if (reading->refusal != NULL && !search->state->refused) {
        search->state->refused = true;
        enrich_warn(enrich, "list %s refuses us: %s; it is not asked any more in this run",
                    search->list->name, reading->refusal);
        resolver_close_lane(enrich->resolver, search->state->lane, "refused by the list");
    } else if (reading->undocumented && !search->state->warned) {
        search->state->warned = true;
        enrich_warn(enrich,
                    "list %s gave a code that is not in its documentation; it counts for "
                    "nothing",
                    search->list->name);
    }
}

/* Of two names one that is listed says it all; else both must have been answered. */
static void
merge(struct listing_search *search, const struct blocklist_reading *reading, int64_t expires)
{
    struct listing *listing = search->listing;
    if (reading->state == LISTING_NOT_KNOWN) {
        search->lost = true;
        return;
    }
    listing->expires =
        listing->state == LISTING_NOT_KNOWN ? expires : MIN(listing->expires, expires);
    if (reading->state <= listing->state)
        return;
    listing->state = reading->state;
    listing->codes = g_string_chunk_insert_const(search->enrich->texts, reading->codes);
    listing->meaning = g_string_chunk_insert_const(search->enrich->texts, reading->meaning);
}

static void
on_answer(void *user, const struct answer *answer)
{
    struct listing_search *search = user;
    struct listing *listing = search->listing;
    struct blocklist_reading reading;
    blocklist_read(search->list, answer, &reading);
    search->open--;
    note_faults(search, &reading);
    merge(search, &reading, enrich_expiry(answer));
    if (search->open > 0)
        return;
    if (search->lost && listing->state != LISTING_LISTED) {
        listing->state = LISTING_NOT_KNOWN;
        listing->codes = listing->meaning = "";
        listing->expires = 0;
        search->enrich->unanswered = true;
    }
    g_free(search);
}

static void
ask(struct enrich *enrich, const struct kind *kind, size_t place, struct listing *listing,
    char *names[BLOCKLIST_NAMES_MAX], size_t count)
{
    struct listing_search *search = g_new0(struct listing_search, 1);
    search->enrich = enrich;
    search->list = &kind->lists[place];
    search->state = &kind->states[place];
    search->listing = listing;
    search->open = count;
    *listing = (struct listing){ .list = search->list->name, .codes = "", .meaning = "" };
    for (size_t i = 0; i < count; i++) {
        resolver_ask(enrich->resolver, kind->states[place].lane, RR_A, names[i], on_answer, search);
        g_free(names[i]);
    }
}

void
listing_search_ask_ip(struct enrich *enrich, struct ip_fact *fact)
{
    struct kind kind = { enrich->lists->of_ips, enrich->ip_lists, enrich->lists->of_ips_count };
    fact->listings = g_new0(struct listing, kind.count);
    for (size_t i = 0; i < kind.count; i++) {
        char *names[BLOCKLIST_NAMES_MAX];
        size_t count = blocklist_ip_names(&kind.lists[i], &fact->ip, names);
        if (count > 0)
            ask(enrich, &kind, i, &fact->listings[fact->listing_count++], names, count);
    }
}

void
listing_search_ask_host(struct enrich *enrich, struct host_fact *fact)
{
    struct kind kind = { enrich->lists->of_hosts, enrich->host_lists,
                         enrich->lists->of_hosts_count };
    fact->listings = g_new0(struct listing, kind.count);
    for (size_t i = 0; i < kind.count; i++) {
        char *names[BLOCKLIST_NAMES_MAX];
        size_t count = blocklist_host_names(&kind.lists[i], fact->host, fact->registrable, names);
        if (count > 0)
            ask(enrich, &kind, i, &fact->listings[fact->listing_count++], names, count);
    }
}
