/* SPDX-License-Identifier: Apache-2.0 */
#include "select/selection_where.h"

#include <string.h>

#include "base/domain.h"
#include "base/fault.h"
#include "select/match_text.h"
#include "select/read.h"
#include "select/search_probe.h"
#include "select/url_spelling.h"

#define FILES_MAX 5000
#define LISTED_MAX 2000
#define TAIL_TEXT_MAX 250 /* octets of a pattern that can be held against url.tail */
#define GLANCE_URLS 5000  /* the newest; a shape of more than GLANCE_FOUND of them looks common */
#define GLANCE_FOUND 100
#define NEWEST_URLS 50000 /* that then tell whether it is */

/* The first column of all rows as "1,2,3"; NULL with *many when there are more than `max`, or with
 * *error. "NULL" for none. */
static char *
id_list(struct db *db, const char *sql, const struct value *values, size_t count, size_t max,
        bool *many, GError **error)
{
    g_autofree char *limited = g_strdup_printf("%s LIMIT %zu", sql, max + 1);
    g_autoptr(Query) query = read_rows(db, READ_LIST_MS, limited, values, count, error);
    *many = query != NULL && query_rows(query) > max;
    if (query == NULL || *many)
        return NULL;
    GString *list = g_string_new(NULL);
    while (query_next(query))
        g_string_append_printf(list, "%s%s", list->len > 0 ? "," : "", query_text(query, 0));
    if (list->len == 0)
        g_string_append(list, "NULL");
    return g_string_free(list, FALSE);
}

/* The same as what a condition found: the few, or so many that each mail is to be asked. */
static enum where_found
few_ids(struct db *db, struct selection_sql *sql, const char *ask, const struct value *values,
        size_t count, size_t max, char **list, GError **error)
{
    bool many = false;
    *list = id_list(db, ask, values, count, max, &many, error);
    if (*list == NULL)
        return many ? WHERE_WALK : WHERE_FAILED;
    sql->none = sql->none || strcmp(*list, "NULL") == 0;
    return WHERE_FEW;
}

/* Whether the rows that `ask` counts are at most `max`. */
static enum where_found
few_rows(struct db *db, const char *ask, const struct value *values, size_t value_count, size_t max,
         GError **error)
{
    g_autofree char *count =
        g_strdup_printf("SELECT COUNT(*) FROM (SELECT 1 FROM %s LIMIT %zu) x", ask, max + 1);
    g_autoptr(Query) query = read_rows(db, READ_LIST_MS, count, values, value_count, error);
    if (query == NULL)
        return WHERE_FAILED;
    return query_next(query) && query_number(query, 0) > (int64_t)max ? WHERE_WALK : WHERE_FEW;
}

/* "COLUMN IN (ids)" of the names that match, or a question for each row; *none: there are none. */
static bool
name_condition(struct db *db, struct selection_sql *sql, GString *out, const char *column,
               bool local, const char *text, bool *none, bool *single, GError **error)
{
    g_autoptr(GString) ask = g_string_new(local ? "SELECT x.emailLocalId FROM emailLocal x WHERE "
                                                : "SELECT x.domainId FROM domain x WHERE ");
    g_autofree char *canonical =
        !local && strchr(text, '*') == NULL ? domain_canonical(span_of(text)) : NULL;
    size_t head = ask->len;
    g_autofree char *value = match_text(ask, local ? "x.emailLocal" : "x.domain", MATCH_WHOLE,
                                        canonical != NULL ? canonical : text, false);
    struct value bound = value_text(value);
    bool many = false;
    g_autofree char *list = id_list(db, ask->str, &bound, 1, WHERE_IDS_MAX, &many, error);
    if (list == NULL && !many)
        return false;
    *none = list != NULL && strcmp(list, "NULL") == 0;
    *single = list != NULL && !*none && strchr(list, ',') == NULL;
    if (list != NULL) {
        g_string_append_printf(out, "%s IN (%s)", column, list);
        return true;
    }
    g_string_append_printf(out, "1 = (SELECT 1 FROM %s x WHERE x.%s = %s AND %s LIMIT 1)",
                           local ? "emailLocal" : "domain", local ? "emailLocalId" : "domainId",
                           column, ask->str + head);
    if (selection_sql_bind(sql, g_steal_pointer(&value)))
        return true;
    g_set_error(error, FAULT, FAULT_REJECT, "too many patterns in these filters");
    return false;
}

