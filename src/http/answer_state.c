/* SPDX-License-Identifier: Apache-2.0 */
/* What monitors read: /healthz and /metrics. Counts only; nothing from mail. */
#include "base/ip.h"
#include "http/answers.h"
#include "http/page.h"
#include "http/site_parts.h"
#include "store/query.h"

#define FEEDS_MAX 100

/* When each feed's last run ended; NULL: the database does not answer. */
static json_t *
feed_runs(struct visit *visit)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Query) query = visit->db == NULL
                                 ? NULL
                                 : query_run(visit->db,
                                             "SELECT feed, MAX(ended) FROM feedRun GROUP BY feed "
                                             "ORDER BY feed LIMIT " G_STRINGIFY(FEEDS_MAX),
                                             NULL, 0, &error);
    json_t *feeds;
    if (query == NULL)
        return NULL;
    feeds = json_object();
    while (query_next(query)) {
        g_autofree char *ended =
            g_strdup_printf("%.10sT%.8sZ", query_text(query, 1), query_text(query, 1) + 11);
        json_object_set_new(feeds, query_text(query, 0), json_string(ended));
    }
    return feeds;
}

bool
answer_healthz(struct visit *visit, GError **error)
{
    json_t *feeds = feed_runs(visit);
    visit->api = true;
    return page_json(visit, feeds != NULL ? 200 : 503,
                     json_pack("{s:s, s:s, s:o*}", "status", feeds != NULL ? "ok" : "no-database",
                               "version", LAFAYETTE_VERSION, "feeds", feeds),
                     error);
}

static void
metric(GString *out, const char *name, const char *kind, const char *text, uint64_t value)
{
    g_string_append_printf(out, "# HELP lafayette_%s %s\n# TYPE lafayette_%s %s\n", name, text,
                           name, kind);
    g_string_append_printf(out, "lafayette_%s %" G_GUINT64_FORMAT "\n", name, value);
}

static void
by_status(GString *out, const struct site_counts *counts)
{
    static const char *const classes[] = { "none", "1xx", "2xx", "3xx", "4xx", "5xx" };
    g_string_append(out, "# HELP lafayette_http_answers_total Answers by class of status.\n"
                         "# TYPE lafayette_http_answers_total counter\n");
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++)
        g_string_append_printf(
            out, "lafayette_http_answers_total{status=\"%s\"} %" G_GUINT64_FORMAT "\n", classes[i],
            (guint64)counts->by_status[i]);
}

/* Prometheus' text format 0.0.4. */
bool
answer_metrics(struct visit *visit, GError **error)
{
    const struct site *site = visit->site;
    struct server *server = visit->host->server;
    struct server_figures figures = { .workers = 0 };
    bool allowed = false;
    GString *out;
    (void)error;
    for (size_t i = 0; i < site->metrics_count; i++)
        allowed = allowed || ip_in_range(&visit->request->peer, &site->metrics_from[i]);
    if (!allowed) {
        page_error(visit, 403, "[web] metricsFrom does not name your address.");
        return true;
    }
    if (server != NULL)
        server_figures(server, &figures);
    out = g_string_new(NULL);
    metric(out, "http_requests_total", "counter", "Requests taken.", figures.requests);
    by_status(out, &visit->host->counts);
    metric(out, "http_answer_microseconds_total", "counter", "Time spent by workers.",
           visit->host->counts.answer_us);
    metric(out, "http_connections_total", "counter", "Connections taken.", figures.connections);
    metric(out, "http_connections", "gauge", "Connections open.", figures.open_connections);
    metric(out, "http_cut_off_total", "counter", "Connections cut off as too slow.",
           figures.cut_off);
    metric(out, "http_turned_away_total", "counter", "Requests answered 503: too many waited.",
           figures.turned_away);
    metric(out, "http_workers", "gauge", "Worker threads.", figures.workers);
    metric(out, "http_workers_busy", "gauge", "Workers that answer a request.", figures.busy);
    metric(out, "http_requests_waiting", "gauge", "Requests that wait for a worker.",
           figures.waiting);
    metric(out, "start_time_seconds", "gauge", "Start of the daemon, seconds since 1970.",
           (uint64_t)visit->host->started);
    reply_take(visit->reply, 200, "text/plain; version=0.0.4; charset=utf-8", out);
    return true;
}

bool
answer_robots(struct visit *visit, GError **error)
{
    (void)error;
    reply_text(visit->reply, 200, "User-agent: *\nDisallow: /\n");
    return true;
}
