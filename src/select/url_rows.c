/* SPDX-License-Identifier: Apache-2.0 */
#include "select/url_rows.h"

#include <string.h>

#include "base/fault.h"
#include "select/cursor.h"
#include "select/email_rows.h"
#include "select/read.h"
#include "select/selection_sql.h"
#include "select/selection_where.h"
#include "select/url_spelling.h"

#define HIDDEN_MAX 20000

static const char columns[] =
    "SELECT u.urlId, u.firstSeen, u.lastSeen, u.url, h.domain, u.urlIp, "
    "u.urlCountryCode, u.urlAsn, n.name, (SELECT COALESCE(GROUP_CONCAT(DISTINCT IF(l.state = "
    "'listed', l.list, NULL) ORDER BY l.list SEPARATOR ' '), '') FROM hostListing l WHERE "
    "l.domainId IN (u.urlDomainId, f.registrableId) HAVING COUNT(*) > 0) FROM url u "
    "LEFT JOIN domain h ON h.domainId = u.urlDomainId LEFT JOIN asName n ON n.asn = u.urlAsn "
    "LEFT JOIN hostFact f ON f.domainId = u.urlDomainId WHERE u.urlId IN (";

struct search {
    struct db *db;
    const struct selection *selection;
    struct selection_sql *sql; /* FROM and WHERE, the URLs are `u` */
    bool down;
};

static struct url_rows *
rows_new(void)
{
    struct url_rows *rows = g_new0(struct url_rows, 1);
    rows->text = g_string_chunk_new(8192);
    return rows;
}

void
url_rows_free(struct url_rows *rows)
{
    if (rows == NULL)
        return;
    g_free(rows->rows);
    g_free(rows->next);
    g_free(rows->previous);
    g_string_chunk_free(rows->text);
    g_free(rows);
}

static bool
read_ids(struct db *db, struct url_rows *rows, const char *ids, bool down, GError **error)
{
    const char *way = down ? "DESC" : "ASC";
    g_autofree char *sql =
        g_strdup_printf("%s%s) ORDER BY u.lastSeen %s, u.urlId %s", columns, ids, way, way);
    g_autoptr(Query) query = read_rows(db, READ_LIST_MS, sql, NULL, 0, error);
    if (query == NULL)
        return false;
    rows->rows = g_new0(struct url_row, query_rows(query) + 1);
    while (query_next(query)) {
        struct url_row *row = &rows->rows[rows->count++];
        row->url_id = query_number(query, 0);
        row->first_seen = read_date(query, 1);
        row->last_seen = read_date(query, 2);
        row->url = read_text(query, 3, rows->text);
        row->host = read_text(query, 4, rows->text);
        row->ip = read_ip(query, 5, rows->text);
        row->country_code = read_text(query, 6, rows->text);
        row->asn = (uint32_t)query_number(query, 7);
        row->as_name = read_text(query, 8, rows->text);
        row->lists = read_text(query, 9, rows->text);
    }
    return true;
}

/* What is no danger to anybody, and what is ours: the newest mail's word on it decides. */
static bool
leave_out(struct search *search, const char *const *hidden, GError **error)
{
    GString *where = search->sql->where;
    if (search->selection->all)
        return true;
    g_string_append(where,
                    " AND COALESCE((SELECT k.flags & 1 FROM emailUrl k FORCE INDEX "
                    "(urlEmail) WHERE k.urlId = u.urlId ORDER BY k.emailId DESC LIMIT 1), 0) "
                    "= 0");
    for (size_t i = 0; hidden != NULL && hidden[i] != NULL; i++) {
        g_autofree char *ids = where_host_ids(search->db, hidden[i], HIDDEN_MAX, error);
        if (ids == NULL)
            return false;
        if (strcmp(ids, "NULL") != 0)
            g_string_append_printf(where,
                                   " AND (u.urlDomainId IS NULL OR u.urlDomainId NOT IN "
                                   "(%s))",
                                   ids);
    }
    return true;
}

