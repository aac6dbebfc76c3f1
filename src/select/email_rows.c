/* SPDX-License-Identifier: Apache-2.0 */
#include "select/email_rows.h"

#include <string.h>

#include "select/email_ids.h"
#include "select/read.h"
#include "select/selection_sql.h"
#include "store/id_list.h"

/* Names are looked up for the rows of the page alone. */
static const char rows_sql[] =
    "SELECT e.emailId, e.arrivalDate, e.emailType, e.emailRule, e.feedbackType, e.deliveryResult,"
    " e.subject, e.fromHeader, CONCAT(fl.emailLocal, '@', fd.domain),"
    " CONCAT(ml.emailLocal, '@', md.domain), CONCAT(rl.emailLocal, '@', rd.domain),"
    " CONCAT(pl.emailLocal, '@', pd.domain), d.domain, e.sourceIp, s.domain, e.countryCode,"
    " n.name, e.sourceAsn, z.state, e.reported, e.sourceSpecial, e.sourceDomainConfirmed,"
    " e.likelyGenuine, e.headersOnly, e.truncated, e.reportAuth, e.ipTrust, e.incidents"
    " FROM arfEmail e"
    " LEFT JOIN emailLocal fl ON fl.emailLocalId = e.originalFromLocalId"
    " LEFT JOIN domain fd ON fd.domainId = e.originalFromDomainId"
    " LEFT JOIN emailLocal ml ON ml.emailLocalId = e.originalMailFromLocalId"
    " LEFT JOIN domain md ON md.domainId = e.originalMailFromDomainId"
    " LEFT JOIN emailLocal rl ON rl.emailLocalId = e.originalRcptToLocalId"
    " LEFT JOIN domain rd ON rd.domainId = e.originalRcptToDomainId"
    " LEFT JOIN emailLocal pl ON pl.emailLocalId = e.reporterLocalId"
    " LEFT JOIN domain pd ON pd.domainId = e.reporterDomainId"
    " LEFT JOIN domain d ON d.domainId = e.reportedDomainID"
    " LEFT JOIN domain s ON s.domainId = e.sourceDomainId"
    " LEFT JOIN asName n ON n.asn = e.sourceAsn"
    " LEFT JOIN ipListing z ON z.ip = e.sourceIp AND z.list = 'zen'"
    " WHERE e.emailId IN (";

