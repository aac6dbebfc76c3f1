/* SPDX-License-Identifier: Apache-2.0 */
#include "store/fact_memory.h"

#include "base/clock.h"
#include "store/id_list.h"

/* What is not known is read again soon: it may be looked up while mails are stored. */
#define NOTHING_SECONDS 1

struct fact_memory {
    struct fact_wants wants;
    int64_t now;
    GHashTable *ips;   /* struct ip to struct known_ip, which begins with it */
    GHashTable *hosts; /* id to struct known_host, which begins with it */
    GArray *wanted_ips, *wanted_hosts;
};

struct fact_memory *
fact_memory_new(const struct fact_wants *wants)
{
    struct fact_memory *memory = g_new0(struct fact_memory, 1);
    memory->wants = *wants;
    memory->ips = g_hash_table_new_full(fact_ip_hash, fact_ip_equal, NULL, g_free);
    memory->hosts = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
    memory->wanted_ips = g_array_new(FALSE, FALSE, sizeof(struct ip));
    memory->wanted_hosts = id_list_new();
    memory->now = clock_now();
    return memory;
}

void
fact_memory_free(struct fact_memory *memory)
{
    if (memory == NULL)
        return;
    g_hash_table_unref(memory->ips);
    g_hash_table_unref(memory->hosts);
    g_array_unref(memory->wanted_ips);
    g_array_unref(memory->wanted_hosts);
    g_free(memory);
}

const struct fact_wants *
fact_memory_wants(const struct fact_memory *memory)
{
    return &memory->wants;
}

void
fact_memory_begin(struct fact_memory *memory)
{
    memory->now = clock_now();
    g_array_set_size(memory->wanted_ips, 0);
    g_array_set_size(memory->wanted_hosts, 0);
    if (g_hash_table_size(memory->ips) > FACT_MEMORY_ENTRIES)
        g_hash_table_remove_all(memory->ips);
    if (g_hash_table_size(memory->hosts) > FACT_MEMORY_ENTRIES)
        g_hash_table_remove_all(memory->hosts);
}

int64_t
fact_memory_since(const struct fact_memory *memory)
{
    return fact_since(&memory->wants, memory->now);
}

/* Until it is read, and when there is nothing to be read, nothing is known. */
void
fact_memory_want_ip(struct fact_memory *memory, const struct ip *ip)
{
    struct known_ip *known = g_hash_table_lookup(memory->ips, ip);
    if (known != NULL && known->expires > memory->now)
        return;
    known = g_new0(struct known_ip, 1);
    known->ip = *ip;
    known->expires = memory->now + NOTHING_SECONDS;
    g_hash_table_replace(memory->ips, &known->ip, known);
    g_array_append_val(memory->wanted_ips, *ip);
}

void
fact_memory_want_host(struct fact_memory *memory, int64_t domain_id)
{
    struct known_host *known = g_hash_table_lookup(memory->hosts, &domain_id);
    if (known != NULL && known->expires > memory->now)
        return;
    known = g_new0(struct known_host, 1);
    known->domain_id = domain_id;
    known->expires = memory->now + NOTHING_SECONDS;
    g_hash_table_replace(memory->hosts, &known->domain_id, known);
    id_list_add(memory->wanted_hosts, domain_id);
}

/* What is known only in part is complete soon: it is read again as what is not known at all. */
static int64_t
kept_until(const struct fact_memory *memory, unsigned known, unsigned all, int64_t expires)
{
    return known == all ? expires : MIN(expires, memory->now + NOTHING_SECONDS);
}

static void
take_ip(void *self, const struct known_ip *found)
{
    struct fact_memory *memory = self;
    struct known_ip *known = g_hash_table_lookup(memory->ips, &found->ip);
    if (known == NULL)
        return;
    *known = *found;
    known->expires = kept_until(memory, found->known, FACT_OF_IP, found->expires);
}

static void
take_host(void *self, const struct known_host *found)
{
    struct fact_memory *memory = self;
    struct known_host *known = g_hash_table_lookup(memory->hosts, &found->domain_id);
    if (known == NULL)
        return;
    *known = *found;
    known->expires = kept_until(memory, found->known, FACT_OF_HOST, found->expires);
}

bool
fact_memory_load(struct fact_memory *memory, struct db *db, GError **error)
{
    bool ok = fact_read_ips(db, &memory->wants, memory->wanted_ips, memory->now, take_ip, memory,
                            error) &&
              fact_read_hosts(db, &memory->wants, memory->wanted_hosts, memory->now, take_host,
                              memory, error);
    /* What could not be read is not "nothing is known". */
    for (guint i = 0; !ok && i < memory->wanted_ips->len; i++)
        g_hash_table_remove(memory->ips, &g_array_index(memory->wanted_ips, struct ip, i));
    for (guint i = 0; !ok && i < memory->wanted_hosts->len; i++)
        g_hash_table_remove(memory->hosts, &g_array_index(memory->wanted_hosts, int64_t, i));
    g_array_set_size(memory->wanted_ips, 0);
    g_array_set_size(memory->wanted_hosts, 0);
    return ok;
}

const struct known_ip *
fact_memory_ip(const struct fact_memory *memory, const struct ip *ip)
{
    const struct known_ip *known = g_hash_table_lookup(memory->ips, ip);
    return known != NULL && known->known != 0 ? known : NULL;
}

const struct known_host *
fact_memory_host(const struct fact_memory *memory, int64_t domain_id)
{
    const struct known_host *known = g_hash_table_lookup(memory->hosts, &domain_id);
    return known != NULL && known->known != 0 ? known : NULL;
}
