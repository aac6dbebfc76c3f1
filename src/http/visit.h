/* SPDX-License-Identifier: Apache-2.0 */
/*
 * visit - one request in the hands of its handler: who asks, what, and the database
 *
 * Owns:    nothing that outlives the request. Threads: one worker.
 */
#pragma once

#include <jansson.h>

#include "base/config.h"
#include "http/request.h"
#include "store/user.h"

#define VISIT_ARGUMENTS_MAX 16
#define CSRF_CHARS 64

struct site;
struct site_host;

struct person {
    enum role role;               /* ROLE_NOBODY: not logged in */
    int64_t user_id;              /* 0: an API token, or nobody */
    int64_t owner_id;             /* of what is one's own: the user's id, of a token the negative */
    char name[USER_NAME_MAX + 8]; /* "token:NAME" for a token */
    bool by_token, may_write;
    char csrf[CSRF_CHARS + 1]; /* of this session */
};

struct visit {
    struct site *site;
    struct site_host *host;
    const struct config *config;
    struct request *request;
    struct reply *reply; /* of the request */
    struct db *db;       /* connected; NULL for quick routes */
    struct person person;
    bool api;                              /* answers are JSON, errors too */
    const char *extension;                 /* "csv" or "json", cut off the path; or NULL */
    char *pieces[VISIT_ARGUMENTS_MAX + 1]; /* of the path, each decoded; NULL-terminated */
    size_t piece_count;
    const char *argument; /* what stood for * or # in the route; or NULL */
    int64_t number;       /* the same for #, 1 to INT64_MAX */
    int64_t now;
};

/* A value of the query string, NULL when absent or empty. */
const char *visit_query(const struct visit *visit, const char *name);
/* A number from 1 on of the query string; 0 when it isn't there. False: it is no such number. */
bool visit_query_number(const struct visit *visit, const char *name, int64_t *number,
                        GError **error);
/* Notes in the audit table who did what; failing to is an error: what can't be audited is not done.
 */
bool visit_audit(struct visit *visit, const char *action, const char *subject, const char *detail,
                 GError **error);
bool visit_is_analyst(const struct visit *visit);
