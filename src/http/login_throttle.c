/* SPDX-License-Identifier: Apache-2.0 */
#include "http/login_throttle.h"

#include <string.h>

#include "base/clock.h"

struct failures {
    char *key;
    unsigned count;
    int64_t last, free_at; /* clock_monotonic_us() */
};

struct login_throttle {
    GMutex lock;
    GHashTable *by_key; /* of GList * in order */
    GQueue order;       /* of struct failures *, the one that failed last at the tail */
};

struct login_throttle *
login_throttle_new(void)
{
    struct login_throttle *throttle = g_new0(struct login_throttle, 1);
    g_mutex_init(&throttle->lock);
    throttle->by_key = g_hash_table_new(g_str_hash, g_str_equal);
    g_queue_init(&throttle->order);
    return throttle;
}

/* With the lock held. */
static void
forget(struct login_throttle *throttle, GList *link)
{
    struct failures *failures = link->data;
    g_hash_table_remove(throttle->by_key, failures->key);
    g_queue_delete_link(&throttle->order, link);
    g_free(failures->key);
    g_free(failures);
}

void
login_throttle_free(struct login_throttle *throttle)
{
    if (throttle == NULL)
        return;
    while (throttle->order.head != NULL)
        forget(throttle, throttle->order.head);
    g_hash_table_destroy(throttle->by_key);
    g_mutex_clear(&throttle->lock);
    g_free(throttle);
}

static char *
address_key(const struct ip *ip)
{
    struct ip masked = *ip;
    char text[IP_TEXT_MAX];
    if (masked.len == 16)
        memset(masked.octets + 8, 0, 8);
    return g_strdup_printf("ip:%s", ip_text(&masked, text));
}

static char *
name_key(const char *name)
{
    return g_strdup_printf("name:%.64s", name);
}

/* With the lock held. */
static int64_t
free_at(struct login_throttle *throttle, const char *key)
{
    GList *link = g_hash_table_lookup(throttle->by_key, key);
    const struct failures *failures = link != NULL ? link->data : NULL;
    return failures != NULL ? failures->free_at : 0;
}

unsigned
login_throttle_wait(struct login_throttle *throttle, const struct ip *ip, const char *name)
{
    g_autofree char *address = address_key(ip);
    g_autofree char *user = name_key(name);
    int64_t now = clock_monotonic_us(), until;
    g_mutex_lock(&throttle->lock);
    until = MAX(free_at(throttle, address), free_at(throttle, user));
    g_mutex_unlock(&throttle->lock);
    return until <= now ? 0 : (unsigned)((until - now + 999999) / 1000000);
}

/* With the lock held. */
static void
fail_key(struct login_throttle *throttle, const char *key)
{
    int64_t now = clock_monotonic_us();
    GList *link = g_hash_table_lookup(throttle->by_key, key);
    struct failures *failures = link != NULL ? link->data : NULL;
    if (failures == NULL) {
        failures = g_new0(struct failures, 1);
        failures->key = g_strdup(key);
    } else {
        g_hash_table_remove(throttle->by_key, failures->key);
        g_queue_delete_link(&throttle->order, link);
        if (now - failures->last > LOGIN_FORGET * G_TIME_SPAN_SECOND)
            failures->count = 0;
    }
    failures->count++;
    failures->last = now;
    if (failures->count >= LOGIN_FREE) {
        unsigned doubled = MIN(failures->count - LOGIN_FREE + 1, 16);
        failures->free_at = now + MIN(1 << doubled, LOGIN_WAIT_MAX) * G_TIME_SPAN_SECOND;
    }
    g_queue_push_tail(&throttle->order, failures);
    g_hash_table_insert(throttle->by_key, failures->key, throttle->order.tail);
    if (throttle->order.length > LOGIN_KEYS_MAX)
        forget(throttle, throttle->order.head);
}

void
login_throttle_failed(struct login_throttle *throttle, const struct ip *ip, const char *name)
{
    g_autofree char *address = address_key(ip);
    g_autofree char *user = name_key(name);
    g_mutex_lock(&throttle->lock);
    fail_key(throttle, address);
    fail_key(throttle, user);
    g_mutex_unlock(&throttle->lock);
}

void
login_throttle_passed(struct login_throttle *throttle, const char *name)
{
    g_autofree char *key = name_key(name);
    GList *link;
    g_mutex_lock(&throttle->lock);
    link = g_hash_table_lookup(throttle->by_key, key);
    if (link != NULL)
        forget(throttle, link);
    g_mutex_unlock(&throttle->lock);
}
