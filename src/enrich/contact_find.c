/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/contact_find.h"

#include "enrich/abusix.h"
#include "enrich/contact_address.h"
#include "enrich/network_file.h"
#include "enrich/network_set.h"
#include "enrich/rdap.h"
#include "enrich/resolver.h"

struct contact_find {
    const struct config *config;
    char **own;
    struct ip_range *public;
    size_t public_count;
    NetworkFile *file;  /* NULL: none is configured */
    Rdap *rdap;         /* NULL: switched off */
    Resolver *resolver; /* NULL: no zone */
    unsigned lane;
    GArray *wanted; /* of struct ip */
    NetworkSet *sets[CONTACT_ORIGINS];
    GPtrArray *contacts; /* of struct contact *, the values of `sets` */
    GPtrArray *fresh;    /* of those, what is new */
    GStringChunk *texts;
    const char *failure;
};

/* One address asked of the zone. */
struct question {
    struct contact_find *find;
    struct ip ip;
};

static bool
open_sources(struct contact_find *find, const char *folder, GError **error)
{
    const struct config *config = find->config;
    struct rdap_settings rdap = { .config = config, .folder = folder, .own = find->own };
    struct resolver_settings dns = { .servers = config->dns.servers,
                                     .timeout_ms = config->dns.timeout_ms,
                                     .in_flight = config->dns.in_flight };
    g_autoptr(GError) problem = NULL;
    if (config->networks.file != NULL &&
        (find->file = network_file_open(config->networks.file, error)) == NULL)
        return false;
    find->rdap = rdap_new(&rdap, &problem);
    if (problem != NULL) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return false;
    }
    if (config->dns.abuse[0] == '\0')
        return true;
    find->resolver = resolver_new(&dns, error);
    if (find->resolver == NULL)
        return false;
    find->lane = resolver_add_lane(find->resolver, config->dnsbl.in_flight);
    return true;
}

struct contact_find *
contact_find_new(const struct config *config, const char *folder, GError **error)
{
    g_autoptr(ContactFind) find = g_new0(struct contact_find, 1);
    find->config = config;
    find->own = contact_own_domains(config);
    find->public = config_ranges(config->networks.public, &find->public_count);
    find->wanted = g_array_new(FALSE, FALSE, sizeof(struct ip));
    for (unsigned i = 0; i < CONTACT_ORIGINS; i++)
        find->sets[i] = network_set_new();
    find->contacts = g_ptr_array_new_with_free_func(g_free);
    find->fresh = g_ptr_array_new();
    find->texts = g_string_chunk_new(4096);
    find->failure = "";
    folder = folder != NULL ? g_string_chunk_insert(find->texts, folder) : NULL;
    return open_sources(find, folder, error) ? g_steal_pointer(&find) : NULL;
}

void
contact_find_free(struct contact_find *find)
{
    if (find == NULL)
        return;
    resolver_free(find->resolver); /* answers what is open: before what the answers go into */
    rdap_free(find->rdap);
    network_file_free(find->file);
    for (unsigned i = 0; i < CONTACT_ORIGINS; i++)
        network_set_free(find->sets[i]);
    g_ptr_array_free(find->fresh, TRUE);
    g_ptr_array_free(find->contacts, TRUE);
    g_array_free(find->wanted, TRUE);
    g_string_chunk_free(find->texts);
    g_strfreev(find->own);
    g_free(find->public);
    g_free(find);
}

static struct contact *
keep(struct contact_find *find, const struct contact *contact)
{
    struct contact *kept = g_memdup2(contact, sizeof *contact);
    kept->addresses = g_string_chunk_insert_const(find->texts, contact->addresses);
    g_ptr_array_add(find->contacts, kept);
    network_set_add(find->sets[contact->origin], &kept->prefix, kept);
    return kept;
}

void
contact_find_know(struct contact_find *find, const struct contact *contact)
{
    if (contact->origin < CONTACT_ORIGINS && contact->origin != CONTACT_FILE &&
        contact_holds(contact, clock_now()))
        keep(find, contact);
}

void
contact_find_add(struct contact_find *find, const struct ip *ip)
{
    g_array_append_val(find->wanted, *ip);
}

/* A new finding of one source; `list` is empty when it says that there is nobody. */
static void
learn(struct contact_find *find, enum contact_origin origin, const struct ip_range *prefix,
      const char *list)
{
    int64_t now = clock_now();
    int64_t seconds = list[0] == '\0'          ? CONTACT_NONE_SECONDS
                      : origin == CONTACT_FILE ? CONTACT_FILE_SECONDS
                                               : CONTACT_SECONDS;
    struct contact contact = { .prefix = *prefix,
                               .origin = origin,
                               .addresses = list,
                               .checked = now,
                               .expires = now + seconds };
    if (network_set_exact(find->sets[origin], prefix) == NULL)
        g_ptr_array_add(find->fresh, keep(find, &contact));
}

static bool
is_special(const struct contact_find *find, const struct ip *ip)
{
    return !ip_is_public(ip, find->public, find->public_count);
}

/* What a source says of an address; NULL: it was not asked yet, or did not answer. */
static const struct contact *
said(const struct contact_find *find, enum contact_origin origin, const struct ip *ip)
{
    return network_set_find(find->sets[origin], ip);
}