/* A text that few URLs have is found by one pass over all, quicker than by the index in order. */
static bool
add_text(struct search *search, const char *text, bool like, bool *few, GError **error)
{
    g_autofree char *list = NULL;
    if (text == NULL)
        return true;
    struct selection_sql probe = *search->sql; /* where_url() writes a condition on mails */
    probe.where = g_string_new(NULL);
    enum where_found found = where_url(search->db, &probe, text, like, &list, error);
    g_string_free(probe.where, TRUE);
    search->sql->none = search->sql->none || probe.none;
    *few = *few || found == WHERE_FEW;
    if (found == WHERE_FEW)
        g_string_append_printf(search->sql->where, " AND u.urlId IN (%s)", list);
    if (found != WHERE_WALK)
        return found == WHERE_FEW;
    g_autofree char *column = match_column("u.url", search->sql->masked);
    g_auto(UrlSpellings) spellings = { .count = 0 };
    bool bound = true;
    g_string_append(search->sql->where, " AND ");
    url_spellings_match(&spellings, search->sql->where, column, like ? MATCH_LIKE : MATCH_CONTAINS,
                        text, read_is_mariadb(search->db));
    for (unsigned i = 0; i < spellings.count; i++)
        bound = selection_sql_bind(search->sql, g_steal_pointer(&spellings.values[i])) && bound;
    return bound;
}

static bool
prepare_urls(struct search *search, const char *const *hidden, int64_t now, GError **error)
{
    const struct selection *selection = search->selection;
    struct selection_sql *sql = search->sql;
    bool few = false;
    sql->masked = selection->masked;
    sql->from = g_string_new(NULL);
    sql->where = g_string_new("1 = 1");
    sql->texts = g_ptr_array_new_with_free_func(g_free);
    selection_window(selection, now, &sql->from_date, &sql->to_date);
    selection_sql_dates(sql->where, "u.lastSeen", sql->from_date, sql->to_date);
    if (selection->has_asn && selection->asn != 0)
        g_string_append_printf(sql->where, " AND u.urlAsn = %u", selection->asn);
    else if (selection->has_asn)
        g_string_append(sql->where, " AND u.urlAsn IS NULL");
    if (selection->country[0] != '\0')
        g_string_append_printf(sql->where, " AND u.urlCountryCode = '%s'", selection->country);
    if (!add_text(search, selection->texts[SELECT_URL], false, &few, error) ||
        !add_text(search, selection->texts[SELECT_URL_LIKE], true, &few, error) ||
        !leave_out(search, hidden, error))
        return false;
    g_string_append_printf(sql->from, "url u FORCE INDEX (%s)", few ? "PRIMARY" : "lastSeen");
    return true;
}

static bool
prepare_of_mails(struct search *search, const char *const *hidden, int64_t now, GError **error)
{
    search->sql = selection_sql_new(search->db, search->selection, now, error);
    if (search->sql == NULL)
        return false;
    g_string_append(search->sql->from, " STRAIGHT_JOIN emailUrl v ON v.emailId = e.emailId "
                                       "STRAIGHT_JOIN url u ON u.urlId = v.urlId");
    search->sql->distinct = true;
    /* The conditions stand in WHERE, behind the joins. */
    return leave_out(search, hidden, error);
}

static char *
place(const struct search *search, const struct url_row *row, bool backward)
{
    char text[CLOCK_TEXT_MAX];
    clock_sql(row->last_seen, text);
    struct cursor cursor = { .backward = backward, .value = text, .id = row->url_id };
    return cursor_text(search->selection, &cursor);
}

