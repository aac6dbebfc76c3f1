/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session - log-ins that hold, and tokens of programs
 *
 * A value is 32 random octets in base64url; the database has its SHA-256 only, so that a copy of
 * the database opens nothing.
 * Threads, errors: as db.h.
 */
#pragma once

#include "base/ip.h"
#include "store/user.h"

#define SESSION_VALUE_CHARS 43

/* value[] gets a new session's; it ends after `hours`, or half of that without a request. */
bool session_begin(struct db *db, int64_t user_id, unsigned hours, const struct ip *ip,
                   const char *agent, char value[SESSION_VALUE_CHARS + 1], GError **error);
/* Whose it is. False without *error: nobody's, over, or the user is disabled. `lastSeen` is written
 * at most once a minute. */
bool session_find(struct db *db, const char *value, struct user *user, GError **error);
bool session_end(struct db *db, const char *value, GError **error);

struct token {
    int64_t id;
    char name[USER_NAME_MAX + 1];
    enum role role;
    bool may_write;
    char created[20], expires[20], last_used[20], revoked[20]; /* "": never, not */
};

/* `days` 0: never ends. value[] is told once. */
bool token_add(struct db *db, const char *name, enum role role, bool may_write, unsigned days,
               char value[SESSION_VALUE_CHARS + 1], GError **error);
/* False without *error: unknown, over or revoked. */
bool token_find(struct db *db, const char *value, struct token *token, GError **error);
/* FAULT_REJECT when there is none of that name that is not revoked. */
bool token_revoke(struct db *db, const char *name, GError **error);
/* Of struct token; caller frees with g_array_unref. */
GArray *token_list(struct db *db, GError **error);
