/* SPDX-License-Identifier: Apache-2.0 */
/* lafayette-admin user: who may log in. */
#include "store/user.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "admin/admin.h"
#include "admin/option.h"
#include "base/fault.h"

#define SYNOPSIS "add|passwd|role|disable|enable|list [NAME]"

/* One line from stdin without its end; a terminal does not show it. Caller frees. */
static char *
read_line(const char *prompt)
{
    struct termios shown, hidden;
    char line[USER_PASSWORD_MAX + 2] = "";
    bool terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &shown) == 0;
    char *read;
    if (terminal) {
        hidden = shown;
        hidden.c_lflag &= ~(tcflag_t)ECHO;
        fputs(prompt, stderr);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    }
    read = fgets(line, sizeof line, stdin);
    if (terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
        fputs("\n", stderr);
    }
    if (read == NULL)
        return NULL;
    line[strcspn(line, "\r\n")] = '\0';
    return g_strdup(line);
}

/* Asked twice at a terminal; caller frees. */
static char *
ask_password(GError **error)
{
    g_autofree char *password = read_line("password: ");
    g_autofree char *again = NULL;
    if (password == NULL || password[0] == '\0') {
        g_set_error(error, FAULT, FAULT_USAGE,
                    "no password: type it, or give it as one line on stdin (--no-password: none, "
                    "for [web] auth = proxy)");
        return NULL;
    }
    if (isatty(STDIN_FILENO)) {
        again = read_line("once more: ");
        if (again == NULL || strcmp(password, again) != 0) {
            g_set_error(error, FAULT, FAULT_USAGE, "the two were not the same");
            return NULL;
        }
    }
    return g_steal_pointer(&password);
}

static bool
list(struct db *db, GError **error)
{
    g_autoptr(GArray) users = user_list(db, error);
    if (users == NULL)
        return false;
    for (guint i = 0; i < users->len; i++) {
        const struct user *user = &g_array_index(users, struct user, i);
        printf("%-24s %-8s %s%s%s\n", user->name, role_word(user->role),
               user->last_login[0] != '\0' ? user->last_login : "never logged in",
               user->has_password ? "" : ", no password", user->disabled ? ", disabled" : "");
    }
    return true;
}

struct wish {
    char *role_word;
    gboolean no_password;
    enum role role;
};

static bool
add(struct db *db, const char *name, const struct wish *wish, GError **error)
{
    g_autofree char *password = NULL;
    if (!user_check_name(name, error))
        return false;
    if (!wish->no_password && (password = ask_password(error)) == NULL)
        return false;
    return user_add(db, name, wish->role, password, error);
}

static bool
set_password(struct db *db, const char *name, const struct wish *wish, GError **error)
{
    g_autofree char *password = wish->no_password ? NULL : ask_password(error);
    return (wish->no_password || password != NULL) && user_set_password(db, name, password, error);
}

static bool
change(struct db *db, const char *what, const char *name, const struct wish *wish, GError **error)
{
    if (strcmp(what, "add") == 0)
        return add(db, name, wish, error);
    if (strcmp(what, "passwd") == 0)
        return set_password(db, name, wish, error);
    if (strcmp(what, "role") == 0)
        return user_set_role(db, name, wish->role, error);
    if (strcmp(what, "disable") == 0)
        return user_set_disabled(db, name, true, error);
    if (strcmp(what, "enable") == 0)
        return user_set_disabled(db, name, false, error);
    g_set_error(error, FAULT, FAULT_USAGE, "user takes %s, not \"%s\"", SYNOPSIS, what);
    return false;
}

/* The words of the command line fit together. */
static bool
check(char **rest, struct wish *wish, GError **error)
{
    const char *what = rest[0];
    size_t names = what != NULL ? g_strv_length(rest) - 1 : 0;
    bool needs_role = what != NULL && (strcmp(what, "add") == 0 || strcmp(what, "role") == 0);
    wish->role = wish->role_word != NULL ? role_of(wish->role_word) : ROLE_NOBODY;
    if (what == NULL || names != (strcmp(what, "list") == 0 ? 0 : 1)) {
        g_set_error(error, FAULT, FAULT_USAGE, "user takes %s", SYNOPSIS);
        return false;
    }
    if (wish->role == ROLE_NOBODY && (needs_role || wish->role_word != NULL)) {
        g_set_error(error, FAULT, FAULT_USAGE,
                    "--role viewer sees, personal data masked; analyst sees all and sends "
                    "complaints; admin manages users too");
        return false;
    }
    return true;
}

bool
admin_user(const struct admin_run *run, int argc, char **argv, GError **error)
{
    struct wish wish = { NULL, FALSE, ROLE_NOBODY };
    const GOptionEntry entries[] = { { "role", 'r', 0, G_OPTION_ARG_STRING, &wish.role_word,
                                       "viewer, analyst or admin", "ROLE" },
                                     { "no-password", 0, 0, G_OPTION_ARG_NONE, &wish.no_password,
                                       "The person comes through a proxy only", NULL },
                                     G_OPTION_ENTRY_NULL };
    g_auto(GStrv) rest = NULL;
    bool good = option_read(argc, argv, entries, SYNOPSIS,
                            "People who may log in. The password is asked for, or is the first "
                            "line on stdin.\nA new password, and disabling, end all sessions.",
                            &rest, error) &&
                check(rest, &wish, error);
    g_free(wish.role_word);
    if (!good)
        return false;
    g_autoptr(Config) config = admin_config(run, error);
    g_autoptr(Db) db = config != NULL ? admin_database(config, error) : NULL;
    if (db == NULL)
        return false;
    if (strcmp(rest[0], "list") == 0)
        return list(db, error);
    if (!change(db, rest[0], rest[1], &wish, error))
        return false;
    if (run->level > LOG_LEVEL_ERROR)
        printf("%s: done\n", rest[1]);
    return true;
}
