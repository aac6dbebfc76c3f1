/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rdap_http - a few GET requests at once to RDAP servers
 *
 * HTTPS only; plain HTTP to this machine alone. A URL that the operator wrote is trusted: its
 * server may be in a private network. Any other server, where a redirect or a list of servers
 * leads, must have a public address: it is looked at when the socket is made, so that no name can
 * lead elsewhere meanwhile. Redirects: five, to https only, 301 302 303 307 308. No proxy, no
 * cookies, no compression.
 * Out:     404 is an answer: there is none. A server that refused (429, 503), or failed three times
 *          in turn, is asked no more in the life of this object: "not known".
 * Limits:  1 MB an answer; the time-out of the settings each request.
 * Threads: one object, one thread. SIGPIPE is to be ignored by the program.
 */
#pragma once

#include <stdint.h>

#include "base/ip.h"

#define RDAP_REDIRECTS_MAX 5
#define RDAP_FAILURES_MAX 3

struct rdap_http_settings {
    const char *ca_file;           /* NULL: the system's */
    unsigned timeout_ms;           /* of one request, its redirects not counted */
    const struct ip_range *public; /* special addresses that count as public; borrowed */
    size_t public_count;
};

enum rdap_outcome { RDAP_GOT, RDAP_NONE, RDAP_NOT_KNOWN };

struct rdap_reply {
    enum rdap_outcome outcome;
    struct span body;    /* of RDAP_GOT; lives as long as the call-back */
    const char *failure; /* of RDAP_NOT_KNOWN; as long */
};

struct rdap_http;
typedef void rdap_http_done(void *user, const struct rdap_reply *reply);

/* The settings are copied, what they point to is borrowed. NULL: FAULT_RETRY. */
struct rdap_http *rdap_http_new(const struct rdap_http_settings *settings, GError **error);
/* What is under way is answered first. Not inside a call-back. NULL is allowed. */
void rdap_http_free(struct rdap_http *http);
typedef struct rdap_http RdapHttp;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RdapHttp, rdap_http_free)

/* Why this URL may not be asked at all (static), or NULL. */
const char *rdap_http_refuses(const char *url);
/* Begins a request; `done` is called once, inside this call or rdap_http_step(), and may ask
 * more. */
void rdap_http_ask(struct rdap_http *http, const char *url, bool trusted, rdap_http_done *done,
                   void *user);
/* How many are under way. */
size_t rdap_http_busy(const struct rdap_http *http);
/* Works on what is under way until something happens, at most `wait_ms`. */
void rdap_http_step(struct rdap_http *http, int wait_ms);
/* Answers all that is under way: not known, for this reason. */
void rdap_http_abort(struct rdap_http *http, const char *why);
