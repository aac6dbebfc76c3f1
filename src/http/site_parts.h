/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site_parts - what handlers and pages take from the site
 *
 * Threads: read-only, but for the throttle, which has a lock of its own.
 */
#pragma once

#include <jansson.h>

#include "http/site.h"
#include "render/world_map.h"
#include "select/figures.h"
#include "store/db.h"

struct login_throttle;

struct site {
    gint references;
    struct config *config;
    char *template_folder;
    bool dev;
    struct template_set *templates;
    struct static_files *files;
    struct world_map *world;
    struct ip_range *metrics_from;
    size_t metrics_count;
    struct db_settings db; /* texts are the configuration's */
};

/* Counts since the start; all sites of a host share them. */
struct site_counts {
    _Atomic uint64_t by_status[6]; /* 0: never answered, 2xx ... 5xx */
    _Atomic uint64_t answer_us;    /* in workers, all together */
};

struct site_host {
    GMutex lock;
    struct site *site;
    struct server *_Atomic server; /* NULL at first: it answers before server_start() returns */
    struct login_throttle *throttle;
    struct reparse_trials *trials; /* for what is read again (ingest/reparse.h); or NULL */
    struct figures *figures;       /* counted ahead */
    GThread *counter;              /* that counts them; NULL: not started */
    GCond wake;
    bool stop;
    struct site_counts counts;
    int64_t started;
};

bool site_render(struct site *site, const char *template_name, const json_t *view, GString *out,
                 GError **error);
/* A page that is served: links to others are left out. */
bool site_has_route(const char *path);
