/* SPDX-License-Identifier: Apache-2.0 */
#include "admin/checkup.h"
#include "base/clock.h"
#include "enrich/blocklist.h"
#include "enrich/resolver.h"
#include "enrich/resolver_server.h"

#define PATIENCE_S 20
#define OWN_NAME "1.0.0.127.in-addr.arpa" /* every resolver knows it by itself (RFC 6303) */

/* One question, and what came of it. */
struct probe {
    const struct blocklist *list; /* NULL: only whether there is an answer */
    const char *what;             /* of the line */
    char *shown;                  /* what was asked, without secrets */
    enum listing_state expected;
    enum answer_outcome outcome;
    const char *failure;
    struct blocklist_reading reading;
};

static void
probe_free(gpointer item)
{
    struct probe *probe = item;
    g_free(probe->shown);
    g_free(probe);
}

static void
take_answer(void *user, const struct answer *answer)
{
    struct probe *probe = user;
    probe->outcome = answer->outcome;
    probe->failure = answer->failure != NULL ? answer->failure : "no answer";
    if (probe->list != NULL)
        blocklist_read(probe->list, answer, &probe->reading);
}

static struct probe *
add_probe(GPtrArray *probes, const char *what, const char *shown)
{
    struct probe *probe = g_new0(struct probe, 1);
    probe->what = what;
    probe->shown = g_strdup(shown);
    probe->outcome = ANSWER_NOT_KNOWN;
    probe->failure = "no answer";
    g_ptr_array_add(probes, probe);
    return probe;
}

static void
ask_zone(struct resolver *resolver, GPtrArray *probes, const char *zone)
{
    if (zone[0] != '\0')
        resolver_ask(resolver, 0, RR_TXT, zone, take_answer, add_probe(probes, "DNS zone", zone));
}

static void
ask_list(struct resolver *resolver, GPtrArray *probes, const struct blocklist *list)
{
    struct blocklist_test_point points[BLOCKLIST_TEST_POINTS_MAX];
    size_t count = blocklist_test_points(list, points);
    for (size_t i = 0; i < count; i++) {
        struct probe *probe = add_probe(probes, list->name, list->shown_zone);
        probe->list = list;
        probe->expected = points[i].expected;
        resolver_ask(resolver, 0, RR_A, points[i].name, take_answer, probe);
        g_free(points[i].name);
    }
}

/* Operators of lists refuse the resolvers that everybody uses: whoever asks through them is told
 * "not listed" or an error code. */
static const char *
public_resolver(const struct config *config)
{
    static const char *const known[] = {
        "8.8.8.8",        "8.8.4.4",         "2001:4860:4860::8888", "2001:4860:4860::8844",
        "1.1.1.1",        "1.0.0.1",         "2606:4700:4700::1111", "2606:4700:4700::1001",
        "9.9.9.9",        "149.112.112.112", "2620:fe::fe",          "2620:fe::9",
        "208.67.222.222", "208.67.220.220",  "2620:119:35::35",      "2620:119:53::53",
    };
    struct resolver_servers servers;
    if (!resolver_servers_read(config->dns.servers, &servers, NULL))
        return NULL;
    for (unsigned i = 0; i < servers.count; i++) {
        char text[IP_TEXT_MAX];
        ip_text(&servers.servers[i].ip, text);
        for (size_t n = 0; n < G_N_ELEMENTS(known); n++)
            if (strcmp(text, known[n]) == 0)
                return known[n];
    }
    return NULL;
}

/* What is wrong with a list, by one of its test points; NULL: nothing. */
static const char *
list_trouble(const struct probe *probe, enum finding *finding)
{
    *finding = FINDING_ACT;
    if (probe->reading.refusal != NULL)
        return probe->reading.refusal;
    if (probe->outcome == ANSWER_NOT_KNOWN) {
        *finding = FINDING_LATER;
        return probe->failure;
    }
    if (probe->expected == LISTING_CLEAN)
        return probe->outcome == ANSWER_NONE ? NULL : "lists what it must not: is the zone right?";
    return probe->reading.state == LISTING_LISTED
               ? NULL
               : "does not list its own test point: is the zone right?";
}

