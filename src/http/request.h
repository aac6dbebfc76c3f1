/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request - one HTTP request, whole, as handlers see it; and the answer they give
 *
 * Owns:    all it points to, until the answer is sent.
 * Threads: made by the server's thread, then in the hands of one worker.
 */
#pragma once

#include "base/ip.h"
#include "http/form.h"
#include "http/reply.h"

enum method { METHOD_GET, METHOD_POST, METHOD_OTHER };

struct request {
    enum method method; /* HEAD counts as GET */
    char *method_name;
    char *url;  /* path as sent, cut at 2,048 octets, for the log */
    char *path; /* decoded; NULL when it can't be decoded */
    char *raw_path;
    struct form query;
    struct form cookies;
    struct form body_form; /* of a form body */
    GByteArray *body;
    bool body_is_form;
    struct span file;      /* that came with a form, borrowed from body; empty: none */
    char *host;            /* Host, or X-Forwarded-Host of a trusted proxy; may be NULL */
    char *authorization;   /* Authorization; may be NULL */
    char *origin;          /* Origin; may be NULL */
    char *fetch_site;      /* Sec-Fetch-Site; may be NULL */
    char *proxy_user;      /* what a trusted proxy says of who it is; may be NULL */
    char *if_none_match;   /* may be NULL */
    char *accept_encoding; /* may be NULL */
    char *content_type;    /* may be NULL */
    struct ip peer;        /* who speaks to us, or for whom a trusted proxy speaks */
    bool secure;           /* came over TLS, to us or to a trusted proxy */
    int64_t started_us;    /* clock_monotonic_us() */
    GError *flaw;          /* why it can't be read: 400; or NULL */
    unsigned flaw_status;  /* 400, 413, 414 ... when flaw is set */
    struct reply reply;
    struct exchange *exchange; /* the server's */
    /* What the handler found out, for the access log and the audit. */
    char *user; /* or NULL */
};

/* A field of a form body or, when there is none, NULL. */
const char *request_form(const struct request *request, const char *name);
void request_free(struct request *request); /* NULL is allowed */
