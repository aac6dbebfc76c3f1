/* SPDX-License-Identifier: Apache-2.0 */
#include "http/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "http/exchange.h"
#include "http/gzip.h"
#include "http/stream.h"
#include "http/workers.h"

#define MEMORY_A_CONNECTION (SERVER_HEADER_OCTETS_MAX + 16 * 1024)
#define BODY_OCTETS_A_SECOND (64 * 1024) /* a slower upload is cut off */

struct server {
    struct server_settings settings;
    struct server_hooks hooks;
    struct MHD_Daemon *daemon;
    struct workers *workers;
    struct deadlines *deadlines;
    unsigned worker_count;
    _Atomic uint64_t requests, connections, turned_away;
    _Atomic unsigned open_connections;
    char *host;
    struct ip_range *proxies;
    char *proxy_user_field;
};

/* --- from the socket thread --- */

/* The request line is there: all that follows belongs to what is made here. */
static void *
on_target(void *closure, const char *target, struct MHD_Connection *connection)
{
    struct exchange *exchange = exchange_new(closure, target);
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    exchange->connection = connection;
    exchange->request->exchange = exchange;
    exchange->deadline = info != NULL ? info->socket_context : NULL;
    if (exchange->deadline != NULL)
        deadline_set(exchange->deadline, SERVER_REQUEST_SECONDS);
    return exchange;
}

static enum MHD_Result
refuse(struct exchange *exchange, unsigned status, const char *text)
{
    exchange->phase = PHASE_REFUSED;
    reply_text(&exchange->request->reply, status, text);
    return MHD_YES;
}

/* Refuses what is too long before it is sent. */
static enum MHD_Result
take_fields(struct server *server, struct exchange *exchange)
{
    const char *length = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND,
                                                     MHD_HTTP_HEADER_CONTENT_LENGTH);
    guint64 octets = length != NULL ? g_ascii_strtoull(length, NULL, 10) : 0;
    exchange->phase = PHASE_BODY;
    exchange_read_fields(exchange, &server->settings);
    exchange->body_max =
        server->hooks.body_limit(server->hooks.closure, exchange->request->raw_path);
    if (octets > exchange->body_max) {
        refuse(exchange, MHD_HTTP_CONTENT_TOO_LARGE, "The body of the request is too large.\n");
        return exchange_send(exchange);
    }
    deadline_set(exchange->deadline,
                 SERVER_REQUEST_SECONDS + (unsigned)(octets / BODY_OCTETS_A_SECOND));
    return MHD_YES;
}

static enum MHD_Result
take_body(struct exchange *exchange, const char *octets, size_t *len)
{
    struct request *request = exchange->request;
    size_t count = *len;
    *len = 0;
    if (exchange->phase == PHASE_REFUSED)
        return MHD_YES;
    if (request->body == NULL)
        request->body = g_byte_array_new();
    if (request->body->len + count > exchange->body_max)
        return refuse(exchange, MHD_HTTP_CONTENT_TOO_LARGE,
                      "The body of the request is too large.\n");
    g_byte_array_append(request->body, (const guint8 *)octets, (guint)count);
    return MHD_YES;
}

/* Whole: a worker answers it. */
static enum MHD_Result
hand_over(struct server *server, struct exchange *exchange)
{
    bool quick = server->hooks.is_quick(server->hooks.closure, exchange->request->raw_path);
    deadline_set(exchange->deadline, 0);
    exchange->phase = PHASE_WORK;
    MHD_suspend_connection(exchange->connection);
    if (workers_put(server->workers, exchange, quick))
        return MHD_YES;
    server->turned_away++;
    reply_text(&exchange->request->reply, MHD_HTTP_SERVICE_UNAVAILABLE,
               "Too many requests wait already. Try again in a moment.\n");
    reply_field(&exchange->request->reply, "Retry-After", "2");
    exchange->phase = PHASE_ANSWERED;
    MHD_resume_connection(exchange->connection);
    return MHD_YES;
}