enum where_found
where_domain(struct db *db, struct selection_sql *sql, const char *column, const char *text,
             bool *single, GError **error)
{
    bool none = false;
    g_string_append(sql->where, " AND ");
    if (!name_condition(db, sql, sql->where, column, false, text, &none, single, error))
        return WHERE_FAILED;
    sql->none = sql->none || none;
    return WHERE_WALK;
}

static bool
is_any(const char *pattern)
{
    return strspn(pattern, "*") == strlen(pattern);
}

/* One way to part an address pattern: "(local AND domain)"; "" is any. */
static bool
split_condition(struct db *db, struct selection_sql *sql, GString *out, const char *local_column,
                const char *domain_column, const char *local, const char *domain, bool *none,
                GError **error)
{
    bool no_local = false, no_domain = false, single;
    g_string_append(out, "(");
    if (!is_any(local) &&
        !name_condition(db, sql, out, local_column, true, local, &no_local, &single, error))
        return false;
    if (!is_any(local) && !is_any(domain))
        g_string_append(out, " AND ");
    if (!is_any(domain) && !no_local &&
        !name_condition(db, sql, out, domain_column, false, domain, &no_domain, &single, error))
        return false;
    if (!is_any(domain) && no_local)
        g_string_append(out, "FALSE");
    if (is_any(local) && is_any(domain))
        g_string_append_printf(out, "%s IS NOT NULL", local_column);
    g_string_append(out, ")");
    *none = no_local || no_domain;
    return true;
}

/* All ways to part it: at its last @, else at each star, which then holds the @. */
static bool
address_condition(struct db *db, struct selection_sql *sql, GString *out, const char *local_column,
                  const char *domain_column, const char *text, bool *none, GError **error)
{
    const char *at = strrchr(text, '@');
    unsigned splits = 0;
    if (at != NULL || strchr(text, '*') == NULL) {
        g_autofree char *local = at != NULL ? g_strndup(text, at - text) : g_strdup(text);
        return split_condition(db, sql, out, local_column, domain_column, local,
                               at != NULL ? at + 1 : "", none, error);
    }
    *none = true;
    g_string_append(out, "(");
    for (const char *star = strchr(text, '*'); star != NULL; star = strchr(star + 1, '*')) {
        bool nobody = false;
        g_autofree char *local = g_strndup(text, star - text + 1);
        if (++splits > WHERE_SPLITS_MAX) {
            g_set_error(error, FAULT, FAULT_REJECT, "an address with at most %d \"*\", or with @",
                        WHERE_SPLITS_MAX);
            return false;
        }
        g_string_append(out, splits > 1 ? " OR " : "");
        if (!split_condition(db, sql, out, local_column, domain_column, local, star, &nobody,
                             error))
            return false;
        *none = *none && nobody;
    }
    g_string_append(out, ")");
    return true;
}

bool
where_address_text(struct db *db, struct selection_sql *sql, GString *out, const char *local_column,
                   const char *domain_column, const char *text, GError **error)
{
    bool none;
    return address_condition(db, sql, out, local_column, domain_column, text, &none, error);
}

enum where_found
where_address(struct db *db, struct selection_sql *sql, const char *local_column,
              const char *domain_column, const char *text, bool further, GError **error)
{
    bool none = false, many = false;
    g_string_append(sql->where, " AND (");
    if (!address_condition(db, sql, sql->where, local_column, domain_column, text, &none, error))
        return WHERE_FAILED;
    if (further && !none) {
        g_autoptr(GString) ask =
            g_string_new("SELECT DISTINCT r.emailId FROM emailRcptTo r WHERE ");
        size_t head = ask->len, values = sql->value_count;
        bool nobody;
        if (!address_condition(db, sql, ask, "r.emailLocalId", "r.domainId", text, &nobody, error))
            return WHERE_FAILED;
        g_autofree char *list = id_list(db, ask->str, sql->values + values,
                                        sql->value_count - values, WHERE_IDS_MAX, &many, error);
        if (list == NULL && !many)
            return WHERE_FAILED;
        if (list != NULL)
            sql->value_count = values; /* the question is answered */
        if (list != NULL && strcmp(list, "NULL") != 0)
            g_string_append_printf(sql->where, " OR e.emailId IN (%s)", list);
        if (list == NULL)
            g_string_append_printf(sql->where,
                                   " OR 1 = (SELECT 1 FROM emailRcptTo r WHERE r.emailId = "
                                   "e.emailId AND %s LIMIT 1)",
                                   ask->str + head);
    }
    g_string_append(sql->where, ")");
    sql->none = sql->none || none;
    return WHERE_WALK;
}

