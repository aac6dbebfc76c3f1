/* SPDX-License-Identifier: Apache-2.0 */
#include "store/upgrade_source.h"

#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "store/forensic_sql.h"
#include "store/upgrade_read.h"

#define CREATE "CREATE TABLE IF NOT EXISTS "
#define HOST_OCTETS 256

const char *const upgrade_source_tables[UPGRADE_SOURCE_TABLES] = {
    "domain", "emailLocal", "url", "file", "asn", "arfEmail", "emailUrl", "emailFile",
};

/* clang-format off */
static const struct {
    const char *table;
    const char *columns; /* with a blank around each */
} known[] = {
    { "arfEmail", " emailId feedbackType emailType reported originalMailFromLocalId "
                  "originalMailFromDomainId originalRcptToLocalId originalRcptToDomainId arrivalDate "
                  "messageId authenticationResults sourceIp sourceDomainId sourceAsn countryCode "
                  "deliveryResult authFailure reportedDomainID originalFromLocalId "
                  "originalFromDomainId subject content " },
    { "emailLocal", " emailLocalId emailLocal " },
    { "domain", " domainId domain " },
    { "url", " urlId firstSeen lastSeen urlIp urlDomainId urlAsn urlCountryCode url " },
    { "emailUrl", " emailUrlId emailId urlId " },
    { "file", " fileId firstSeen lastSeen hash filename " },
    { "emailFile", " emailFileId emailId fileId " },
    { "asn", " asn email " },
};
/* clang-format on */

struct upgrade_source {
    GHashTable *columns;   /* "table.column" in lower case: data type */
    GHashTable *tables;    /* in lower case, as a set */
    GHashTable *strangers; /* table in lower case: a column of the site's own */
};

static bool
table_exists(struct db *db, const char *prefix, const char *table, bool *exists, GError **error)
{
    int64_t count = 0;
    if (!upgrade_ask(db, &count, error,
                     "SELECT COUNT(*) FROM information_schema.TABLES "
                     "WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '%s%s'",
                     prefix, table))
        return false;
    *exists = count != 0;
    return true;
}

bool
upgrade_source_is_original(struct db *db, bool *is, GError **error)
{
    int64_t count = 0;
    if (!upgrade_ask(db, &count, error,
                     "SELECT SUM(COLUMN_NAME IN ('emailId', 'content', 'sourceIp')) = 3 AND "
                     "SUM(COLUMN_NAME = 'parserVersion') = 0 FROM information_schema.COLUMNS "
                     "WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'arfEmail'"))
        return false;
    *is = count != 0;
    return true;
}

static bool
is_ours(const char *table)
{
    for (size_t i = 0; i < UPGRADE_SOURCE_TABLES; i++)
        if (g_ascii_strcasecmp(upgrade_source_tables[i], table) == 0)
            return true;
    return false;
}

static bool
check_free(struct db *db, const char *prefix, const char *table, GError **error)
{
    bool exists;
    if (!table_exists(db, prefix, table, &exists, error))
        return false;
    if (exists)
        g_set_error(error, FAULT, FAULT_OPERATOR,
                    "a table %s%s is in the way: rename it, or drop it, and run the upgrade again",
                    prefix, table);
    return !exists;
}

bool
upgrade_source_is_free(struct db *db, GError **error)
{
    for (size_t i = 0; i < UPGRADE_SOURCE_TABLES; i++)
        if (!check_free(db, "original_", upgrade_source_tables[i], error))
            return false;
    for (size_t i = 0; forensic_sql[i] != NULL; i++) {
        if (!g_str_has_prefix(forensic_sql[i], CREATE))
            continue;
        const char *name = forensic_sql[i] + strlen(CREATE);
        g_autofree char *table = g_strndup(name, strcspn(name, " ("));
        if (!is_ours(table) && !check_free(db, "", table, error))
            return false;
    }
    return check_free(db, "", "original_merged", error);
}

bool
upgrade_source_is_unbound(struct db *db, GError **error)
{
    g_autoptr(GString) sql =
        g_string_new("SELECT MIN(CONCAT(CONSTRAINT_NAME, ' of ', TABLE_SCHEMA, '.', TABLE_NAME)) "
                     "FROM information_schema.KEY_COLUMN_USAGE WHERE REFERENCED_TABLE_SCHEMA = "
                     "DATABASE() AND REFERENCED_TABLE_NAME IN ('original_merged'");
    g_autofree char *key = NULL;
    for (size_t i = 0; i < UPGRADE_SOURCE_TABLES; i++)
        g_string_append_printf(sql, ", '%s', 'original_%s'", upgrade_source_tables[i],
                               upgrade_source_tables[i]);
    g_string_append_c(sql, ')');
    if (!db_ask(db, sql->str, &key, error))
        return false;
    if (key != NULL)
        g_set_error(error, FAULT, FAULT_OPERATOR,
                    "the foreign key %s keeps the old tables from going: drop it, run the upgrade "
                    "again, then add it anew",
                    key);
    return key == NULL;
}

bool
upgrade_source_rename(struct db *db, GError **error)
{
    for (size_t i = 0; i < UPGRADE_SOURCE_TABLES; i++) {
        const char *table = upgrade_source_tables[i];
        bool renamed, exists;
        if (!table_exists(db, "original_", table, &renamed, error) ||
            !table_exists(db, "", table, &exists, error))
            return false;
        if (!renamed && exists &&
            !upgrade_do(db, error, "RENAME TABLE %s TO original_%s", table, table))
            return false;
    }
    return true;
}

