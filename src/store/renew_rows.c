/* SPDX-License-Identifier: Apache-2.0 */
#include "store/renew_rows.h"

#include "store/id_list.h"
#include "store/query.h"

/* What belongs to the message, not to what the parser makes of it. */
static bool
stays(const char *column)
{
    static const char *const columns[] = {
        "emailId",   "feed",       "receivedDate",   "rawId",
        "digest",    "octets",     "sourceDomainId", "sourceDomainConfirmed",
        "sourceAsn", "countryCode" /* of a new address: set above */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
        if (strcmp(columns[i], column) == 0)
            return true;
    return false;
}

void
renew_email_rows(struct rows **rows)
{
    /* What is known of the old address is not true of another one; the assignments go from left to
     * right, so these come before that of sourceIp. */
    static const char *const of_source[] = { "sourceDomainId", "sourceDomainConfirmed", "sourceAsn",
                                             "countryCode" };
    g_autoptr(GString) sql = g_string_new("INSERT INTO arfEmail (");
    for (size_t i = 0; i < batch_email_column_count; i++)
        g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "", batch_email_columns[i].name);
    g_string_append(sql, ") VALUES (");
    for (size_t i = 0; i < batch_email_column_count; i++)
        g_string_append(sql, i > 0 ? ", ?" : "?");
    g_string_append(sql, ") ON DUPLICATE KEY UPDATE ");
    for (size_t i = 0; i < G_N_ELEMENTS(of_source); i++)
        g_string_append_printf(sql, "%s = IF(sourceIp <=> VALUES(sourceIp), %s, NULL), ",
                               of_source[i], of_source[i]);
    g_string_append(sql, "emailType = COALESCE(emailTypeOverride, VALUES(emailType))");
    for (size_t i = 0; i < batch_email_column_count; i++) {
        const char *name = batch_email_columns[i].name;
        if (!stays(name) && strcmp(name, "emailType") != 0)
            g_string_append_printf(sql, ", %s = VALUES(%s)", name, name);
    }
    rows_free(*rows);
    *rows = rows_new_sql(sql->str, batch_email_columns, batch_email_column_count);
}

static int64_t *
id_copy(int64_t id)
{
    return g_memdup2(&id, sizeof id);
}

GHashTable *
renew_lock(struct db *db, const char *table, const char *column, const GArray *ids, GError **error)
{
    g_autoptr(GHashTable) there = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    if (ids->len == 0)
        return g_steal_pointer(&there);
    g_autofree char *list = id_list_text(ids);
    g_autofree char *sql =
        g_strdup_printf("SELECT %s FROM %s WHERE %s IN (%s) ORDER BY %s FOR UPDATE", column, table,
                        column, list, column);
    g_autoptr(Query) query = query_run_once(db, sql, error);
    if (query == NULL)
        return NULL;
    while (query_next(query))
        g_hash_table_add(there, id_copy(query_number(query, 0)));
    return g_steal_pointer(&there);
}

/* A mail's columns and links as one short text. */
static char *
sums_sql(const char *list)
{
    GString *sql = g_string_new("SELECT a.emailId, CONCAT_WS(':', CRC32(CONCAT_WS('|'");
    for (size_t i = 0; i < batch_email_column_count; i++)
        if (strcmp(batch_email_columns[i].name, "parserVersion") != 0)
            g_string_append_printf(sql, ", COALESCE(HEX(a.%s), '-')", batch_email_columns[i].name);
    g_string_append_printf(
        sql,
        ")), (SELECT BIT_XOR(CRC32(CONCAT_WS('|', x.urlId, x.position, x.flags, x.outerUrlId))) "
        "FROM emailUrl x WHERE x.emailId = a.emailId), "
        "(SELECT BIT_XOR(CRC32(CONCAT_WS('|', x.fileId, x.position, HEX(x.filename)))) FROM "
        "emailFile x WHERE x.emailId = a.emailId), "
        "(SELECT BIT_XOR(CRC32(x.patternId)) FROM emailPattern x WHERE x.emailId = a.emailId), "
        "(SELECT BIT_XOR(CRC32(CONCAT_WS('|', x.position, x.emailLocalId, x.domainId))) FROM "
        "emailRcptTo x WHERE x.emailId = a.emailId), "
        "(SELECT BIT_XOR(CRC32(CONCAT_WS('|', x.position, x.domainId))) FROM emailReportedDomain x "
        "WHERE x.emailId = a.emailId)) FROM arfEmail a WHERE a.emailId IN (%s)",
        list);
    return g_string_free(sql, FALSE);
}

static bool
add_sums(struct db *db, const char *sql, GHashTable *sums, GError **error)
{
    g_autoptr(Query) query = query_run_once(db, sql, error);
    if (query == NULL)
        return false;
    while (query_next(query))
        g_hash_table_insert(sums, id_copy(query_number(query, 0)), g_strdup(query_text(query, 1)));
    return true;
}

GHashTable *
renew_sums(struct db *db, const GArray *emails, const GArray *held, GError **error)
{
    g_autoptr(GHashTable) sums = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    g_autofree char *email_list = id_list_text(emails), *held_list = id_list_text(held);
    g_autofree char *email_sql = sums_sql(email_list);
    g_autofree char *held_sql = g_strdup_printf(
        "SELECT -heldId, CONCAT(kind, ':', reason) FROM heldMessage WHERE heldId IN (%s)",
        held_list);
    if (!add_sums(db, email_sql, sums, error) || !add_sums(db, held_sql, sums, error))
        return NULL;
    return g_steal_pointer(&sums);
}

bool
renew_surplus(struct db *db, const struct renewal *renewal, GError **error)
{
    g_autoptr(GArray) ids = id_list_new();
    g_autofree char *set = g_strdup_printf(
        "UPDATE arfEmail SET parserVersion = %d WHERE emailId IN ", RECORD_PARSER_VERSION);
    for (size_t i = renewal->record->report_count; i < renewal->email_count; i++)
        id_list_add(ids, renewal->email_ids[i]);
    return id_list_execute(db, set, ids, "", error);
}

#define TEXTS_SQL                                                                                  \
    "SELECT a.emailId, a.subject, TIMESTAMPDIFF(SECOND, '1970-01-01 00:00:00', a.arrivalDate), "   \
    "CONCAT(a.arrivalDate, ' ', a.subject) FROM arfEmail a WHERE "

GHashTable *
renew_texts(struct db *db, const char *where, GError **error)
{
    g_autoptr(GHashTable) texts =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    g_autofree char *sql = g_strconcat(TEXTS_SQL, where, NULL);
    g_autoptr(Query) query = query_run_once(db, sql, error);
    if (query == NULL)
        return NULL;
    while (query_next(query))
        g_hash_table_insert(texts, id_copy(query_number(query, 0)), g_strdup(query_text(query, 3)));
    return g_steal_pointer(&texts);
}

bool
renew_search(struct db *db, const char *where, GHashTable *before, struct search_lines *lines,
             GError **error)
{
    g_autofree char *sql = g_strconcat(TEXTS_SQL, where, NULL);
    g_autoptr(Query) query = query_run_once(db, sql, error);
    if (query == NULL)
        return false;
    search_lines_clear(lines);
    while (query_next(query)) {
        int64_t id = query_number(query, 0);
        if (g_strcmp0(g_hash_table_lookup(before, &id), query_text(query, 3)) != 0)
            search_lines_add(lines, id, query_number(query, 2),
                             (struct span){ query_text(query, 1), query_len(query, 1) });
    }
    return search_lines_send(lines, db, error);
}