/* One page: the ids in order, then what is known of them. */
static bool
read_page(struct search *search, struct url_rows *rows, size_t limit, unsigned limit_ms,
          GError **error)
{
    g_auto(Cursor) at = { 0 };
    const struct selection *selection = search->selection;
    struct selection_sql *sql = search->sql;
    if (selection->after != NULL && !cursor_read(selection, &at, error))
        return false;
    bool down = selection->ascending == at.backward;
    struct value values[SELECTION_VALUES_MAX + 3];
    size_t count = sql->value_count;
    memcpy(values, sql->values, count * sizeof(*values));
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_append_printf(text, "SELECT %su.urlId, u.lastSeen FROM %s WHERE %s",
                           sql->distinct ? "DISTINCT " : "", sql->from->str, sql->where->str);
    if (at.value != NULL) {
        char way = down ? '<' : '>';
        g_string_append_printf(text, " AND u.lastSeen %c= ? AND (u.lastSeen %c ? OR u.urlId %c ?)",
                               way, way, way);
        values[count++] = value_text(at.value);
        values[count++] = value_text(at.value);
        values[count++] = value_number(at.id);
    }
    g_string_append_printf(text, " ORDER BY u.lastSeen %s, u.urlId %s LIMIT %zu",
                           down ? "DESC" : "ASC", down ? "DESC" : "ASC", limit + 1);
    g_autoptr(Query) query =
        sql->none ? NULL : read_rows(search->db, limit_ms, text->str, values, count, error);
    if (query == NULL)
        return sql->none;
    bool further = query_rows(query) > limit;
    g_autoptr(GString) ids = g_string_new(NULL);
    for (size_t i = 0; i < limit && query_next(query); i++)
        g_string_append_printf(ids, "%s%s", i > 0 ? "," : "", query_text(query, 0));
    if (ids->len == 0)
        return true;
    if (!read_ids(search->db, rows, ids->str, !selection->ascending, error))
        return false;
    if (rows->count > 0 && (further || at.backward))
        rows->next = place(search, &rows->rows[rows->count - 1], false);
    if (rows->count > 0 && (at.backward ? further : at.value != NULL))
        rows->previous = place(search, &rows->rows[0], true);
    return true;
}

static bool
prepare(struct search *search, enum selection_of of, const char *const *hidden, int64_t now,
        GError **error)
{
    g_autoptr(GError) problem = NULL;
    if (of == SELECT_URLS)
        search->sql = g_new0(struct selection_sql, 1);
    bool ok = of == SELECT_URLS ? prepare_urls(search, hidden, now, &problem)
                                : prepare_of_mails(search, hidden, now, &problem);
    if (!ok && problem == NULL)
        g_set_error(&problem, FAULT, FAULT_REJECT, "too many filters");
    if (!ok)
        g_propagate_error(error, g_steal_pointer(&problem));
    return ok;
}

struct url_rows *
url_rows_read(struct db *db, const struct selection *selection, enum selection_of of,
              const char *const *hidden, int64_t now, GError **error)
{
    struct search search = { .db = db, .selection = selection };
    g_autoptr(UrlRows) rows = rows_new();
    bool ok = prepare(&search, of, hidden, now, error) &&
              read_page(&search, rows, selection_limit(selection), READ_LIST_MS, error);
    selection_sql_free(search.sql);
    return ok ? g_steal_pointer(&rows) : NULL;
}

struct url_rows *
url_rows_by_id(struct db *db, int64_t url_id, GError **error)
{
    g_autoptr(UrlRows) rows = rows_new();
    g_autofree char *ids = g_strdup_printf("%" G_GINT64_FORMAT, url_id);
    return read_ids(db, rows, ids, true, error) ? g_steal_pointer(&rows) : NULL;
}

bool
url_rows_stream(struct db *db, const struct selection *selection, enum selection_of of,
                const char *const *hidden, int64_t now, size_t max,
                bool (*each)(void *user, const struct url_row *row), void *user, bool *cut,
                GError **error)
{
    g_autoptr(Selection) page = selection_copy(selection);
    struct search search = { .db = db, .selection = page };
    size_t left = MIN(max, EMAIL_ROWS_STREAM_MAX);
    g_clear_pointer(&page->after, g_free);
    *cut = false;
    bool ok = prepare(&search, of, hidden, now, error);
    for (bool more = ok; more;) {
        g_autoptr(UrlRows) rows = rows_new();
        ok = read_page(&search, rows, MIN(left, SELECTION_LIMIT_MAX), READ_IDS_MS, error);
        for (size_t i = 0; ok && more && i < rows->count; i++)
            more = each(user, &rows->rows[i]);
        left -= MIN(left, rows->count);
        *cut = more && left == 0 && rows->next != NULL;
        more = more && ok && left > 0 && rows->next != NULL;
        g_free(page->after);
        page->after = g_steal_pointer(&rows->next);
    }
    selection_sql_free(search.sql);
    return ok;
}
