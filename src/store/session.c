/* SPDX-License-Identifier: Apache-2.0 */
#include "store/session.h"

#include "base/clock.h"
#include "base/sha256.h"
#include "store/query.h"
#include "store/statement.h"

#define SEEN_EVERY_S 60

/* Removes those that are over. */
static bool
remove_ended(struct db *db, GError **error)
{
    char now[CLOCK_TEXT_MAX];
    struct value value = value_text(clock_sql(clock_now(), now));
    return statement_run(db, "DELETE FROM session WHERE expires <= ?", &value, 1, NULL, NULL,
                         error);
}

bool
session_begin(struct db *db, int64_t user_id, unsigned hours, const struct ip *ip,
              const char *agent, char value[ACCESS_VALUE_CHARS + 1], GError **error)
{
    unsigned char digest[SHA256_OCTETS];
    char now[CLOCK_TEXT_MAX], end[CLOCK_TEXT_MAX];
    if (!remove_ended(db, error) || !access_value(value, error))
        return false;
    struct value values[] = {
        access_key(value, digest),
        value_number(user_id),
        value_text(clock_sql(clock_now(), now)),
        value_text(now),
        value_text(clock_sql(clock_now() + (int64_t)hours * CLOCK_HOUR_S, end)),
        value_octets(ip->octets, ip->len),
        value_text(agent),
    };
    return statement_run(db,
                         "INSERT INTO session (valueHash, userId, created, lastSeen, expires, ip, "
                         "agent) VALUES (?, ?, ?, ?, ?, ?, LEFT(?, 255))",
                         values, G_N_ELEMENTS(values), NULL, NULL, error);
}

/* Half of a session's life without a request ends it, too. */
#define HOLDS                                                                                      \
    "session.expires > ? AND TIMESTAMPDIFF(SECOND, session.lastSeen, ?) < "                        \
    "TIMESTAMPDIFF(SECOND, session.created, session.expires) / 2"

bool
session_find(struct db *db, const char *value, struct user *user, GError **error)
{
    unsigned char digest[SHA256_OCTETS];
    char now[CLOCK_TEXT_MAX];
    int64_t user_id, idle;
    clock_sql(clock_now(), now);
    struct value values[] = { value_text(now), access_key(value, digest), value_text(now),
                              value_text(now) };
    g_autoptr(Query) query =
        query_run(db,
                  "SELECT userId, TIMESTAMPDIFF(SECOND, lastSeen, ?) FROM session WHERE valueHash "
                  "= ? AND " HOLDS,
                  values, G_N_ELEMENTS(values), error);
    if (query == NULL || !query_next(query))
        return false;
    user_id = query_number(query, 0);
    idle = query_number(query, 1);
    if (!user_by_id(db, user_id, user, error) || user->disabled)
        return false;
    if (idle < SEEN_EVERY_S)
        return true;
    struct value seen[] = { value_text(now), access_key(value, digest) };
    return statement_run(db, "UPDATE session SET lastSeen = ? WHERE valueHash = ?", seen,
                         G_N_ELEMENTS(seen), NULL, NULL, error);
}

bool
session_end(struct db *db, const char *value, GError **error)
{
    unsigned char digest[SHA256_OCTETS];
    struct value key = access_key(value, digest);
    return statement_run(db, "DELETE FROM session WHERE valueHash = ?", &key, 1, NULL, NULL, error);
}
