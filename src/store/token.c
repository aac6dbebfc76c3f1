/* SPDX-License-Identifier: Apache-2.0 */
#include "store/token.h"

#include "base/clock.h"
#include "base/fault.h"
#include "store/id_block.h"
#include "store/query.h"
#include "store/statement.h"

#define COLUMNS                                                                                    \
    "SELECT tokenId, name, role, scope, created, expires, lastUsed, revoked FROM apiToken"

static void
take_date(const struct query *query, unsigned column, char out[20])
{
    const char *text = query_text(query, column);
    g_strlcpy(out, text != NULL ? text : "", 20);
}

static void
read_token(const struct query *query, struct token *token)
{
    *token = (struct token){ .id = query_number(query, 0) };
    g_strlcpy(token->name, query_text(query, 1), sizeof token->name);
    token->role = role_of(query_text(query, 2));
    token->may_write = strcmp(query_text(query, 3), "write") == 0;
    take_date(query, 4, token->created);
    take_date(query, 5, token->expires);
    take_date(query, 6, token->last_used);
    take_date(query, 7, token->revoked);
}

bool
token_add(struct db *db, const char *name, enum role role, bool may_write, unsigned days,
          char value[ACCESS_VALUE_CHARS + 1], GError **error)
{
    struct id_block ids = { .name = "apiToken" };
    unsigned char digest[SHA256_OCTETS];
    char now[CLOCK_TEXT_MAX], end[CLOCK_TEXT_MAX] = "";
    if (!user_check_name(name, error) || !access_value(value, error) ||
        !id_block_reserve_few(db, &ids, 1, error))
        return false;
    if (days > 0)
        clock_sql(clock_now() + (int64_t)days * CLOCK_DAY_S, end);
    struct value values[] = { value_number(id_block_next(&ids)),
                              value_text(name),
                              access_key(value, digest),
                              value_text(role_word(role)),
                              value_text(may_write ? "write" : "read"),
                              value_text(clock_sql(clock_now(), now)),
                              value_text_or_null(end) };
    return statement_run(db,
                         "INSERT INTO apiToken (tokenId, name, valueHash, role, scope, created, "
                         "expires) VALUES (?, ?, ?, ?, ?, ?, ?)",
                         values, G_N_ELEMENTS(values), NULL, NULL, error);
}

bool
token_find(struct db *db, const char *value, struct token *token, GError **error)
{
    unsigned char digest[SHA256_OCTETS];
    char now[CLOCK_TEXT_MAX];
    clock_sql(clock_now(), now);
    struct value values[] = { access_key(value, digest), value_text(now) };
    g_autoptr(Query) query =
        query_run(db,
                  COLUMNS " WHERE valueHash = ? AND revoked IS NULL AND (expires IS NULL OR "
                          "expires > ?)",
                  values, G_N_ELEMENTS(values), error);
    if (query == NULL || !query_next(query))
        return false;
    read_token(query, token);
    /* Once a minute is enough to tell whether it is in use. */
    if (strncmp(token->last_used, now, strlen("2026-01-31 00:00")) == 0)
        return true;
    struct value used[] = { value_text(now), value_number(token->id) };
    return statement_run(db, "UPDATE apiToken SET lastUsed = ? WHERE tokenId = ?", used,
                         G_N_ELEMENTS(used), NULL, NULL, error);
}

bool
token_revoke(struct db *db, const char *name, GError **error)
{
    char now[CLOCK_TEXT_MAX];
    struct value values[] = { value_text(clock_sql(clock_now(), now)), value_text(name) };
    uint64_t revoked = 0;
    if (!statement_run(db, "UPDATE apiToken SET revoked = ? WHERE name = ? AND revoked IS NULL",
                       values, G_N_ELEMENTS(values), &revoked, NULL, error))
        return false;
    if (revoked == 0)
        g_set_error(error, FAULT, FAULT_REJECT, "there is no token \"%s\" that still opens", name);
    return revoked != 0;
}

GArray *
token_list(struct db *db, GError **error)
{
    g_autoptr(Query) query = query_run(db, COLUMNS " ORDER BY name, tokenId", NULL, 0, error);
    GArray *tokens;
    if (query == NULL)
        return NULL;
    tokens = g_array_new(FALSE, FALSE, sizeof(struct token));
    while (query_next(query)) {
        struct token token;
        read_token(query, &token);
        g_array_append_val(tokens, token);
    }
    return tokens;
}