char *
where_host_ids(struct db *db, const char *host, size_t max, GError **error)
{
    bool many = false;
    g_autofree char *canonical = domain_canonical(span_of(host));
    g_autofree char *below = g_strdup_printf("*.%s", canonical != NULL ? canonical : host);
    g_autofree char *like = match_like(below, false);
    struct value values[] = { value_text(canonical != NULL ? canonical : host), value_text(like) };
    char *list = id_list(db,
                         "SELECT domainId FROM domain WHERE domain = ? UNION "
                         "SELECT domainId FROM domain WHERE domain LIKE ?",
                         values, 2, max, &many, error);
    if (many)
        g_set_error(error, FAULT, FAULT_REJECT, "more than %zu names end in %s", max, host);
    return list;
}

/* A pattern that can be held against the last piece of the path alone: "%mail.htm", "%/mail.htm";
 * its value, or NULL. Caller frees. */
static char *
tail_value(const char *like, bool *equal)
{
    if (like[0] != '%' || strpbrk(like + 1, "/\\") == NULL) {
        *equal = false;
        return like[0] == '%' ? g_strdup(like) : NULL;
    }
    *equal = like[1] == '/' && strpbrk(like + 2, "/%_\\") == NULL;
    return *equal ? g_strdup(like + 2) : NULL;
}

/* It holds no address: the last piece of a path that is this one tells of none. */
static bool
is_plain(const char *tail)
{
    for (; *tail != '\0'; tail++)
        if (*tail == '@' || (unsigned char)*tail >= 0x80)
            return false;
    return true;
}

/* *few: those that may have the text in one spelling, "1,2,3"; NULL where that can't be told. */
static bool
probe_urls(struct db *db, bool masked, const struct url_spellings *spellings, enum match_form form,
           char **few, GError **error)
{
    g_autoptr(GString) list = g_string_new(NULL);
    for (unsigned i = 0; i < spellings->count; i++) {
        g_autoptr(SearchProbe) probe = search_probe_new(db, SEARCH_URL, masked);
        g_autofree char *found = NULL;
        search_probe_add(probe, form, spellings->texts[i]);
        if (search_probe_run(probe, CLOCK_MIN, CLOCK_MAX, &found, error) == WHERE_FAILED)
            return false;
        if (found == NULL)
            return true;
        g_string_append_printf(list, "%s%s", i > 0 ? "," : "", found);
    }
    *few = g_string_free(g_steal_pointer(&list), FALSE);
    return true;
}

/* Whether more than `max` of the newest `span` URLs have a tail, found as quickly as they are many:
 * index tailSeen has those of one tail behind all that sort before them. */
static enum where_found
newest_tails(struct db *db, const struct value *tail, unsigned span, size_t max, GError **error)
{
    g_autofree char *ask = g_strdup_printf("url u FORCE INDEX (PRIMARY) WHERE u.urlId > (SELECT "
                                           "MAX(urlId) FROM url) - %u AND u.tail LIKE ? "
                                           "ORDER BY u.urlId DESC",
                                           span);
    return few_rows(db, ask, tail, 1, max, error);
}

/* WHERE_WALK: more than WHERE_IDS_MAX URLs have the tail for certain; WHERE_FEW: who knows. */
static enum where_found
common_tail(struct db *db, const struct value *tail, GError **error)
{
    enum where_found found = newest_tails(db, tail, GLANCE_URLS, GLANCE_FOUND, error);
    return found == WHERE_WALK ? newest_tails(db, tail, NEWEST_URLS, WHERE_IDS_MAX, error) : found;
}

