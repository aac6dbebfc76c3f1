/* SPDX-License-Identifier: Apache-2.0 */
/* The newest site, and what all sites share. */
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/thread.h"
#include "http/login_throttle.h"
#include "http/route.h"
#include "http/site_answer.h"
#include "store/db.h"

static struct site *
newest(struct site_host *host)
{
    struct site *site;
    g_mutex_lock(&host->lock);
    site = site_ref(host->site);
    g_mutex_unlock(&host->lock);
    return site;
}

/* Every FIGURES_SECONDS, with a connection of its own; a database that is away is tried again. */
static void *
count_figures(void *closure)
{
    struct site_host *host = closure;
    bool stop = false;
    while (!stop) {
        struct site *site = newest(host);
        g_autoptr(GError) error = NULL;
        g_autoptr(Db) db = db_open(&site->db, &error);
        if (db == NULL || !figures_refresh(host->figures, db, clock_now(), &error))
            log_fault("figures-not-counted", error);
        site_unref(site);
        gint64 until = g_get_monotonic_time() + FIGURES_SECONDS * G_TIME_SPAN_SECOND;
        g_mutex_lock(&host->lock);
        while (!host->stop && g_cond_wait_until(&host->wake, &host->lock, until))
            ;
        stop = host->stop;
        g_mutex_unlock(&host->lock);
    }
    return NULL;
}

struct site_host *
site_host_new(struct site *site, GError **error)
{
    struct site_host *host = g_new0(struct site_host, 1);
    g_mutex_init(&host->lock);
    host->site = site;
    host->started = clock_now();
    host->throttle = login_throttle_new();
    host->figures = figures_new();
    g_cond_init(&host->wake);
    host->counter = thread_begin("figures", count_figures, host, error);
    if (host->counter != NULL)
        return host;
    site_host_free(host);
    return NULL;
}

void
site_host_free(struct site_host *host)
{
    if (host == NULL)
        return;
    g_mutex_lock(&host->lock);
    host->stop = true;
    g_cond_signal(&host->wake);
    g_mutex_unlock(&host->lock);
    if (host->counter != NULL)
        g_thread_join(host->counter);
    figures_free(host->figures);
    g_cond_clear(&host->wake);
    site_unref(host->site);
    login_throttle_free(host->throttle);
    g_mutex_clear(&host->lock);
    g_free(host);
}

void
site_host_change(struct site_host *host, struct site *site)
{
    struct site *old;
    g_mutex_lock(&host->lock);
    old = host->site;
    host->site = site;
    g_mutex_unlock(&host->lock);
    site_unref(old);
}

void
site_host_set_trials(struct site_host *host, struct reparse_trials *trials)
{
    host->trials = trials;
}

void
site_host_set_server(struct site_host *host, struct server *server)
{
    host->server = server;
}

static void *
worker_open(void *closure)
{
    (void)closure;
    return g_new0(struct site_worker, 1);
}

static void
worker_close(void *closure, void *state)
{
    struct site_worker *worker = state;
    (void)closure;
    db_close(worker->db);
    site_unref(worker->site);
    g_free(worker);
}

static void
answer(void *closure, void *state, struct request *request)
{
    struct site_host *host = closure;
    struct site *site = newest(host);
    int64_t started = clock_monotonic_us();
    site_answer(host, site, state, request);
    host->counts.answer_us += (uint64_t)(clock_monotonic_us() - started);
    site_unref(site);
}

/* Called while the body comes in: nothing of the request but its path is known. The first row that
 * fits and has one of these flags; 0: any. */
static const struct route *
first_route(const char *raw_path, unsigned flags)
{
    g_auto(GStrv) pieces = g_strsplit(raw_path[0] == '/' ? raw_path + 1 : raw_path, "/", -1);
    const char *argument = NULL;
    int64_t number = 0;
    for (size_t i = 0; i < route_count; i++)
        if ((flags == 0 || (routes[i].flags & flags) != 0) &&
            route_fits(routes[i].pattern, pieces, g_strv_length(pieces), &argument, &number))
            return &routes[i];
    return NULL;
}

static size_t
body_limit(void *closure, const char *raw_path)
{
    const struct route *route = first_route(raw_path, ROUTE_POST | ROUTE_BOTH);
    (void)closure;
    return route != NULL && (route->flags & ROUTE_LARGE) != 0 ? SERVER_LARGE_BODY_OCTETS_MAX
                                                              : SERVER_BODY_OCTETS_MAX;
}

static bool
is_quick(void *closure, const char *raw_path)
{
    const struct route *route = first_route(raw_path, 0);
    (void)closure;
    return route != NULL && (route->flags & ROUTE_QUICK) != 0;
}

/* The access log: one line a request, at level info. What is asked for may name people: the path
 * only. */
static void
done(void *closure, const struct request *request)
{
    struct site_host *host = closure;
    char ip[IP_TEXT_MAX], status[16], ms[32];
    unsigned class = request->reply.status / 100;
    host->counts.by_status[class < 6 ? class : 0]++;
    g_snprintf(status, sizeof status, "%u", request->reply.status);
    g_snprintf(ms, sizeof ms, "%.1f", (double)(clock_monotonic_us() - request->started_us) / 1e3);
    log_event(LOG_LEVEL_INFO, "request", "method",
              request->method_name != NULL ? request->method_name : "-", "path", request->raw_path,
              "status", status, "ms", ms, "ip", ip_text(&request->peer, ip), "user", request->user,
              NULL);
}

void
site_host_hooks(struct site_host *host, struct server_hooks *hooks)
{
    *hooks = (struct server_hooks){ .worker_open = worker_open,
                                    .worker_close = worker_close,
                                    .answer = answer,
                                    .body_limit = body_limit,
                                    .is_quick = is_quick,
                                    .done = done,
                                    .closure = host };
}
