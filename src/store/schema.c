/* SPDX-License-Identifier: Apache-2.0 */
#include "store/schema.h"

#include "store/forensic_sql.h"
#include "store/statement.h"
#include "store/upgrade_step.h"

static bool
count_of(struct db *db, const char *sql, int64_t *count, GError **error)
{
    g_autofree char *text = NULL;
    if (!db_ask(db, sql, &text, error))
        return false;
    *count = text != NULL ? g_ascii_strtoll(text, NULL, 10) : 0;
    return true;
}

/* The version in the database: 0 when it has none. */
static bool
version_of(struct db *db, int64_t *version, GError **error)
{
    int64_t tables = 0;
    *version = 0;
    return count_of(db,
                    "SELECT COUNT(*) FROM information_schema.TABLES "
                    "WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'schemaVersion'",
                    &tables, error) &&
           (tables == 0 || count_of(db, "SELECT MAX(version) FROM schemaVersion", version, error));
}

static bool
refuse(int64_t version, GError **error)
{
    g_set_error(
        error, FAULT, FAULT_OPERATOR, "the schema has version %d, this program wants %d: %s",
        (int)version, SCHEMA_VERSION,
        version < SCHEMA_VERSION ? "run lafayette-admin upgrade" : "install the newer Lafayette");
    return false;
}

/* False while an upgrade is under way: the tables are there, and not all rows. */
static bool
is_whole(struct db *db, GError **error)
{
    bool begun = false;
    if (!upgrade_step_begun(db, &begun, error))
        return false;
    if (begun)
        g_set_error(error, FAULT, FAULT_OPERATOR,
                    "an upgrade is at work or was broken off: run lafayette-admin upgrade again");
    return !begun;
}

bool
schema_check(struct db *db, GError **error)
{
    int64_t version;
    if (!is_whole(db, error) || !version_of(db, &version, error))
        return false;
    if (version == SCHEMA_VERSION)
        return true;
    if (version != 0)
        return refuse(version, error);
    g_set_error(error, FAULT, FAULT_OPERATOR,
                "the database has no schema: run lafayette-admin init");
    return false;
}

static bool
run_script(struct db *db, const char *script, GError **error)
{
    MYSQL *mysql = db_handle(db);
    if (mysql == NULL)
        return db_fail(db, "schema", 2006, "HY000", "not connected to the database", error);
    mysql_set_server_option(mysql, MYSQL_OPTION_MULTI_STATEMENTS_ON);
    int status = mysql_query(mysql, script);
    while (status == 0) {
        MYSQL_RES *result = mysql_store_result(mysql);
        if (result != NULL)
            mysql_free_result(result);
        status = mysql_next_result(mysql); /* -1: that was the last */
    }
    bool ok = status == -1 || db_fail(db, "schema", mysql_errno(mysql), mysql_sqlstate(mysql),
                                      mysql_error(mysql), error);
    if (ok)
        mysql_set_server_option(mysql, MYSQL_OPTION_MULTI_STATEMENTS_OFF);
    else
        db_disconnect(db);
    return ok;
}

bool
schema_install(struct db *db, GError **error)
{
    g_autoptr(GString) script = g_string_new(NULL);
    for (size_t i = 0; forensic_sql[i] != NULL; i++)
        g_string_append(script, forensic_sql[i]);
    return run_script(db, script->str, error);
}

bool
schema_create(struct db *db, GError **error)
{
    int64_t version, original;
    if (!is_whole(db, error) || !version_of(db, &version, error) ||
        !count_of(db,
                  "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() "
                  "AND TABLE_NAME = 'arfEmail' AND NOT EXISTS (SELECT 1 FROM "
                  "information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = "
                  "'arfEmail' AND COLUMN_NAME = 'parserVersion')",
                  &original, error))
        return false;
    if (original != 0) {
        g_set_error(error, FAULT, FAULT_OPERATOR,
                    "this is a database of the original: run lafayette-admin upgrade");
        return false;
    }
    if (version != 0 && version != SCHEMA_VERSION)
        return refuse(version, error);
    return schema_install(db, error) && schema_check(db, error);
}
