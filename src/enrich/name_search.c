/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/name_search.h"

struct forward {
    struct name_search *search;
    const char *name;
    bool confirmed;
};

struct name_search {
    struct enrich *enrich;
    struct ip_fact *fact;
    struct forward forwards[NAME_SEARCH_NAMES_MAX];
    size_t count;
    size_t open; /* questions, and one while they are being put */
    bool lost;   /* an answer did not come */
    bool broken; /* a name's zone could not tell */
    int64_t expires;
};

static void
settle(struct name_search *search)
{
    struct ip_fact *fact = search->fact;
    if (--search->open > 0)
        return;
    for (size_t i = search->count; i > 0; i--)
        if (search->forwards[i - 1].confirmed) {
            fact->name = search->forwards[i - 1].name;
            fact->name_confirmed = true;
        }
    if (!fact->name_confirmed && search->lost) {
        search->enrich->unanswered = true;
    } else {
        fact->name_known = KNOWN;
        if (fact->name == NULL)
            fact->name = search->forwards[0].name;
        if (!fact->name_confirmed && search->broken)
            search->expires = MIN(search->expires, clock_now() + STAND_IN_HELD_S);
        fact->name_expires = search->expires;
    }
    g_free(search);
}

/* The zone of the name was reached and can't tell; nobody knows when it will. */
static bool
is_broken(const char *failure)
{
    return g_strcmp0(failure, "servfail") == 0 || g_strcmp0(failure, "refused") == 0 ||
           g_strcmp0(failure, "malformed") == 0;
}

static void
on_address(void *user, const struct answer *answer)
{
    struct forward *forward = user;
    struct name_search *search = forward->search;
    if (answer->outcome == ANSWER_NOT_KNOWN && is_broken(answer->failure))
        search->broken = true;
    else if (answer->outcome == ANSWER_NOT_KNOWN)
        search->lost = true;
    else
        search->expires = MIN(search->expires, enrich_expiry(answer));
    for (size_t i = 0; answer->outcome == ANSWER_FOUND && i < answer->count; i++)
        if (ip_equal(&answer->records[i].ip, &search->fact->ip))
            forward->confirmed = true;
    settle(search);
}

static int
compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names of the answer in order, each once. */
static void
keep_names(struct name_search *search, const struct answer *answer)
{
    const char *names[ANSWER_RECORDS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < MIN(answer->count, (size_t)ANSWER_RECORDS_MAX); i++) {
        struct span text = answer->records[i].text;
        if (text.len > 0)
            names[count++] =
                g_string_chunk_insert_len(search->enrich->texts, text.octets, (gssize)text.len);
    }
    qsort(names, count, sizeof names[0], compare);
    for (size_t i = 0; i < count && search->count < NAME_SEARCH_NAMES_MAX; i++)
        if (i == 0 || strcmp(names[i], names[i - 1]) != 0)
            search->forwards[search->count++] = (struct forward){ search, names[i], false };
}

static void
ask_forward(struct name_search *search)
{
    enum rr type = search->fact->ip.len == 4 ? RR_A : RR_AAAA;
    search->open = search->count + 1;
    for (size_t i = 0; i < search->count; i++)
        resolver_ask(search->enrich->resolver, 0, type, search->forwards[i].name, on_address,
                     &search->forwards[i]);
    settle(search);
}

static void
on_name(void *user, const struct answer *answer)
{
    struct name_search *search = user;
    if (answer->outcome == ANSWER_NOT_KNOWN) {
        search->enrich->unanswered = true;
        g_free(search);
        return;
    }
    search->expires = enrich_expiry(answer);
    if (answer->outcome == ANSWER_FOUND)
        keep_names(search, answer);
    if (search->count > 0) {
        ask_forward(search);
        return;
    }
    search->fact->name_known = KNOWN_NONE;
    search->fact->name_expires = search->expires;
    g_free(search);
}

void
name_search_ask(struct enrich *enrich, struct ip_fact *fact)
{
    struct name_search *search = g_new0(struct name_search, 1);
    g_autofree char *name = ip_reverse(&fact->ip, fact->ip.len == 4 ? "in-addr.arpa" : "ip6.arpa");
    search->enrich = enrich;
    search->fact = fact;
    resolver_ask(enrich->resolver, 0, RR_PTR, name, on_name, search);
}
