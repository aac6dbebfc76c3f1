/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exchange - libmicrohttpd's view of one request: its fields taken in, its answer sent out
 *
 * Owned by libmicrohttpd's connection until it says that the request is completed.
 * Threads: the socket thread; while the connection is suspended, one worker.
 */
#pragma once

#include <microhttpd.h>

#include "http/deadline.h"
#include "http/request.h"
#include "http/server.h"

enum phase {
    PHASE_FIELDS,   /* the request line has come */
    PHASE_BODY,     /* its fields have come */
    PHASE_REFUSED,  /* what more comes is thrown away; `reply` is ready */
    PHASE_WORK,     /* a worker has it, the connection is suspended */
    PHASE_ANSWERED, /* `reply` is ready */
    PHASE_SENDING
};

struct exchange {
    struct server *server;
    struct MHD_Connection *connection;
    struct deadline *deadline; /* of the socket */
    struct request *request;
    enum phase phase;
    size_t body_max;
    bool *handed_over; /* the worker's: the answer flows, the worker has no request any more */
};

struct exchange *exchange_new(struct server *server, const char *target);
void exchange_free(struct exchange *exchange); /* NULL is allowed */
/* The fields of the request, once they are there. `settings` for proxies. */
void exchange_read_fields(struct exchange *exchange, const struct server_settings *settings);
/* The body is whole. In the worker: it may be large. */
void exchange_read_body(struct exchange *exchange);
/* Gives the reply to libmicrohttpd. */
enum MHD_Result exchange_send(struct exchange *exchange);
