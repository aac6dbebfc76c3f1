/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site - configuration, templates and files as they were read together; and the answer to any
 * request
 *
 * In:      a request, whole. Out: its reply.
 * Order:   route, who it is (who.h), what that person may do (route.h), CSRF, handler.
 * Errors:  a handler's error becomes a page (or JSON below /api/): FAULT_REJECT 400, FAULT_RETRY
 *          503, FAULT_OPERATOR 500 with the reason in the log only.
 * Reload:  a site is read-only; another one takes its place, and requests in work keep theirs.
 * Threads: any.
 */
#pragma once

#include "base/config.h"
#include "http/server.h"
#include "http/static_file.h"
#include "render/template.h"

struct site_settings {
    struct config *config; /* taken over by site_open() when it succeeds */
    bool dev;              /* templates are read anew for each page */
};

struct site;

struct site *site_open(const struct site_settings *settings, GError **error);
struct site *site_ref(struct site *site);
void site_unref(struct site *site); /* NULL is allowed */

/* What requests meet: the newest site. */
struct site_host;

/* Takes `site` over, also when it fails. Starts the thread that counts figures ahead; FAULT_RETRY:
 * there is none to be had. */
struct site_host *site_host_new(struct site *site, GError **error);
void site_host_free(struct site_host *host);
void site_host_change(struct site_host *host, struct site *site);
/* What server_start() needs; borrowed from the host. */
void site_host_hooks(struct site_host *host, struct server_hooks *hooks);
/* Before server_start(): a process in which messages are tried (ingest/reparse.h); outlives the
 * host. Without it, nothing is read again. */
struct reparse_trials;
void site_host_set_trials(struct site_host *host, struct reparse_trials *trials);
/* After server_start(): for /metrics. */
void site_host_set_server(struct site_host *host, struct server *server);