bool
upgrade_source_octets(struct db *db, int64_t *octets, GError **error)
{
    return upgrade_ask(db, octets, error,
                       "SELECT COALESCE(SUM(DATA_LENGTH + INDEX_LENGTH), 0) "
                       "FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND "
                       "REPLACE(TABLE_NAME, 'original_', '') IN ('arfEmail', 'emailLocal', "
                       "'domain', 'url', 'emailUrl', 'file', 'emailFile', 'asn')");
}

int64_t
upgrade_source_free_octets(struct db *db)
{
    g_autofree char *host = NULL, *folder = NULL;
    char here[HOST_OCTETS] = "";
    struct statvfs disk;
    if (!db_ask(db, "SELECT @@hostname", &host, NULL) ||
        !db_ask(db, "SELECT @@datadir", &folder, NULL) || host == NULL || folder == NULL ||
        gethostname(here, sizeof here - 1) != 0 || strcmp(host, here) != 0 ||
        statvfs(folder, &disk) != 0)
        return -1;
    return (int64_t)(disk.f_bavail * disk.f_frsize);
}

static bool
is_known(const char *table, const char *column)
{
    g_autofree char *word = g_strdup_printf(" %s ", column);
    g_autofree char *lower = g_ascii_strdown(word, -1);
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        g_autofree char *columns = g_ascii_strdown(known[i].columns, -1);
        if (g_ascii_strcasecmp(known[i].table, table) == 0)
            return strstr(columns, lower) != NULL;
    }
    return true;
}

static void
learn_column(struct upgrade_source *source, const char *table, const char *column, const char *type)
{
    g_autofree char *name = g_strdup_printf("%s.%s", table, column);
    g_hash_table_insert(source->columns, g_ascii_strdown(name, -1), g_ascii_strdown(type, -1));
    g_hash_table_add(source->tables, g_ascii_strdown(table, -1));
    if (!is_known(table, column))
        g_hash_table_insert(source->strangers, g_ascii_strdown(table, -1), g_strdup(column));
}

struct upgrade_source *
upgrade_source_load(struct db *db, GError **error)
{
    g_autoptr(UpgradeSource) source = g_new0(struct upgrade_source, 1);
    source->columns = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    source->tables = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    source->strangers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    struct upgrade_rows *rows =
        upgrade_rows_open(db,
                          "SELECT SUBSTR(TABLE_NAME, 10), COLUMN_NAME, DATA_TYPE "
                          "FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND "
                          "TABLE_NAME LIKE 'original\\_%'",
                          error);
    const struct span *cells;
    while (rows != NULL && (cells = upgrade_rows_next(rows)) != NULL)
        if (is_ours(cells[0].octets))
            learn_column(source, cells[0].octets, cells[1].octets, cells[2].octets);
    if (rows == NULL || !upgrade_rows_end(rows, error))
        return NULL;
    return g_steal_pointer(&source);
}

void
upgrade_source_free(struct upgrade_source *source)
{
    if (source == NULL)
        return;
    g_hash_table_unref(source->columns);
    g_hash_table_unref(source->tables);
    g_hash_table_unref(source->strangers);
    g_free(source);
}

bool
upgrade_source_has(const struct upgrade_source *source, const char *table)
{
    g_autofree char *name = g_ascii_strdown(table, -1);
    return g_hash_table_contains(source->tables, name);
}

static const char *
type_of(const struct upgrade_source *source, const char *table, const char *column)
{
    g_autofree char *name = g_strdup_printf("%s.%s", table, column);
    g_autofree char *lower = g_ascii_strdown(name, -1);
    return g_hash_table_lookup(source->columns, lower);
}

char *
upgrade_source_column(const struct upgrade_source *source, const char *table, const char *alias,
                      const char *column)
{
    const char *type = type_of(source, table, column);
    if (type == NULL)
        return g_strdup("NULL");
    if (g_str_has_suffix(column, "Ip") && g_str_has_suffix(type, "int"))
        return g_strdup_printf("INET6_ATON(INET_NTOA(NULLIF(%s.%s, 0)))", alias, column);
    if (strcmp(type, "datetime") == 0 || strcmp(type, "timestamp") == 0 ||
        strcmp(type, "date") == 0)
        return g_strdup_printf("IF(%s.%s > '0001-01-01', %s.%s, NULL)", alias, column, alias,
                               column);
    return g_strdup_printf("%s.%s", alias, column);
}

const char *
upgrade_source_stranger(const struct upgrade_source *source, const char *table)
{
    g_autofree char *name = g_ascii_strdown(table, -1);
    return g_hash_table_lookup(source->strangers, name);
}

bool
upgrade_source_range(struct db *db, const struct upgrade_source *source, const char *table,
                     const char *id, int64_t *first, int64_t *end, GError **error)
{
    *first = 0;
    *end = 0;
    if (!upgrade_source_has(source, table))
        return true;
    return upgrade_ask(db, first, error, "SELECT COALESCE(MIN(%s), 0) FROM original_%s", id,
                       table) &&
           upgrade_ask(db, end, error, "SELECT COALESCE(MAX(%s) + 1, 0) FROM original_%s", id,
                       table);
}

bool
upgrade_source_index(struct db *db, const struct upgrade_source *source, const char *table,
                     const char *column, GError **error)
{
    int64_t count = 0;
    if (!upgrade_source_has(source, table))
        return true;
    return upgrade_ask(db, &count, error,
                       "SELECT COUNT(*) FROM information_schema.STATISTICS "
                       "WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'original_%s' AND "
                       "COLUMN_NAME = '%s' AND SEQ_IN_INDEX = 1",
                       table, column) &&
           (count != 0 ||
            upgrade_do(db, error, "ALTER TABLE original_%s ADD INDEX upgrade (%s)", table, column));
}