static bool
has_address(const struct contact_find *find, enum contact_origin origin, const struct ip *ip)
{
    const struct contact *contact = said(find, origin, ip);
    return contact != NULL && contact->addresses[0] != '\0';
}

void
contact_find_look(struct contact_find *find, const struct ip *ip)
{
    const struct local_network *network =
        find->file != NULL ? network_file_find(find->file, ip) : NULL;
    g_autoptr(GString) list = g_string_new(NULL);
    if (network == NULL || network->abuse[0] == '\0')
        return;
    contact_list_add(list, span_of(network->abuse), find->own);
    if (list->len > 0)
        learn(find, CONTACT_FILE, &network->prefix, list->str);
}

static void
take_answer(void *user, const struct answer *answer)
{
    struct question *question = user;
    struct contact_find *find = question->find;
    struct ip_range prefix = { .base = question->ip, .prefix = question->ip.len * 8u };
    g_autoptr(GString) list = g_string_new(NULL);
    if (answer->outcome == ANSWER_NOT_KNOWN) {
        find->failure = answer->failure != NULL ? answer->failure : "no answer";
    } else {
        abusix_read(answer, find->own, list);
        learn(find, CONTACT_ABUSIX, &prefix, list->str);
    }
    g_free(question);
}

static void
ask_zone(struct contact_find *find, const struct ip *ip)
{
    struct question *question = g_new0(struct question, 1);
    g_autofree char *name = abusix_name(ip, find->config->dns.abuse);
    question->find = find;
    question->ip = *ip;
    resolver_ask(find->resolver, find->lane, RR_TXT, name, take_answer, question);
}

/* RDAP first, with three quarters of the time when a zone is to be asked behind it. */
static void
run_rdap(struct contact_find *find, int64_t deadline_us, const volatile int *stop)
{
    int64_t now = clock_monotonic_us();
    const struct ip *ips = (const struct ip *)(const void *)find->wanted->data;
    if (find->resolver != NULL && deadline_us > now)
        deadline_us = now + (deadline_us - now) / 4 * 3;
    for (guint i = 0; i < find->wanted->len; i++)
        if (said(find, CONTACT_RDAP, &ips[i]) == NULL)
            rdap_add(find->rdap, &ips[i]);
    rdap_run(find->rdap, deadline_us, stop);
    for (guint i = 0; i < find->wanted->len; i++) {
        struct rdap_fact fact = rdap_find(find->rdap, &ips[i]);
        if (fact.known != NOT_KNOWN)
            learn(find, CONTACT_RDAP, &fact.prefix, fact.addresses);
    }
    if (rdap_failure(find->rdap)[0] != '\0')
        find->failure = g_string_chunk_insert_const(find->texts, rdap_failure(find->rdap));
}

static void
run_zone(struct contact_find *find, int64_t deadline_us, const volatile int *stop)
{
    for (guint i = 0; i < find->wanted->len; i++) {
        const struct ip *ip = &g_array_index(find->wanted, struct ip, i);
        if (!has_address(find, CONTACT_RDAP, ip) && said(find, CONTACT_ABUSIX, ip) == NULL)
            ask_zone(find, ip);
    }
    resolver_run(find->resolver, deadline_us, stop);
}

void
contact_find_run(struct contact_find *find, int64_t deadline_us, const volatile int *stop)
{
    guint kept = 0;
    find->failure = "";
    for (guint i = 0; i < find->wanted->len; i++) {
        struct ip ip = g_array_index(find->wanted, struct ip, i);
        if (is_special(find, &ip) || has_address(find, CONTACT_PERSON, &ip))
            continue;
        contact_find_look(find, &ip);
        if (!has_address(find, CONTACT_FILE, &ip))
            g_array_index(find->wanted, struct ip, kept++) = ip;
    }
    g_array_set_size(find->wanted, kept);
    if (find->rdap != NULL)
        run_rdap(find, deadline_us, stop);
    if (find->resolver != NULL)
        run_zone(find, deadline_us, stop);
    g_array_set_size(find->wanted, 0);
}

struct contact_result
contact_find_ip(const struct contact_find *find, const struct ip *ip)
{
    const bool asked[CONTACT_ORIGINS] = {
        [CONTACT_RDAP] = find->rdap != NULL, [CONTACT_ABUSIX] = find->resolver != NULL
    };
    struct contact_result result = { .known = NOT_KNOWN, .special = is_special(find, ip) };
    bool missing = find->rdap == NULL && find->resolver == NULL;
    if (result.special)
        return result;
    for (unsigned i = 0; i < CONTACT_ORIGINS; i++) {
        const struct contact *contact = said(find, (enum contact_origin)i, ip);
        if (contact != NULL && contact->addresses[0] != '\0') {
            result.known = KNOWN;
            result.first = contact;
            return result;
        }
        missing = missing || (asked[i] && contact == NULL);
    }
    result.known = missing ? NOT_KNOWN : KNOWN_NONE;
    return result;
}

void
contact_find_fresh(struct contact_find *find,
                   void (*each)(void *user, const struct contact *contact), void *user)
{
    for (guint i = 0; i < find->fresh->len; i++)
        each(user, g_ptr_array_index(find->fresh, i));
    g_ptr_array_set_size(find->fresh, 0);
}

const char *
contact_find_failure(const struct contact_find *find)
{
    return find->failure;
}
