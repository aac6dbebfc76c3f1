/* SPDX-License-Identifier: Apache-2.0 */
#include "store/key_lookup.h"

#include <string.h>

#include "store/statement.h"

/* Two lengths of list make two prepared statements a table; a short list is filled up with its
 * last key. */
#define KEYS_SHORT 16
#define KEYS_LONG 256

guint
key_hash(gconstpointer key)
{
    guint hash;
    memcpy(&hash, key, sizeof hash); /* octets of a digest are as good as any */
    return hash;
}

gboolean
key_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, KEY_OCTETS) == 0;
}

static char *
list_sql(const char *select, size_t n)
{
    GString *sql = g_string_new(select);
    for (size_t i = 0; i < n; i++)
        g_string_append(sql, i == 0 ? "(?" : ",?");
    g_string_append_c(sql, ')');
    return g_string_free(sql, FALSE);
}

static bool
fail(struct db *db, MYSQL_STMT *statement, GError **error)
{
    return db_fail(db, "look-up", mysql_stmt_errno(statement), mysql_stmt_sqlstate(statement),
                   mysql_stmt_error(statement), error);
}

static bool
fetch_all(struct db *db, MYSQL_STMT *statement, key_found *found, void *self, GError **error)
{
    unsigned char key[KEY_OCTETS];
    int64_t id = 0;
    unsigned long len = 0;
    my_bool is_null = 0;
    MYSQL_BIND result[] = {
        { .buffer_type = MYSQL_TYPE_BLOB,
          .buffer = key,
          .buffer_length = sizeof key,
          .length = &len,
          .is_null = &is_null },
        { .buffer_type = MYSQL_TYPE_LONGLONG, .buffer = &id, .is_null = &is_null },
    };
    if (mysql_stmt_bind_result(statement, result) != 0)
        return fail(db, statement, error);
    int status;
    while ((status = mysql_stmt_fetch(statement)) == 0)
        if (len == KEY_OCTETS)
            found(self, key, id);
    bool ok = status == MYSQL_NO_DATA || fail(db, statement, error);
    mysql_stmt_free_result(statement);
    return ok;
}

static bool
lookup_some(struct db *db, const char *select, const unsigned char *const *keys, size_t count,
            key_found *found, void *self, GError **error)
{
    MYSQL_BIND bind[KEYS_LONG] = { 0 };
    unsigned long len = KEY_OCTETS;
    unsigned none = 0;
    size_t n = count > KEYS_SHORT ? KEYS_LONG : KEYS_SHORT;
    g_autofree char *sql = list_sql(select, n);
    MYSQL_STMT *statement = statement_get(db, sql, error);
    if (statement == NULL)
        return false;
    for (size_t i = 0; i < n; i++) {
        bind[i].buffer_type = MYSQL_TYPE_BLOB;
        bind[i].buffer = (char *)(uintptr_t)keys[MIN(i, count - 1)];
        bind[i].buffer_length = KEY_OCTETS;
        bind[i].length = &len;
    }
    mysql_stmt_attr_set(statement, STMT_ATTR_ARRAY_SIZE, &none);
    if (mysql_stmt_bind_param(statement, bind) != 0)
        return fail(db, statement, error);
    return statement_execute(db, statement, "look-up", error) &&
           fetch_all(db, statement, found, self, error);
}

bool
key_lookup(struct db *db, const char *select, const unsigned char *const *keys, size_t count,
           key_found *found, void *self, GError **error)
{
    for (size_t from = 0; from < count;) {
        size_t n = MIN(count - from, KEYS_LONG);
        if (n < KEYS_LONG && n > 4 * KEYS_SHORT)
            n = count - from;
        else if (n < KEYS_LONG)
            n = MIN(n, KEYS_SHORT);
        if (!lookup_some(db, select, keys + from, n, found, self, error))
            return false;
        from += n;
    }
    return true;
}