static enum MHD_Result
on_request(void *closure, struct MHD_Connection *connection, const char *url, const char *method,
           const char *version, const char *upload, size_t *upload_len, void **context)
{
    struct server *server = closure;
    struct exchange *exchange = *context;
    (void)connection;
    (void)url;
    (void)version;
    switch (exchange->phase) {
    case PHASE_FIELDS:
        server->requests++;
        exchange->request->method_name = g_strdup(method);
        return take_fields(server, exchange);
    case PHASE_BODY:
        return *upload_len > 0 ? take_body(exchange, upload, upload_len)
                               : hand_over(server, exchange);
    case PHASE_REFUSED:
        return *upload_len > 0 ? take_body(exchange, upload, upload_len) : exchange_send(exchange);
    case PHASE_ANSWERED:
        return exchange_send(exchange);
    case PHASE_WORK:
    case PHASE_SENDING:
        break;
    }
    return MHD_YES;
}

static void
on_completed(void *closure, struct MHD_Connection *connection, void **context,
             enum MHD_RequestTerminationCode code)
{
    struct server *server = closure;
    struct exchange *exchange = *context;
    (void)connection;
    (void)code;
    if (exchange == NULL)
        return;
    *context = NULL;
    server->hooks.done(server->hooks.closure, exchange->request);
    if (exchange->deadline != NULL)
        deadline_set(exchange->deadline, SERVER_IDLE_SECONDS);
    exchange_free(exchange);
}

static void
on_connection(void *closure, struct MHD_Connection *connection, void **context,
              enum MHD_ConnectionNotificationCode code)
{
    struct server *server = closure;
    const union MHD_ConnectionInfo *info;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        server->open_connections--;
        deadline_remove(*context);
        *context = NULL;
        return;
    }
    info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    server->connections++;
    server->open_connections++;
    *context = deadline_add(server->deadlines, info->connect_fd, SERVER_REQUEST_SECONDS);
}

/* --- from a worker --- */

static void *
worker_open(void *closure)
{
    struct server *server = closure;
    return server->hooks.worker_open(server->hooks.closure);
}

static void
worker_close(void *closure, void *state)
{
    struct server *server = closure;
    server->hooks.worker_close(server->hooks.closure, state);
}

static void
work(void *closure, void *state, void *job)
{
    struct server *server = closure;
    struct exchange *exchange = job;
    bool handed_over = false;
    exchange->handed_over = &handed_over;
    exchange_read_body(exchange);
    server->hooks.answer(server->hooks.closure, state, exchange->request);
    if (handed_over)
        return;
    if (exchange->request->reply.status == 0)
        reply_text(&exchange->request->reply, MHD_HTTP_INTERNAL_SERVER_ERROR, "No answer.\n");
    gzip_reply(exchange->request);
    exchange->phase = PHASE_ANSWERED;
    MHD_resume_connection(exchange->connection);
}

struct stream *
server_flow(struct request *request, unsigned status, const char *type)
{
    struct exchange *exchange = request->exchange;
    struct stream *stream = stream_new();
    reply_set(&request->reply, status, type, NULL);
    request->reply.stream = stream_ref(stream);
    *exchange->handed_over = true;
    exchange->phase = PHASE_ANSWERED;
    MHD_resume_connection(exchange->connection);
    return stream;
}

/* --- start and stop --- */

/* Sockets need descriptors; what can't be had is left at what there is. */
static void
raise_descriptors(void)
{
    struct rlimit limit;
    rlim_t wanted = SERVER_CONNECTIONS_MAX + 256;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = MIN(wanted, limit.rlim_max);
    setrlimit(RLIMIT_NOFILE, &limit);
}

