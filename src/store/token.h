/* SPDX-License-Identifier: Apache-2.0 */
/*
 * token - tokens of programs: a role and a scope without a person
 *
 * Threads, errors: as db.h.
 */
#pragma once

#include "store/access_value.h"
#include "store/user.h"

struct token {
    int64_t id;
    char name[USER_NAME_MAX + 1];
    enum role role;
    bool may_write;
    char created[20], expires[20], last_used[20], revoked[20]; /* "": never, not */
};

/* `days` 0: never ends. value[] is told once. */
bool token_add(struct db *db, const char *name, enum role role, bool may_write, unsigned days,
               char value[ACCESS_VALUE_CHARS + 1], GError **error);
/* False without *error: unknown, over or revoked. */
bool token_find(struct db *db, const char *value, struct token *token, GError **error);
/* FAULT_REJECT when there is none of that name that is not revoked. */
bool token_revoke(struct db *db, const char *name, GError **error);
/* Of struct token; caller frees with g_array_unref. */
GArray *token_list(struct db *db, GError **error);
