/* SPDX-License-Identifier: Apache-2.0 */
/*
 * user - people who may log in: name, role, password
 *
 * Passwords are kept as crypt(5)'s yescrypt ("$y$", 64 MB and about 0.1 s of work each); checking
 * one takes that long whether the user exists or not, so that an answer tells nothing.
 * Names:   1 to 64 characters of letters, digits, ".", "_", "-", "@".
 * Errors:  FAULT_REJECT: a bad name, a password under USER_PASSWORD_MIN characters, a name that is
 *          taken or unknown; else db.h.
 * Threads: as db.h; at most two passwords are worked on at once, others wait in line.
 */
#pragma once

#include "store/db.h"

#define USER_NAME_MAX 64
#define USER_PASSWORD_MIN 10
#define USER_PASSWORD_MAX 512 /* octets */

enum role { ROLE_NOBODY, ROLE_VIEWER, ROLE_ANALYST, ROLE_ADMIN };

struct user {
    int64_t id;
    char name[USER_NAME_MAX + 1];
    enum role role;
    bool disabled, has_password;
    char created[20], last_login[20]; /* as SQL writes them; "" */
};

/* "viewer", "analyst", "admin"; ROLE_NOBODY for another word. */
enum role role_of(const char *word);
const char *role_word(enum role role);

/* As the names of users and tokens must be. */
bool user_check_name(const char *name, GError **error);
/* `password` NULL: none, the person comes through a proxy. */
bool user_add(struct db *db, const char *name, enum role role, const char *password,
              GError **error);
/* False without *error: there is none. */
bool user_find(struct db *db, const char *name, struct user *user, GError **error);
bool user_by_id(struct db *db, int64_t id, struct user *user, GError **error);
/* Ends the user's sessions as well. */
bool user_set_password(struct db *db, const char *name, const char *password, GError **error);
bool user_set_role(struct db *db, const char *name, enum role role, GError **error);
bool user_set_disabled(struct db *db, const char *name, bool disabled, GError **error);
/* Of struct user, by name; caller frees with g_array_unref. */
GArray *user_list(struct db *db, GError **error);
/* True when name and password belong together and the user is not disabled; notes the time. */
bool user_log_in(struct db *db, const char *name, const char *password, struct user *user,
                 GError **error);
