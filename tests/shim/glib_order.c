/* SPDX-License-Identifier: Apache-2.0 */
/*
 * glib_order - tells ThreadSanitizer what GLib's locks and queues put in order
 *
 * GLib is not built with the sanitizer, and its mutexes are futexes of its own, so that without this
 * everything that two threads hand over looks like a race. Linked into each program of a
 * SANITIZE=thread build (the Makefile puts it into libbase.a): each function calls GLib's own one and
 * notes the order that its documentation promises, no more. A function of GLib that orders threads and
 * is not here shows as a race that is none: add it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <glib.h>
#include <stdint.h>

/* Of the sanitizer's library (tsan_interface.h, which gcc does not install). */
void __tsan_acquire(void *address);
void __tsan_release(void *address);

/* Looked up each time: a kept address would itself be shared between threads. */
#define REAL(name) __typeof__(&name) real = (__typeof__(&name))(uintptr_t)dlsym(RTLD_NEXT, #name)

void
g_mutex_lock(GMutex *mutex)
{
    REAL(g_mutex_lock);
    real(mutex);
    __tsan_acquire(mutex);
}

gboolean
g_mutex_trylock(GMutex *mutex)
{
    gboolean got;
    REAL(g_mutex_trylock);
    got = real(mutex);
    if (got)
        __tsan_acquire(mutex);
    return got;
}

void
g_mutex_unlock(GMutex *mutex)
{
    REAL(g_mutex_unlock);
    __tsan_release(mutex);
    real(mutex);
}

void
g_cond_wait(GCond *cond, GMutex *mutex)
{
    REAL(g_cond_wait);
    __tsan_release(mutex);
    real(cond, mutex);
    __tsan_acquire(mutex);
}

gboolean
g_cond_wait_until(GCond *cond, GMutex *mutex, gint64 end_time)
{
    gboolean signalled;
    REAL(g_cond_wait_until);
    __tsan_release(mutex);
    signalled = real(cond, mutex, end_time);
    __tsan_acquire(mutex);
    return signalled;
}

void
g_async_queue_push(GAsyncQueue *queue, gpointer item)
{
    REAL(g_async_queue_push);
    __tsan_release(queue);
    real(queue, item);
}

gpointer
g_async_queue_pop(GAsyncQueue *queue)
{
    gpointer item;
    REAL(g_async_queue_pop);
    item = real(queue);
    __tsan_acquire(queue);
    return item;
}

gpointer
g_async_queue_try_pop(GAsyncQueue *queue)
{
    gpointer item;
    REAL(g_async_queue_try_pop);
    item = real(queue);
    if (item != NULL)
        __tsan_acquire(queue);
    return item;
}

gpointer
g_async_queue_timeout_pop(GAsyncQueue *queue, guint64 timeout)
{
    gpointer item;
    REAL(g_async_queue_timeout_pop);
    item = real(queue, timeout);
    if (item != NULL)
        __tsan_acquire(queue);
    return item;
}

void
g_async_queue_unref(GAsyncQueue *queue)
{
    REAL(g_async_queue_unref);
    __tsan_release(queue);
    __tsan_acquire(queue);
    real(queue);
}

/* What a thread did with the octets comes before they are freed by the last one. */
void
g_bytes_unref(GBytes *bytes)
{
    REAL(g_bytes_unref);
    if (bytes != NULL) {
        __tsan_release(bytes);
        __tsan_acquire(bytes);
    }
    real(bytes);
}

void(g_once_init_leave)(volatile void *location, gsize result)
{
    REAL(g_once_init_leave);
    __tsan_release((void *)(uintptr_t)location);
    real(location, result);
}

gboolean(g_once_init_enter)(volatile void *location)
{
    gboolean first;
    REAL(g_once_init_enter);
    first = real(location);
    __tsan_acquire((void *)(uintptr_t)location);
    return first;
}

/* A pool's item goes through a queue inside GLib: our function stands between. */
struct pool_work {
    GFunc work;
    gpointer user;
};

static void
pool_run(gpointer item, gpointer user)
{
    const struct pool_work *pool = user;
    __tsan_acquire(user);
    pool->work(item, pool->user);
    __tsan_release(user);
}

GThreadPool *
g_thread_pool_new(GFunc work, gpointer user, gint most, gboolean exclusive, GError **error)
{
    struct pool_work *pool = g_new(struct pool_work, 1);
    GThreadPool *made;
    REAL(g_thread_pool_new);
    *pool = (struct pool_work){ work, user };
    made = real(pool_run, pool, most, exclusive, error);
    if (made == NULL)
        g_free(pool);
    return made;
}

gboolean
g_thread_pool_push(GThreadPool *pool, gpointer item, GError **error)
{
    REAL(g_thread_pool_push);
    __tsan_release(pool->user_data);
    return real(pool, item, error);
}

/* Without `wait` the threads may still be at work: then `pool_work` stays with them. */
void
g_thread_pool_free(GThreadPool *pool, gboolean immediate, gboolean wait)
{
    gpointer work = pool->user_data;
    REAL(g_thread_pool_free);
    real(pool, immediate, wait);
    if (wait) {
        __tsan_acquire(work);
        g_free(work);
    }
}
