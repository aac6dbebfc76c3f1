/* SPDX-License-Identifier: Apache-2.0 */
#include "http/workers.h"

#include "base/thread.h"

#define WORKERS_MIN 2 /* the quick one, and one for all */

#include <stdint.h>

struct workers {
    struct workers_settings settings;
    GMutex lock;
    GCond jobs, idle;
    GQueue queue, quick_queue;
    GPtrArray *threads; /* of GThread * */
    unsigned busy;
    bool stop;
};

/* With the lock held; NULL when there is none. */
static void *
next_job(struct workers *workers, bool quick_only)
{
    void *job = g_queue_pop_head(&workers->quick_queue);
    return job != NULL || quick_only ? job : g_queue_pop_head(&workers->queue);
}

static void
serve(struct workers *workers, bool quick_only)
{
    void *state = workers->settings.open(workers->settings.closure);
    g_mutex_lock(&workers->lock);
    for (;;) {
        void *job = next_job(workers, quick_only);
        if (job == NULL && workers->stop)
            break;
        if (job == NULL) {
            g_cond_wait(&workers->jobs, &workers->lock);
            continue;
        }
        workers->busy++;
        g_mutex_unlock(&workers->lock);
        workers->settings.work(workers->settings.closure, state, job);
        g_mutex_lock(&workers->lock);
        workers->busy--;
        g_cond_broadcast(&workers->idle);
    }
    g_mutex_unlock(&workers->lock);
    workers->settings.close(workers->settings.closure, state);
}

static void *
serve_all(void *closure)
{
    serve(closure, false);
    return NULL;
}

static void *
serve_quick(void *closure)
{
    serve(closure, true);
    return NULL;
}

struct workers *
workers_new(const struct workers_settings *settings, GError **error)
{
    struct workers *workers = g_new0(struct workers, 1);
    workers->settings = *settings;
    g_mutex_init(&workers->lock);
    g_cond_init(&workers->jobs);
    g_cond_init(&workers->idle);
    g_queue_init(&workers->queue);
    g_queue_init(&workers->quick_queue);
    workers->threads = g_ptr_array_new();
    for (unsigned i = 0; i <= settings->count; i++) {
        bool needed = i < WORKERS_MIN;
        GThread *thread =
            thread_begin(i == 0 ? "quick" : "worker", i == 0 ? serve_quick : serve_all, workers,
                         needed ? error : NULL);
        if (thread == NULL && !needed)
            break;
        if (thread == NULL) {
            workers_end(workers);
            workers_free(workers);
            return NULL;
        }
        g_ptr_array_add(workers->threads, thread);
    }
    return workers;
}

bool
workers_put(struct workers *workers, void *job, bool quick)
{
    GQueue *queue = quick ? &workers->quick_queue : &workers->queue;
    bool room;
    g_mutex_lock(&workers->lock);
    room = !workers->stop && g_queue_get_length(queue) < workers->settings.queue_max;
    if (room) {
        g_queue_push_tail(queue, job);
        /* All: the one that wakes up might be the one that may not take it. */
        g_cond_broadcast(&workers->jobs);
    }
    g_mutex_unlock(&workers->lock);
    return room;
}

static unsigned
waiting(const struct workers *workers)
{
    return workers->queue.length + workers->quick_queue.length;
}

void
workers_figures(struct workers *workers, unsigned *waits, unsigned *busy)
{
    g_mutex_lock(&workers->lock);
    *waits = waiting(workers);
    *busy = workers->busy;
    g_mutex_unlock(&workers->lock);
}

bool
workers_drain(struct workers *workers, unsigned seconds)
{
    gint64 until = g_get_monotonic_time() + (gint64)seconds * G_TIME_SPAN_SECOND;
    bool idle;
    g_mutex_lock(&workers->lock);
    while (workers->busy + waiting(workers) > 0 &&
           g_cond_wait_until(&workers->idle, &workers->lock, until))
        ;
    idle = workers->busy + waiting(workers) == 0;
    g_mutex_unlock(&workers->lock);
    return idle;
}

void
workers_end(struct workers *workers)
{
    g_mutex_lock(&workers->lock);
    workers->stop = true;
    g_cond_broadcast(&workers->jobs);
    g_mutex_unlock(&workers->lock);
    for (guint i = 0; i < workers->threads->len; i++)
        g_thread_join(g_ptr_array_index(workers->threads, i));
    g_ptr_array_unref(workers->threads);
    workers->threads = NULL;
}

void
workers_free(struct workers *workers)
{
    g_mutex_clear(&workers->lock);
    g_cond_clear(&workers->jobs);
    g_cond_clear(&workers->idle);
    g_free(workers);
}