static int
compare_ids(gconstpointer a, gconstpointer b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

static struct email_rows *
rows_new(void)
{
    struct email_rows *rows = g_new0(struct email_rows, 1);
    rows->text = g_string_chunk_new(16 * 1024);
    rows->arrays = g_ptr_array_new_with_free_func(g_free);
    rows->total = -1;
    return rows;
}

void
email_rows_free(struct email_rows *rows)
{
    if (rows == NULL)
        return;
    g_free(rows->rows);
    g_free(rows->next);
    g_free(rows->previous);
    g_string_chunk_free(rows->text);
    g_ptr_array_unref(rows->arrays);
    selection_sql_free(rows->sql);
    g_free(rows);
}

/* An address whose domain was never given is its local part alone; "@" is the empty one. */
static const char *
address_cell(const struct query *query, unsigned column, GStringChunk *text)
{
    const char *cell = query_text(query, column);
    if (cell == NULL)
        return NULL;
    size_t len = query_len(query, column);
    return g_string_chunk_insert_len(text, cell,
                                     (gssize)(len > 0 && cell[len - 1] == '@' ? len - 1 : len));
}

static enum list_state
list_state(const char *state)
{
    return state == NULL                  ? LIST_UNKNOWN
           : strcmp(state, "listed") == 0 ? LIST_LISTED
           : strcmp(state, "policy") == 0 ? LIST_POLICY
                                          : LIST_CLEAN;
}

static void
take_row(const struct query *query, struct email_row *row, GStringChunk *text)
{
    row->email_id = query_number(query, 0);
    row->arrival_date = read_date(query, 1);
    row->email_type = read_text(query, 2, text);
    row->email_rule = read_text(query, 3, text);
    row->feedback_type = read_text(query, 4, text);
    row->delivery_result = read_text(query, 5, text);
    row->subject = read_text(query, 6, text);
    row->from = read_text(query, 7, text);
    row->from_address = address_cell(query, 8, text);
    row->mail_from = address_cell(query, 9, text);
    row->rcpt_to = address_cell(query, 10, text);
    row->reporter = address_cell(query, 11, text);
    row->reported_domain = read_text(query, 12, text);
    row->source_ip = read_ip(query, 13, text);
    row->source_domain = read_text(query, 14, text);
    row->country_code = read_text(query, 15, text);
    row->as_name = read_text(query, 16, text);
    row->source_asn = (uint32_t)query_number(query, 17);
    row->list = list_state(query_text(query, 18));
    row->reported = query_number(query, 19) != 0;
    row->source_special = query_number(query, 20) != 0;
    row->source_confirmed = query_number(query, 21) != 0;
    row->likely_genuine = query_number(query, 22) != 0;
    row->headers_only = query_number(query, 23) != 0;
    row->truncated = query_number(query, 24) != 0;
    row->report_trusted = g_strcmp0(query_text(query, 25), "pass") == 0;
    row->ip_proven = g_strcmp0(query_text(query, 26), "stated") == 0 ||
                     g_strcmp0(query_text(query, 26), "trusted") == 0;
    row->incidents = (uint32_t)query_number(query, 27);
}

static struct email_row *
row_of(GHashTable *places, const struct query *query)
{
    int64_t id = query_number(query, 0);
    return g_hash_table_lookup(places, &id);
}

/* Room for all links of the page; each row's stand together. */
static void *
links_room(struct email_rows *rows, const struct query *query, size_t size)
{
    void *room = g_malloc0_n(query_rows(query) + 1, size);
    g_ptr_array_add(rows->arrays, room);
    return room;
}

static bool
read_urls(struct db *db, struct email_rows *rows, GHashTable *places, const char *ids,
          GError **error)
{
    g_autofree char *sql =
        g_strdup_printf("SELECT l.emailId, u.urlId, u.url, l.flags FROM emailUrl l STRAIGHT_JOIN "
                        "url u ON u.urlId = l.urlId WHERE l.emailId IN (%s) "
                        "ORDER BY l.emailId, l.position",
                        ids);
    g_autoptr(Query) query = read_rows(db, READ_LIST_MS, sql, NULL, 0, error);
    if (query == NULL)
        return false;
    struct email_url *at = links_room(rows, query, sizeof(*at));
    for (; query_next(query); at++) {
        struct email_row *row = row_of(places, query);
        if (row == NULL)
            continue;
        *at = (struct email_url){ .url_id = query_number(query, 1),
                                  .url = read_text(query, 2, rows->text),
                                  .flags = (unsigned)query_number(query, 3) };
        row->urls = row->urls != NULL ? row->urls : at;
        row->url_count++;
    }
    return true;
}

static bool
read_files(struct db *db, struct email_rows *rows, GHashTable *places, const char *ids,
           GError **error)
{
    g_autofree char *sql =
        g_strdup_printf("SELECT l.emailId, f.fileId, l.filename, f.hash, f.sha256, "
                        "COALESCE(f.size, -1) FROM emailFile l STRAIGHT_JOIN file f ON f.fileId = "
                        "l.fileId WHERE l.emailId IN (%s) ORDER BY l.emailId, l.position",
                        ids);
    g_autoptr(Query) query = read_rows(db, READ_LIST_MS, sql, NULL, 0, error);
    if (query == NULL)
        return false;
    struct email_file *at = links_room(rows, query, sizeof(*at));
    for (; query_next(query); at++) {
        struct email_row *row = row_of(places, query);
        if (row == NULL)
            continue;
        *at = (struct email_file){ .file_id = query_number(query, 1),
                                   .filename = read_text(query, 2, rows->text),
                                   .md5 = read_text(query, 3, rows->text),
                                   .sha256 = read_text(query, 4, rows->text),
                                   .size = query_number(query, 5) };
        row->files = row->files != NULL ? row->files : at;
        row->file_count++;
    }
    return true;
}

/* Rows in the order of the ids; ids that are gone meanwhile are left out. */
static bool
read_ids(struct db *db, struct email_rows *rows, const GArray *ids, unsigned with, GError **error)
{
    g_autofree char *list = id_list_text(ids);
    g_autofree char *sql = g_strdup_printf("%s%s)", rows_sql, list);
    g_autoptr(Query) query = ids->len > 0 ? read_rows(db, READ_LIST_MS, sql, NULL, 0, error) : NULL;
    if (ids->len == 0 || query == NULL)
        return ids->len == 0;
    g_autofree struct email_row *any = g_new0(struct email_row, query_rows(query) + 1);
    g_autoptr(GHashTable) places = g_hash_table_new(g_int64_hash, g_int64_equal);
    for (struct email_row *at = any; query_next(query); at++) {
        take_row(query, at, rows->text);
        g_hash_table_insert(places, &at->email_id, at);
    }
    if ((with & EMAIL_ROWS_LINKS) != 0 &&
        (!read_urls(db, rows, places, list, error) || !read_files(db, rows, places, list, error)))
        return false;
    rows->rows = g_new0(struct email_row, query_rows(query) + 1);
    for (guint i = 0; i < ids->len; i++) {
        int64_t id = id_list_at(ids, i);
        const struct email_row *row = g_hash_table_lookup(places, &id);
        if (row != NULL)
            rows->rows[rows->count++] = *row;
    }
    return true;
}

static bool
read_page(struct db *db, struct email_rows *rows, const struct selection *selection, size_t limit,
          unsigned limit_ms, unsigned with, GError **error)
{
    struct email_ids page = { 0 };
    bool ok = email_ids_read(db, selection, rows->sql, limit, limit_ms, &page, error) &&
              read_ids(db, rows, page.ids, with, error);
    rows->next = g_steal_pointer(&page.next);
    rows->previous = g_steal_pointer(&page.previous);
    rows->total = page.total;
    rows->slow = rows->sql->gathers && page.took_us > READ_TOTAL_MS * INT64_C(1000);
    email_ids_clear(&page);
    return ok;
}

struct email_rows *
email_rows_read(struct db *db, const struct selection *selection, int64_t now, unsigned with,
                GError **error)
{
    g_autoptr(EmailRows) rows = rows_new();
    rows->sql = selection_sql_new(db, selection, now, error);
    if (rows->sql == NULL ||
        !read_page(db, rows, selection, selection_limit(selection), READ_LIST_MS, with, error))
        return NULL;
    return g_steal_pointer(&rows);
}

/* Each once: there is room for as many rows as the server has. */
static void
drop_twins(GArray *sorted)
{
    guint kept = 0;
    for (guint i = 0; i < sorted->len; i++) {
        int64_t id = id_list_at(sorted, i);
        if (kept == 0 || id != id_list_at(sorted, kept - 1))
            g_array_index(sorted, int64_t, kept++) = id;
    }
    g_array_set_size(sorted, kept);
}

struct email_rows *
email_rows_by_ids(struct db *db, const int64_t *ids, size_t count, unsigned with, GError **error)
{
    g_autoptr(EmailRows) rows = rows_new();
    g_autoptr(GArray) list = id_list_new();
    g_return_val_if_fail(count <= EMAIL_ROWS_IDS_MAX, NULL);
    g_array_append_vals(list, ids, (guint)count);
    g_array_sort(list, compare_ids);
    drop_twins(list);
    return read_ids(db, rows, list, with, error) ? g_steal_pointer(&rows) : NULL;
}

bool
email_total(struct db *db, const struct selection *selection, int64_t now,
            const struct email_rows *page, int64_t *total, GError **error)
{
    g_autoptr(SelectionSql) own = NULL;
    if (page != NULL && selection->after == NULL && page->next == NULL) {
        *total = (int64_t)page->count;
        return true;
    }
    if (page != NULL && (page->total >= 0 || page->slow)) {
        *total = page->total < 0                 ? EMAIL_TOTAL_SLOW
                 : page->total > EMAIL_TOTAL_MAX ? -1
                                                 : page->total;
        return true;
    }
    if (page == NULL && (own = selection_sql_new(db, selection, now, error)) == NULL)
        return false;
    const struct selection_sql *sql = page != NULL ? page->sql : own;
    g_autofree char *text = g_strdup_printf(
        "SELECT COUNT(*) FROM (SELECT %se.emailId FROM %s WHERE %s LIMIT %d) x",
        sql->distinct ? "DISTINCT " : "", sql->from->str, sql->where->str, EMAIL_TOTAL_MAX + 1);
    g_autoptr(GError) problem = NULL;
    g_autoptr(Query) query =
        sql->none ? NULL
                  : read_rows(db, READ_TOTAL_MS, text, sql->values, sql->value_count, &problem);
    if (query == NULL && !sql->none && !read_was_slow(db)) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return false;
    }
    int64_t count = query != NULL && query_next(query) ? query_number(query, 0) : 0;
    *total = problem != NULL ? EMAIL_TOTAL_SLOW : count > EMAIL_TOTAL_MAX ? -1 : count;
    return true;
}

bool
email_rows_stream(struct db *db, const struct selection *selection, int64_t now, unsigned with,
                  size_t max, bool (*each)(void *user, const struct email_row *row), void *user,
                  bool *cut, GError **error)
{
    g_autoptr(Selection) page = selection_copy(selection);
    g_autoptr(SelectionSql) sql = selection_sql_new(db, page, now, error);
    size_t left = MIN(max, EMAIL_ROWS_STREAM_MAX);
    g_clear_pointer(&page->after, g_free);
    *cut = false;
    if (sql == NULL)
        return false;
    for (;;) {
        g_autoptr(EmailRows) rows = rows_new();
        rows->sql = sql;
        bool ok =
            read_page(db, rows, page, MIN(left, SELECTION_LIMIT_MAX), READ_IDS_MS, with, error);
        rows->sql = NULL;
        if (!ok)
            return false;
        for (size_t i = 0; i < rows->count; i++)
            if (!each(user, &rows->rows[i]))
                return true;
        left -= MIN(left, rows->count);
        *cut = left == 0 && rows->next != NULL;
        if (left == 0 || rows->next == NULL)
            return true;
        g_free(page->after);
        page->after = g_steal_pointer(&rows->next);
    }
}
