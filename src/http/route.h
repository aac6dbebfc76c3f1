/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route - which handler answers which path, and who may ask
 *
 * Patterns are compared piece by piece: a word stands for itself, `#` for a number, `*` for one
 * piece of any text, a final `**` for the rest, none included. The first row that fits wins. A path
 * that fits only with or without its final slash is redirected (GET).
 */
#pragma once

#include "http/visit.h"

enum route_flags {
    ROUTE_POST = 1,  /* a change: POST with the CSRF token, or a token that may write */
    ROUTE_QUICK = 2, /* no log-in is looked at; answered by the quick worker */
    ROUTE_LARGE = 4, /* the body may have SERVER_LARGE_BODY_OCTETS_MAX */
    ROUTE_OPEN = 8,  /* the CSRF token stands in no page yet: log-in; same origin is enough */
    ROUTE_BOTH = 16, /* GET and POST */
    ROUTE_DATABASE =
        32,           /* a quick one that wants the database all the same; visit->db may be NULL */
    ROUTE_EXPORT = 64 /* PATH.csv (for analysts) and PATH.json are there too */
};

/* False with *error set: an error page is made of it. */
typedef bool route_handler(struct visit *visit, GError **error);

struct route {
    const char *pattern;
    enum role role; /* at least */
    unsigned flags;
    route_handler *answer;
};

extern const struct route routes[];
extern const size_t route_count;

enum route_match { ROUTE_NONE, ROUTE_FOUND, ROUTE_SLASH };
/* `pieces` of the path behind its first slash. *number is that of a `#`. */
bool route_fits(const char *pattern, char *const *pieces, size_t count, const char **argument,
                int64_t *number);