/* The URLs' own dates are not asked: ingesters move them some batches late. */
enum where_found
where_url(struct db *db, struct selection_sql *sql, const char *text, bool like, char **list,
          GError **error)
{
    bool equal = false;
    g_autofree char *tail = like ? tail_value(text, &equal) : NULL, *few = NULL;
    g_autofree char *column = match_column("u.url", sql->masked);
    equal = equal && (!sql->masked || is_plain(tail));
    if (sql->masked && !equal)
        g_clear_pointer(&tail, g_free);
    g_autoptr(GString) ask = g_string_new("SELECT u.urlId FROM url u");
    g_autoptr(GString) match = g_string_new(NULL);
    enum match_form form = like ? MATCH_LIKE : MATCH_CONTAINS;
    g_auto(UrlSpellings) spellings = { .count = 0 };
    url_spellings_match(&spellings, match, column, form, text, read_is_mariadb(db));
    if (!equal && !probe_urls(db, sql->masked, &spellings, form, &few, error))
        return WHERE_FAILED;
    bool by_tail = few == NULL && tail != NULL && strlen(text) < TAIL_TEXT_MAX;
    g_string_append_printf(ask, " FORCE INDEX (%s) WHERE ", by_tail ? "tailSeen" : "PRIMARY");
    if (few != NULL)
        g_string_append_printf(ask, "u.urlId IN (%s) AND ", few);
    if (by_tail)
        g_string_append(ask, equal ? "u.tail = ?" : "u.tail LIKE ?");
    else
        g_string_append(ask, match->str);
    struct value bound[URL_SPELLINGS_MAX];
    for (unsigned i = 0; i < spellings.count; i++)
        bound[i] = value_text(by_tail ? tail : spellings.values[i]);
    enum where_found found = by_tail && !equal ? common_tail(db, bound, error) : WHERE_FEW;
    if (found == WHERE_FEW)
        found = few_ids(db, sql, ask->str, bound, spellings.count, WHERE_IDS_MAX, list, error);
    if (found != WHERE_WALK)
        return found;
    g_string_append_printf(sql->where,
                           " AND 1 = (SELECT 1 FROM emailUrl l STRAIGHT_JOIN url u ON u.urlId = "
                           "l.urlId WHERE l.emailId = e.emailId AND %s LIMIT 1)",
                           match->str);
    for (unsigned i = 0; i < spellings.count; i++)
        selection_sql_bind(sql, g_steal_pointer(&spellings.values[i]));
    return WHERE_WALK;
}

enum where_found
where_file(struct db *db, struct selection_sql *sql, const char *text, bool like, char **list,
           GError **error)
{
    g_autoptr(GString) match = g_string_new(NULL);
    g_autofree char *column = match_column("f.filename", sql->masked);
    g_autofree char *value =
        match_text(match, column, like ? MATCH_LIKE : MATCH_CONTAINS, text, read_is_mariadb(db));
    g_autofree char *ask =
        g_strdup_printf("SELECT DISTINCT f.emailId FROM emailFile f WHERE %s", match->str);
    struct value bound = value_text(value);
    enum where_found found = few_ids(db, sql, ask, &bound, 1, FILES_MAX, list, error);
    if (found != WHERE_WALK)
        return found;
    g_string_append_printf(sql->where,
                           " AND 1 = (SELECT 1 FROM emailFile f WHERE f.emailId = e.emailId "
                           "AND %s LIMIT 1)",
                           match->str);
    selection_sql_bind(sql, g_steal_pointer(&value));
    return WHERE_WALK;
}

enum where_found
where_links(struct db *db, const char *table, const char *index, const char *column, int64_t id,
            GError **error)
{
    g_autofree char *ask = g_strdup_printf("%s FORCE INDEX (%s) WHERE %s = %" G_GINT64_FORMAT,
                                           table, index, column, id);
    return few_rows(db, ask, NULL, 0, WHERE_LINKS_MAX, error);
}

enum where_found
where_network(struct db *db, const char *condition, GError **error)
{
    g_autofree char *ask =
        g_strdup_printf("arfEmail e FORCE INDEX (ipArrival) WHERE %s", condition);
    return few_rows(db, ask, NULL, 0, WHERE_LINKS_MAX, error);
}

enum where_found
where_listed(struct db *db, struct selection_sql *sql, char **list, GError **error)
{
    enum where_found found = few_ids(db, sql,
                                     "SELECT CONCAT('x''', HEX(ip), '''') FROM ipListing "
                                     "WHERE list = 'zen' AND state = 'listed'",
                                     NULL, 0, LISTED_MAX, list, error);
    if (found != WHERE_WALK)
        return found;
    g_string_append(sql->where, " AND 1 = (SELECT 1 FROM ipListing z WHERE z.ip = e.sourceIp AND "
                                "z.list = 'zen' AND z.state = 'listed' LIMIT 1)");
    return WHERE_WALK;
}
