/* SPDX-License-Identifier: Apache-2.0 */
/*
 * saved_selection - filters that a person gave a name, for oneself or for all
 *
 * Limits:  SAVED_SELECTIONS_MAX a person: FAULT_REJECT beyond; longer names and queries are, too.
 * Threads, errors: as db.h.
 */
#pragma once

#include "store/db.h"

#define SAVED_SELECTIONS_MAX 200
#define SAVED_NAME_MAX 100 /* characters */
#define SAVED_QUERY_MAX 4000

struct saved_selection {
    int64_t id;
    char *name, *query; /* as select/selection.h writes it */
    char *owner;        /* name of the user; NULL: the user is gone */
    bool own, shared;
};

/* One's own of the same name is replaced. */
bool saved_selection_put(struct db *db, int64_t user_id, const char *name, const char *query,
                         bool shared, GError **error);
/* One's own and the shared ones, by name; of struct saved_selection, freed with the array. */
GPtrArray *saved_selection_list(struct db *db, int64_t user_id, GError **error);
/* One's own; with `any`, shared ones of others, too. *found: there was one. */
bool saved_selection_delete(struct db *db, int64_t id, int64_t user_id, bool any, bool *found,
                            GError **error);