static bool
read_address(const struct server_settings *settings, struct sockaddr_storage *storage,
             GError **error)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)storage;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)storage;
    memset(storage, 0, sizeof *storage);
    if (inet_pton(AF_INET, settings->host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(settings->port);
        return true;
    }
    if (inet_pton(AF_INET6, settings->host, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(settings->port);
        return true;
    }
    g_set_error(error, FAULT, FAULT_OPERATOR,
                "[web] host = %s is no address; 127.0.0.1 serves this machine, 0.0.0.0 all",
                settings->host);
    return false;
}

static struct MHD_Daemon *
start_daemon(struct server *server, GError **error)
{
    struct sockaddr_storage address;
    bool tls = server->settings.certificate != NULL;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC |
                     (tls ? MHD_USE_TLS : 0u);
    struct MHD_OptionItem tls_options[] = {
        { MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)server->settings.certificate },
        { MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)server->settings.key },
        { MHD_OPTION_END, 0, NULL },
    };
    struct MHD_OptionItem none[] = { { MHD_OPTION_END, 0, NULL } };
    struct MHD_Daemon *daemon;
    if (!read_address(&server->settings, &address, error))
        return NULL;
    if (address.ss_family == AF_INET6)
        flags |= MHD_USE_DUAL_STACK;
    errno = 0;
    daemon = MHD_start_daemon(flags, server->settings.port, NULL, NULL, on_request, server,
                              MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_URI_LOG_CALLBACK,
                              on_target, server, MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
                              MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
                              MHD_OPTION_CONNECTION_LIMIT, (unsigned)SERVER_CONNECTIONS_MAX,
                              MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SERVER_IDLE_SECONDS,
                              MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY_A_CONNECTION,
                              MHD_OPTION_ARRAY, tls ? tls_options : none, MHD_OPTION_END);
    if (daemon == NULL)
        g_set_error(error, FAULT, errno == EAGAIN ? FAULT_RETRY : FAULT_OPERATOR,
                    "can't serve on %s port %u: %s", server->settings.host, server->settings.port,
                    errno != 0 ? g_strerror(errno)
                               : (tls ? "the certificate or key is no good" : "no reason given"));
    return daemon;
}

static void
server_free(struct server *server)
{
    g_free(server->host);
    g_free(server->proxies);
    g_free(server->proxy_user_field);
    g_free(server);
}

struct server *
server_start(const struct server_settings *settings, const struct server_hooks *hooks,
             GError **error)
{
    struct server *server = g_new0(struct server, 1);
    struct workers_settings workers = { .queue_max = SERVER_QUEUE_MAX,
                                        .open = worker_open,
                                        .close = worker_close,
                                        .work = work,
                                        .closure = server };
    server->settings = *settings;
    server->hooks = *hooks;
    server->settings.host = server->host = g_strdup(settings->host);
    server->settings.proxies = server->proxies =
        g_memdup2(settings->proxies, settings->proxy_count * sizeof *settings->proxies);
    server->settings.proxy_user_field = server->proxy_user_field =
        g_strdup(settings->proxy_user_field);
    server->worker_count =
        settings->workers != 0 ? settings->workers : 2 * g_get_num_processors() + 12;
    workers.count = server->worker_count;
    raise_descriptors();
    server->deadlines = deadlines_new(error);
    server->workers = server->deadlines != NULL ? workers_new(&workers, error) : NULL;
    server->daemon = server->workers != NULL ? start_daemon(server, error) : NULL;
    if (server->daemon != NULL)
        return server;
    if (server->workers != NULL) {
        workers_end(server->workers);
        workers_free(server->workers);
    }
    if (server->deadlines != NULL)
        deadlines_free(server->deadlines);
    server_free(server);
    return NULL;
}

uint16_t
server_port(const struct server *server)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info != NULL ? info->port : 0;
}

void
server_figures(struct server *server, struct server_figures *figures)
{
    *figures = (struct server_figures){
        .requests = server->requests,
        .connections = server->connections,
        .turned_away = server->turned_away,
        .open_connections = server->open_connections,
        .cut_off = deadlines_cut(server->deadlines),
        .workers = server->worker_count,
    };
    workers_figures(server->workers, &figures->waiting, &figures->busy);
}

void
server_stop(struct server *server, unsigned seconds)
{
    int listening = MHD_quiesce_daemon(server->daemon);
    /* The library must not be stopped while a connection is suspended: workers end first. Each of
     * their reads has a time limit, so this ends. */
    workers_drain(server->workers, seconds);
    workers_end(server->workers);
    MHD_stop_daemon(server->daemon);
    workers_free(server->workers);
    if (listening >= 0)
        close(listening);
    deadlines_free(server->deadlines);
    server_free(server);
}
