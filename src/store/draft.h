/* SPDX-License-Identifier: Apache-2.0 */
/*
 * draft - mails that a person has chosen to complain about, frozen
 *
 * A draft is its maker's alone: `owner` is a user's id, or the negative of a token's. Drafts older
 * than DRAFT_DAYS go when a new one is made.
 * Errors, threads: as db.h.
 */
#pragma once

#include <glib.h>

#include "store/db.h"

#define DRAFT_DAYS 7
#define DRAFT_LIST_MAX 20

struct draft {
    int64_t id;
    int64_t mails;
    char created[20], query[4001];
};

/* `query` is how they were chosen, "" by hand. */
bool draft_add(struct db *db, int64_t owner, const char *query, const int64_t *ids, size_t count,
               int64_t *draft_id, GError **error);
/* The ids (int64_t), empty when there is no such draft of this owner; caller frees. */
GArray *draft_read(struct db *db, int64_t owner, int64_t draft_id, GError **error);
bool draft_remove(struct db *db, int64_t owner, int64_t draft_id, GError **error);
/* Of struct draft, newest first; caller frees. */
GArray *draft_list(struct db *db, int64_t owner, GError **error);
