/* SPDX-License-Identifier: Apache-2.0 */
/* lafayette-admin token: keys for programs that use the JSON API. */
#include <stdio.h>
#include <string.h>

#include "admin/admin.h"
#include "admin/option.h"
#include "base/fault.h"
#include "store/token.h"

#define SYNOPSIS "NAME | list | revoke NAME"
#define DAYS_MAX 36500

static bool
list(struct db *db, GError **error)
{
    g_autoptr(GArray) tokens = token_list(db, error);
    if (tokens == NULL)
        return false;
    for (guint i = 0; i < tokens->len; i++) {
        const struct token *token = &g_array_index(tokens, struct token, i);
        printf("%-24s %-8s %-5s made %s, %s%s, %s%s%s\n", token->name, role_word(token->role),
               token->may_write ? "write" : "read", token->created,
               token->expires[0] != '\0' ? "ends " : "never ends", token->expires,
               token->last_used[0] != '\0' ? "used " : "never used", token->last_used,
               token->revoked[0] != '\0' ? ", revoked" : "");
    }
    return true;
}

static bool
add(struct db *db, const char *name, enum role role, bool may_write, int days, GError **error)
{
    char value[ACCESS_VALUE_CHARS + 1];
    if (!token_add(db, name, role, may_write, (unsigned)days, value, error))
        return false;
    printf("%s\n", value);
    fputs("Keep it: it is not told again. Use it as  Authorization: Bearer TOKEN\n", stderr);
    return true;
}

bool
admin_token(const struct admin_run *run, int argc, char **argv, GError **error)
{
    g_autofree char *word = NULL;
    gboolean may_write = FALSE;
    int days = 0;
    const GOptionEntry entries[] = { { "role", 'r', 0, G_OPTION_ARG_STRING, &word,
                                       "viewer, analyst (default) or admin", "ROLE" },
                                     { "write", 'w', 0, G_OPTION_ARG_NONE, &may_write,
                                       "It may change things, not only read", NULL },
                                     { "days", 'd', 0, G_OPTION_ARG_INT, &days,
                                       "It ends after N days", "N" },
                                     G_OPTION_ENTRY_NULL };
    g_auto(GStrv) rest = NULL;
    if (!option_read(argc, argv, entries, SYNOPSIS,
                     "A new token for a program, printed once; or those there are.", &rest, error))
        return false;
    enum role role = word != NULL ? role_of(word) : ROLE_ANALYST;
    guint count = g_strv_length(rest);
    bool revoke = count == 2 && strcmp(rest[0], "revoke") == 0;
    if ((count != 1 && !revoke) || role == ROLE_NOBODY || days < 0 || days > DAYS_MAX) {
        g_set_error(error, FAULT, FAULT_USAGE,
                    "token takes %s; --role viewer, analyst or admin; --days 0 to %d", SYNOPSIS,
                    DAYS_MAX);
        return false;
    }
    g_autoptr(Config) config = admin_config(run, error);
    g_autoptr(Db) db = config != NULL ? admin_database(config, error) : NULL;
    if (db == NULL)
        return false;
    if (revoke)
        return token_revoke(db, rest[1], error);
    return strcmp(rest[0], "list") == 0 ? list(db, error)
                                        : add(db, rest[0], role, may_write, days, error);
}
