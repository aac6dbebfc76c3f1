/* SPDX-License-Identifier: Apache-2.0 */
/*
 * authentication_results - the Authentication-Results field (RFC 8601), as receivers write it
 *
 * In:      one unfolded value, UTF-8.
 * Out:     its items in order; method, result and property names in lower case; results brought to
 *          RFC 8601's words (success, dkim_pass: pass; hardfail: fail; error, permfail: permerror).
 * Reads:   with or without authserv-id (a first word that holds "=" is none), empty items, bare
 *          words between items, a leading i=N (ARC), ";" and "," inside comments.
 * Owns:    everything; auth_results_free(). Limits: AUTH_ITEMS_MAX items, 32 properties an item.
 * Threads: no state.
 */
#pragma once

#include "base/span.h"

#define AUTH_ITEMS_MAX 100
#define AUTH_PROPERTIES_MAX 32

struct auth_property {
    const char *name;  /* "header.d" */
    const char *value; /* quotes off */
};

struct auth_item {
    const char *method;  /* "dkim" */
    const char *result;  /* "pass"; "" when the item names none */
    const char *comment; /* the texts of its comments, joined by spaces; "" when there is none */
    struct auth_property *properties;
    size_t property_count;
};

struct auth_results {
    const char *authserv_id; /* lower case, quotes and "/job" off; "" when there is none */
    struct auth_item *items;
    size_t item_count;
    GStringChunk *text;
};

struct auth_results *auth_results_parse(const char *value);
void auth_results_free(struct auth_results *results); /* NULL is allowed */
typedef struct auth_results AuthResults;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AuthResults, auth_results_free)

/* The property's value or NULL. */
const char *auth_item_property(const struct auth_item *item, const char *name);
/* The value behind `key=` in the comment ("dis" in "p=none dis=none"), up to white space, "," or
 * ";", in lower case; NULL when there is none. Caller frees. */
char *auth_item_comment_value(const struct auth_item *item, const char *key);
