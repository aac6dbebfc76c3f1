/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/lookup_wants.h"

#include "enrich/blocklist.h"

static GPtrArray *
names_of(const struct blocklist *lists, size_t count)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; i < count; i++)
        g_ptr_array_add(names, g_strdup(lists[i].name));
    g_ptr_array_add(names, NULL);
    return names;
}

/* Whether a list is asked about an address, or a host. */
static bool
asks_ip(const struct blocklist *list, const char *address)
{
    char *names[BLOCKLIST_NAMES_MAX];
    struct ip ip = { .len = 0 };
    ip_parse(span_of(address), &ip);
    size_t count = blocklist_ip_names(list, &ip, names);
    for (size_t i = 0; i < count; i++)
        g_free(names[i]);
    return count > 0;
}

static bool
asks_host(const struct blocklist *list, const char *host, const char *registrable)
{
    char *names[BLOCKLIST_NAMES_MAX];
    size_t count = blocklist_host_names(list, host, registrable, names);
    for (size_t i = 0; i < count; i++)
        g_free(names[i]);
    return count > 0;
}

static void
count_lists(const struct blocklists *lists, struct fact_wants *wants)
{
    for (size_t i = 0; i < lists->of_ips_count; i++) {
        wants->ip_lists.of_ip4 += asks_ip(&lists->of_ips[i], "192.0.2.1");
        wants->ip_lists.of_ip6 += asks_ip(&lists->of_ips[i], "2001:db8::1");
    }
    for (size_t i = 0; i < lists->of_hosts_count; i++) {
        const struct blocklist *list = &lists->of_hosts[i];
        wants->host_lists.of_ip4 += asks_host(list, "192.0.2.1", NULL);
        wants->host_lists.of_ip6 += asks_host(list, "2001:db8::1", NULL);
        wants->host_lists.of_name += asks_host(list, "www.example.com", "example.com");
    }
}

struct lookup_wants *
lookup_wants_new(const struct config *config, GError **error)
{
    g_autoptr(Blocklists) lists = blocklists_new(config, error);
    if (lists == NULL)
        return NULL;
    struct lookup_wants *wants = g_new0(struct lookup_wants, 1);
    wants->ip_lists = names_of(lists->of_ips, lists->of_ips_count);
    wants->host_lists = names_of(lists->of_hosts, lists->of_hosts_count);
    wants->public_ranges = config_ranges(config->networks.public, &wants->facts.public_count);
    wants->facts.public_ranges = wants->public_ranges;
    wants->facts.ip_lists.names = (char *const *)wants->ip_lists->pdata;
    wants->facts.host_lists.names = (char *const *)wants->host_lists->pdata;
    count_lists(lists, &wants->facts);
    wants->facts.allowed = config->dnsbl.wldomain;
    wants->facts.days = config->dns.backfill_days;
    return wants;
}

void
lookup_wants_free(struct lookup_wants *wants)
{
    if (wants == NULL)
        return;
    g_ptr_array_unref(wants->ip_lists);
    g_ptr_array_unref(wants->host_lists);
    g_free(wants->public_ranges);
    g_free(wants);
}
