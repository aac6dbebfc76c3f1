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

/* What one try is counted under. */
enum { PAIR, ADDRESS, NAME, KEYS };
struct keys {
    char *text[KEYS];
};

static const struct {
    unsigned free, wait_max;
} limits[KEYS] = {
    [PAIR] = { LOGIN_FREE, LOGIN_WAIT_MAX },
    [ADDRESS] = { LOGIN_FREE_ADDRESS, LOGIN_WAIT_MAX },
    [NAME] = { LOGIN_FREE_NAME, LOGIN_WAIT_NAME },
};

static void
keys_fill(struct keys *keys, const struct ip *ip, const char *name)
{
    struct ip masked = *ip;
    char text[IP_TEXT_MAX];
    if (masked.len == 16)
        memset(masked.octets + 8, 0, 8);
    ip_text(&masked, text);
    keys->text[PAIR] = g_strdup_printf("pair:%s %.64s", text, name);
    keys->text[ADDRESS] = g_strdup_printf("ip:%s", text);
    keys->text[NAME] = g_strdup_printf("name:%.64s", name);
}

static void
keys_clear(struct keys *keys)
{
    for (unsigned i = 0; i < KEYS; i++)
        g_free(keys->text[i]);
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
    struct keys keys;
    int64_t now = clock_monotonic_us(), until = 0;
    keys_fill(&keys, ip, name);
    g_mutex_lock(&throttle->lock);
    for (unsigned i = 0; i < KEYS; i++)
        until = MAX(until, free_at(throttle, keys.text[i]));
    g_mutex_unlock(&throttle->lock);
    keys_clear(&keys);
    return until <= now ? 0 : (unsigned)((until - now + 999999) / 1000000);
}

/* With the lock held. */
static void
fail_key(struct login_throttle *throttle, const char *key, unsigned kind)
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
    if (failures->count >= limits[kind].free) {
        unsigned doubled = MIN(failures->count - limits[kind].free + 1, 16);
        failures->free_at = now + MIN(1u << doubled, limits[kind].wait_max) * G_TIME_SPAN_SECOND;
    }
    g_queue_push_tail(&throttle->order, failures);
    g_hash_table_insert(throttle->by_key, failures->key, throttle->order.tail);
    if (throttle->order.length > LOGIN_KEYS_MAX)
        forget(throttle, throttle->order.head);
}

void
login_throttle_failed(struct login_throttle *throttle, const struct ip *ip, const char *name)
{
    struct keys keys;
    keys_fill(&keys, ip, name);
    g_mutex_lock(&throttle->lock);
    for (unsigned i = 0; i < KEYS; i++)
        fail_key(throttle, keys.text[i], i);
    g_mutex_unlock(&throttle->lock);
    keys_clear(&keys);
}

void
login_throttle_passed(struct login_throttle *throttle, const struct ip *ip, const char *name)
{
    struct keys keys;
    GList *link;
    keys_fill(&keys, ip, name);
    g_mutex_lock(&throttle->lock);
    link = g_hash_table_lookup(throttle->by_key, keys.text[PAIR]);
    if (link != NULL)
        forget(throttle, link);
    g_mutex_unlock(&throttle->lock);
    keys_clear(&keys);
}
