/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server - HTTP over libmicrohttpd: one thread for all sockets, workers for all answers
 *
 * The socket thread reads requests until they are whole and gives them to workers; it never waits
 * for a database or a file. A client that has not sent its whole request in time is cut off.
 * Routes that are `quick` (no database) have a worker of their own, so that they answer while all
 * others are busy.
 * Limits:  SERVER_* below; a request body is at most what its route says.
 * Errors:  FAULT_OPERATOR: address, port or certificate can't be used.
 * Threads: server_start(), server_stop() from one thread; handlers run in workers.
 */
#pragma once

#include "base/limits.h"
#include "http/request.h"

#define SERVER_CONNECTIONS_MAX 4096
#define SERVER_HEADER_OCTETS_MAX (32 * 1024)
#define SERVER_BODY_OCTETS_MAX (1024 * 1024)
/* A message of the largest size in base64, and what stands around it. */
#define SERVER_LARGE_BODY_OCTETS_MAX (LIMIT_MESSAGE_OCTETS / 3 * 4 + 1024 * 1024)
#define SERVER_QUEUE_MAX 512 /* whole requests that wait for a worker; more: 503 */
#define SERVER_REQUEST_SECONDS 10
#define SERVER_IDLE_SECONDS 15
#define SERVER_ANSWER_SECONDS 600

/* A worker's own state (its database connection): made on first use in that thread. */
struct server_hooks {
    void *(*worker_open)(void *closure);
    void (*worker_close)(void *closure, void *worker);
    /* Fills request->reply; must set a status. */
    void (*answer)(void *closure, void *worker, struct request *request);
    /* How many octets of body a POST to this path may have. */
    size_t (*body_limit)(void *closure, const char *raw_path);
    bool (*is_quick)(void *closure, const char *raw_path);
    /* After the last octet was sent or the client left; `status` 0: never answered. */
    void (*done)(void *closure, const struct request *request);
    void *closure;
};

struct server_settings {
    const char *host;               /* an address */
    uint16_t port;                  /* 0: any */
    const char *certificate, *key;  /* PEM texts; NULL: no TLS */
    unsigned workers;               /* 0: 2 x cores + 12 */
    const struct ip_range *proxies; /* whose X-Forwarded-For, -Proto, -Host is believed */
    size_t proxy_count;
    const char *proxy_user_field; /* and who it says that the user is; NULL: none */
};

struct server_figures {
    uint64_t requests, connections, cut_off, turned_away; /* since the start */
    unsigned open_connections, waiting, busy, workers;    /* now */
};

struct server;

/* All settings but the hooks' closure are copied or used up. */
struct server *server_start(const struct server_settings *settings,
                            const struct server_hooks *hooks, GError **error);
/* Begins an answer that flows: the client gets what is put into the stream (stream.h) while the
 * handler goes on. reply.fields must be set before; the request is not the handler's any more. The
 * handler ends with stream_end() and stream_unref(). */
struct stream *server_flow(struct request *request, unsigned status, const char *type);
uint16_t server_port(const struct server *server);
void server_figures(struct server *server, struct server_figures *figures);
/* No new connections; what is in work ends (at most `seconds`), then all is closed and freed. */
void server_stop(struct server *server, unsigned seconds);
