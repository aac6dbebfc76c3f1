/* SPDX-License-Identifier: Apache-2.0 */
#include "store/user.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "store/id_block.h"
#include "store/password.h"
#include "store/query.h"
#include "store/statement.h"

#define COLUMNS "SELECT userId, name, role, disabled, password, created, lastLogin FROM user"

static const char *const words[] = { "", "viewer", "analyst", "admin" };

enum role
role_of(const char *word)
{
    for (size_t i = ROLE_VIEWER; i < G_N_ELEMENTS(words); i++)
        if (strcmp(words[i], word) == 0)
            return (enum role)i;
    return ROLE_NOBODY;
}

const char *
role_word(enum role role)
{
    return words[role];
}

bool
user_check_name(const char *name, GError **error)
{
    size_t len = strlen(name);
    if (len > 0 && len <= USER_NAME_MAX &&
        strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-@") == len)
        return true;
    g_set_error(error, FAULT, FAULT_REJECT,
                "a name has 1 to %d letters, digits and the characters . _ - @", USER_NAME_MAX);
    return false;
}

static bool
check_password(const char *password, GError **error)
{
    if (password == NULL)
        return true;
    if (strlen(password) <= USER_PASSWORD_MAX && g_utf8_validate(password, -1, NULL) &&
        g_utf8_strlen(password, -1) >= USER_PASSWORD_MIN)
        return true;
    g_set_error(error, FAULT, FAULT_REJECT, "a password has at least %d characters",
                USER_PASSWORD_MIN);
    return false;
}

static void
read_user(const struct query *query, struct user *user)
{
    *user = (struct user){ .id = query_number(query, 0) };
    g_strlcpy(user->name, query_text(query, 1), sizeof user->name);
    user->role = role_of(query_text(query, 2));
    user->disabled = query_number(query, 3) != 0;
    user->has_password = query_text(query, 4) != NULL;
    g_strlcpy(user->created, query_text(query, 5), sizeof user->created);
    if (query_text(query, 6) != NULL)
        g_strlcpy(user->last_login, query_text(query, 6), sizeof user->last_login);
}

/* The row of that name or id, and its password's hash. */
static bool
find(struct db *db, const char *sql, const struct value *value, struct user *user, char **hash,
     GError **error)
{
    g_autoptr(Query) query = query_run(db, sql, value, 1, error);
    if (query == NULL || !query_next(query))
        return false;
    read_user(query, user);
    if (hash != NULL)
        *hash = g_strdup(query_text(query, 4));
    return true;
}

bool
user_find(struct db *db, const char *name, struct user *user, GError **error)
{
    struct value value = value_text(name);
    return find(db, COLUMNS " WHERE name = ?", &value, user, NULL, error);
}

bool
user_by_id(struct db *db, int64_t id, struct user *user, GError **error)
{
    struct value value = value_number(id);
    return find(db, COLUMNS " WHERE userId = ?", &value, user, NULL, error);
}

bool
user_add(struct db *db, const char *name, enum role role, const char *password, GError **error)
{
    struct id_block ids = { .name = "user" };
    g_autofree char *hash = NULL;
    char now[CLOCK_TEXT_MAX];
    uint64_t added = 0;
    if (!user_check_name(name, error) || !check_password(password, error) ||
        (password != NULL && (hash = password_hash(password, error)) == NULL) ||
        !id_block_reserve_few(db, &ids, 1, error))
        return false;
    struct value values[] = { value_number(id_block_next(&ids)), value_text(name),
                              value_text(role_word(role)),
                              value_text_or_null(hash != NULL ? hash : ""),
                              value_text(clock_sql(clock_now(), now)) };
    if (!statement_run(db,
                       "INSERT IGNORE INTO user (userId, name, role, password, created) "
                       "VALUES (?, ?, ?, ?, ?)",
                       values, G_N_ELEMENTS(values), &added, NULL, error))
        return false;
    if (added == 0)
        g_set_error(error, FAULT, FAULT_REJECT, "there is a user \"%s\" already", name);
    return added != 0;
}

/* One change to one user; an unknown name is an error. */
static bool
change(struct db *db, const char *sql, struct value value, const char *name, GError **error)
{
    struct user user;
    GError *trouble = NULL;
    struct value values[] = { value, value_text(name) };
    if (!user_find(db, name, &user, &trouble)) {
        if (trouble == NULL)
            g_set_error(&trouble, FAULT, FAULT_REJECT, "there is no user \"%s\"", name);
        g_propagate_error(error, trouble);
        return false;
    }
    return statement_run(db, sql, values, G_N_ELEMENTS(values), NULL, NULL, error);
}

static bool
end_sessions(struct db *db, const char *name, GError **error)
{
    struct value value = value_text(name);
    return statement_run(
        db, "DELETE FROM session WHERE userId = (SELECT userId FROM user WHERE name = ?)", &value,
        1, NULL, NULL, error);
}

bool
user_set_password(struct db *db, const char *name, const char *password, GError **error)
{
    g_autofree char *hash = NULL;
    if (!check_password(password, error) ||
        (password != NULL && (hash = password_hash(password, error)) == NULL))
        return false;
    return change(db, "UPDATE user SET password = ? WHERE name = ?",
                  value_text_or_null(hash != NULL ? hash : ""), name, error) &&
           end_sessions(db, name, error);
}

bool
user_set_role(struct db *db, const char *name, enum role role, GError **error)
{
    return change(db, "UPDATE user SET role = ? WHERE name = ?", value_text(role_word(role)), name,
                  error);
}

bool
user_set_disabled(struct db *db, const char *name, bool disabled, GError **error)
{
    return change(db, "UPDATE user SET disabled = ? WHERE name = ?", value_number(disabled), name,
                  error) &&
           (!disabled || end_sessions(db, name, error));
}

GArray *
user_list(struct db *db, GError **error)
{
    g_autoptr(Query) query = query_run(db, COLUMNS " ORDER BY name", NULL, 0, error);
    GArray *users;
    if (query == NULL)
        return NULL;
    users = g_array_new(FALSE, FALSE, sizeof(struct user));
    while (query_next(query)) {
        struct user user;
        read_user(query, &user);
        g_array_append_val(users, user);
    }
    return users;
}

bool
user_log_in(struct db *db, const char *name, const char *password, struct user *user,
            GError **error)
{
    g_autofree char *hash = NULL;
    GError *trouble = NULL;
    char now[CLOCK_TEXT_MAX];
    struct value value = value_text(name);
    bool found = find(db, COLUMNS " WHERE name = ?", &value, user, &hash, &trouble);
    if (trouble != NULL) {
        g_propagate_error(error, trouble);
        return false;
    }
    if (strlen(password) > USER_PASSWORD_MAX || !password_fits(password, found ? hash : NULL) ||
        user->disabled)
        return false;
    struct value values[] = { value_text(clock_sql(clock_now(), now)), value_number(user->id) };
    return statement_run(db, "UPDATE user SET lastLogin = ? WHERE userId = ?", values,
                         G_N_ELEMENTS(values), NULL, NULL, error);
}
