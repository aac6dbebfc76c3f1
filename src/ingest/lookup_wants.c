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
    wants->facts.ip_lists = (char *const *)wants->ip_lists->pdata;
    wants->facts.host_lists = (char *const *)wants->host_lists->pdata;
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
