/* SPDX-License-Identifier: Apache-2.0 */
#include "http/deadline.h"

#include <sys/socket.h>

#include "base/clock.h"
#include "base/thread.h"

#define LOOK_EVERY_US (250 * G_TIME_SPAN_MILLISECOND)

struct deadline {
    struct deadlines *all;
    int socket;
    int64_t until_us; /* 0: no limit */
};

struct deadlines {
    GMutex lock;
    GCond change;
    GHashTable *sockets; /* of struct deadline * */
    GThread *thread;
    uint64_t cut;
    bool stop;
};

static int64_t
from_now(unsigned seconds)
{
    return seconds == 0 ? 0 : clock_monotonic_us() + (int64_t)seconds * G_TIME_SPAN_SECOND;
}

static void *
watch(void *closure)
{
    struct deadlines *all = closure;
    g_mutex_lock(&all->lock);
    while (!all->stop) {
        GHashTableIter iter;
        void *key;
        int64_t now = clock_monotonic_us();
        g_hash_table_iter_init(&iter, all->sockets);
        while (g_hash_table_iter_next(&iter, &key, NULL)) {
            struct deadline *deadline = key;
            if (deadline->until_us == 0 || deadline->until_us > now)
                continue;
            shutdown(deadline->socket, SHUT_RDWR);
            deadline->until_us = 0;
            all->cut++;
        }
        g_cond_wait_until(&all->change, &all->lock, now + LOOK_EVERY_US);
    }
    g_mutex_unlock(&all->lock);
    return NULL;
}

struct deadlines *
deadlines_new(GError **error)
{
    struct deadlines *all = g_new0(struct deadlines, 1);
    g_mutex_init(&all->lock);
    g_cond_init(&all->change);
    all->sockets = g_hash_table_new(NULL, NULL);
    all->thread = thread_begin("deadlines", watch, all, error);
    if (all->thread != NULL)
        return all;
    deadlines_free(all);
    return NULL;
}

void
deadlines_free(struct deadlines *all)
{
    g_mutex_lock(&all->lock);
    all->stop = true;
    g_cond_signal(&all->change);
    g_mutex_unlock(&all->lock);
    if (all->thread != NULL)
        g_thread_join(all->thread);
    g_hash_table_destroy(all->sockets);
    g_mutex_clear(&all->lock);
    g_cond_clear(&all->change);
    g_free(all);
}

struct deadline *
deadline_add(struct deadlines *all, int socket, unsigned seconds)
{
    struct deadline *deadline = g_new0(struct deadline, 1);
    deadline->all = all;
    deadline->socket = socket;
    deadline->until_us = from_now(seconds);
    g_mutex_lock(&all->lock);
    g_hash_table_add(all->sockets, deadline);
    g_mutex_unlock(&all->lock);
    return deadline;
}

void
deadline_set(struct deadline *deadline, unsigned seconds)
{
    g_mutex_lock(&deadline->all->lock);
    deadline->until_us = from_now(seconds);
    g_mutex_unlock(&deadline->all->lock);
}

void
deadline_remove(struct deadline *deadline)
{
    g_mutex_lock(&deadline->all->lock);
    g_hash_table_remove(deadline->all->sockets, deadline);
    g_mutex_unlock(&deadline->all->lock);
    g_free(deadline);
}

uint64_t
deadlines_cut(struct deadlines *all)
{
    uint64_t cut;
    g_mutex_lock(&all->lock);
    cut = all->cut;
    g_mutex_unlock(&all->lock);
    return cut;
}
