/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session - log-ins that hold
 *
 * Threads, errors: as db.h.
 */
#pragma once

#include "base/ip.h"
#include "store/access_value.h"
#include "store/user.h"

/* value[] gets a new session's; it ends after `hours`, or half of that without a request. */
bool session_begin(struct db *db, int64_t user_id, unsigned hours, const struct ip *ip,
                   const char *agent, char value[ACCESS_VALUE_CHARS + 1], GError **error);
/* Whose it is. False without *error: nobody's, over, or the user is disabled. `lastSeen` is written
 * at most once a minute. */
bool session_find(struct db *db, const char *value, struct user *user, GError **error);
bool session_end(struct db *db, const char *value, GError **error);
