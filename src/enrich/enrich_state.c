/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/enrich_state.h"

#include <stdarg.h>

#include "base/domain.h"

int64_t
enrich_expiry(const struct answer *answer)
{
    int64_t now = clock_now();
    if (answer->outcome == ANSWER_FOUND)
        return now + CLAMP(answer->ttl, TTL_MIN_S, TTL_MAX_S);
    if (answer->outcome == ANSWER_NONE)
        return now + (answer->ttl == 0 ? NO_SOA_HELD_S : MIN(answer->ttl, TTL_MAX_S));
    return now;
}

bool
enrich_is_public(const struct enrich *enrich, const struct ip *ip)
{
    return ip_is_public(ip, enrich->public, enrich->public_count);
}

/* The names that resolvers keep to themselves. */
static const char *const not_of_dns[] = { "localhost", "local",    "onion",
                                          "invalid",   "internal", "home.arpa" };

bool
enrich_is_of_dns(const char *host)
{
    for (size_t i = 0; i < G_N_ELEMENTS(not_of_dns); i++)
        if (domain_is_within(host, not_of_dns[i]))
            return false;
    return strchr(host, '.') != NULL;
}

void
enrich_warn(struct enrich *enrich, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_insert(enrich->warnings, (gint)enrich->warnings->len - 1,
                       g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

/* Addresses are a sender's choice, so the hash is not known outside. */
static guint32
seed(void)
{
    static gsize value;
    if (g_once_init_enter(&value))
        g_once_init_leave(&value, (gsize)g_random_int() | 1u);
    return (guint32)value;
}

guint
enrich_ip_hash(gconstpointer pointer)
{
    const struct ip *ip = pointer;
    guint64 hash = seed();
    for (unsigned i = 0; i < ip->len; i++)
        hash = (hash ^ ip->octets[i]) * 0x100000001b3u + seed();
    return (guint)(hash ^ (hash >> 32));
}

gboolean
enrich_ip_equal(gconstpointer a, gconstpointer b)
{
    return ip_equal(a, b);
}