/* One line a list: the first trouble that its test points show. */
static void
tell_list(struct checkup *checkup, const struct blocklist *list, const GPtrArray *probes)
{
    g_autofree char *what = g_strconcat("list ", list->name, NULL);
    for (guint i = 0; i < probes->len; i++) {
        const struct probe *probe = g_ptr_array_index(probes, i);
        enum finding finding = FINDING_OK;
        const char *trouble = probe->list == list ? list_trouble(probe, &finding) : NULL;
        if (trouble == NULL)
            continue;
        checkup_tell(checkup, finding, what, "%s: %s%s", list->shown_zone, trouble,
                     probe->reading.refusal != NULL ? ": ask through a resolver of your own" : "");
        return;
    }
    checkup_tell(checkup, FINDING_OK, what, "%s answers as it should", list->shown_zone);
}

static void
tell_resolver(struct checkup *checkup, const struct probe *probe, bool lists)
{
    const struct config *config = checkup->config;
    g_autofree char *named = config->dns.servers != NULL && config->dns.servers[0] != NULL
                                 ? g_strjoinv(", ", config->dns.servers)
                                 : g_strdup("the system's");
    const char *public = lists ? public_resolver(config) : NULL;
    if (probe->outcome != ANSWER_NOT_KNOWN)
        checkup_tell(checkup, FINDING_OK, "DNS", "resolver (%s) answers", named);
    else
        checkup_tell(checkup, FINDING_LATER, "DNS",
                     "resolver (%s): %s; is it one that resolves for this machine?", named,
                     probe->failure);
    if (public != NULL)
        checkup_tell(checkup, FINDING_ACT, "DNS",
                     "%s is a public resolver: blocklists refuse it or answer \"not listed\"; name "
                     "one of your own in [dns] servers",
                     public);
}

static void
tell_zones(struct checkup *checkup, const GPtrArray *probes)
{
    for (guint i = 0; i < probes->len; i++) {
        const struct probe *probe = g_ptr_array_index(probes, i);
        if (g_strcmp0(probe->what, "DNS zone") != 0)
            continue;
        if (probe->outcome == ANSWER_NOT_KNOWN)
            checkup_tell(checkup, FINDING_LATER, probe->what, "%s: %s", probe->shown,
                         probe->failure);
        else
            checkup_tell(checkup, FINDING_OK, probe->what, "%s answers", probe->shown);
    }
}

void
doctor_dns(struct checkup *checkup)
{
    const struct config *config = checkup->config;
    struct resolver_settings settings = { .servers = config->dns.servers,
                                          .timeout_ms = config->dns.timeout_ms,
                                          .in_flight = config->dns.in_flight };
    GError *error = NULL;
    g_autoptr(GPtrArray) probes = g_ptr_array_new_with_free_func(probe_free);
    g_autoptr(Blocklists) lists = blocklists_new(config, &error);
    g_autoptr(Resolver) resolver = lists != NULL ? resolver_new(&settings, &error) : NULL;
    if (resolver == NULL &&
        !(checkup->offline && g_error_matches(error, FAULT, FAULT_RETRY))) { /* no server now */
        checkup_fault(checkup, lists == NULL ? "lists" : "DNS", error);
        return;
    }
    if (checkup->offline) {
        g_clear_error(&error);
        return;
    }
    struct probe *own = add_probe(probes, "DNS", OWN_NAME);
    resolver_ask(resolver, 0, RR_PTR, OWN_NAME, take_answer, own);
    ask_zone(resolver, probes, config->dns.cymru4);
    ask_zone(resolver, probes, config->dns.cymru6);
    ask_zone(resolver, probes, config->dns.cymru_asn);
    ask_zone(resolver, probes, config->dns.abuse);
    for (size_t i = 0; i < lists->of_ips_count; i++)
        ask_list(resolver, probes, &lists->of_ips[i]);
    for (size_t i = 0; i < lists->of_hosts_count; i++)
        ask_list(resolver, probes, &lists->of_hosts[i]);
    resolver_run(resolver, clock_monotonic_us() + PATIENCE_S * G_USEC_PER_SEC, NULL);
    tell_resolver(checkup, own, lists->of_ips_count + lists->of_hosts_count > 0);
    tell_zones(checkup, probes);
    for (size_t i = 0; i < lists->of_ips_count; i++)
        tell_list(checkup, &lists->of_ips[i], probes);
    for (size_t i = 0; i < lists->of_hosts_count; i++)
        tell_list(checkup, &lists->of_hosts[i], probes);
}
