/* SPDX-License-Identifier: Apache-2.0 */
#include "select/selection_sql.h"

#include <string.h>

#include "base/fault.h"
#include "select/match_text.h"
#include "select/read.h"
#include "select/selection_drive.h"
#include "select/selection_where.h"

#define WORDS_MAX 8

bool
selection_sql_bind(struct selection_sql *sql, char *text)
{
    if (text == NULL || sql->value_count >= SELECTION_VALUES_MAX) {
        g_free(text);
        return text == NULL;
    }
    g_ptr_array_add(sql->texts, text);
    sql->values[sql->value_count++] = value_text(text);
    return true;
}

void
selection_sql_dates(GString *out, const char *column, int64_t from, int64_t to)
{
    char text[CLOCK_TEXT_MAX];
    if (from > CLOCK_MIN)
        g_string_append_printf(out, " AND %s >= '%s'", column, clock_sql(from, text));
    if (to < CLOCK_MAX)
        g_string_append_printf(out, " AND %s <= '%s'", column, clock_sql(to, text));
}

static void
add_words(struct build *build)
{
    const struct selection *selection = build->selection;
    GString *where = build->sql->where;
    build->sql->type_at = where->len;
    if (selection->type != TYPE_ANY)
        g_string_append_printf(where, " AND e.emailType = '%s'", selection_types[selection->type]);
    build->sql->type_len = where->len - build->sql->type_at;
    if (selection->fbtype == FBTYPE_UNKNOWN)
        g_string_append(where, " AND e.feedbackType IS NULL");
    else if (selection->fbtype != FBTYPE_ANY)
        g_string_append_printf(where, " AND e.feedbackType = '%s'",
                               selection_fbtypes[selection->fbtype]);
    if (selection->delivery == DELIVERY_UNKNOWN)
        g_string_append(where, " AND e.deliveryResult IS NULL");
    else if (selection->delivery != DELIVERY_ANY)
        g_string_append_printf(where, " AND e.deliveryResult = '%s'",
                               selection_deliveries[selection->delivery]);
    if (strcmp(selection->country, "ZZ") == 0)
        g_string_append(where, " AND (e.countryCode IS NULL OR e.countryCode = 'ZZ')");
    else if (selection->country[0] != '\0')
        g_string_append_printf(where, " AND e.countryCode = '%s'", selection->country);
    if (selection->genuine != SELECT_ANY)
        g_string_append_printf(where, " AND e.likelyGenuine = %d",
                               selection->genuine == SELECT_YES);
    if (selection->reported == SELECT_NO)
        g_string_append(where, " AND e.reported = 0");
    if (selection->reported == SELECT_YES) {
        g_string_append(where, " AND e.reported = 1");
        drive_by(build, DRIVE_REPORTED, NULL);
    }
}

static char *
octets_literal(const struct ip *ip)
{
    GString *out = g_string_new("x'");
    for (unsigned i = 0; i < ip->len; i++)
        g_string_append_printf(out, "%02X", ip->octets[i]);
    g_string_append_c(out, '\'');
    return g_string_free(out, FALSE);
}

static bool
add_range(struct build *build, const struct ip_range *range)
{
    g_autofree char *low = octets_literal(&range->base);
    bool single = range->prefix == range->base.len * 8u;
    struct ip last = range->base;
    for (unsigned bit = range->prefix; bit < last.len * 8u; bit++)
        last.octets[bit / 8] |= (unsigned char)(0x80u >> (bit % 8));
    g_autofree char *high = octets_literal(&last);
    g_autofree char *condition =
        single ? g_strdup_printf("e.sourceIp = %s", low)
               : g_strdup_printf("e.sourceIp BETWEEN %s AND %s AND LENGTH(e.sourceIp) = %u", low,
                                 high, range->base.len);
    enum where_found found = single ? WHERE_FEW : where_network(build->db, condition, build->error);
    g_string_append_printf(build->sql->where, " AND %s", condition);
    if (found == WHERE_FEW)
        drive_by(build, DRIVE_IP, NULL);
    return found != WHERE_FAILED;
}

static bool
add_asn(struct build *build, uint32_t asn)
{
    if (asn != 0)
        g_string_append_printf(build->sql->where, " AND e.sourceAsn = %u", asn);
    else
        g_string_append(build->sql->where, " AND e.sourceAsn IS NULL");
    drive_by(build, DRIVE_ASN, NULL);
    return true;
}

static bool
add_networks(struct build *build)
{
    const struct selection *selection = build->selection;
    if (selection->ip.base.len != 0 && !add_range(build, &selection->ip))
        return false;
    if (selection->has_asn)
        add_asn(build, selection->asn);
    if (!selection->listed)
        return true;
    g_autofree char *list = NULL;
    enum where_found found = where_listed(build->db, build->sql, &list, build->error);
    if (found == WHERE_FEW) {
        g_string_append_printf(build->sql->where, " AND e.sourceIp IN (%s)", list);
        drive_by(build, DRIVE_LISTED, NULL);
    }
    return found != WHERE_FAILED;
}

static bool
add_subject(struct build *build, enum match_form form, const char *text)
{
    if (text == NULL)
        return true;
    g_autofree char *column = match_column("e.subject", build->sql->masked);
    g_string_append(build->sql->where, " AND ");
    char *value = match_text(build->sql->where, column, form, text, read_is_mariadb(build->db));
    drive_by(build, DRIVE_SUBJECT, NULL);
    search_probe_add(build->probe, form, text);
    return selection_sql_bind(build->sql, value);
}

static bool
add_address(struct build *build, enum selection_text which, const char *local, const char *domain)
{
    const char *text = build->selection->texts[which];
    if (text == NULL)
        return true;
    drive_by(build, DRIVE_NAMES, NULL);
    return where_address(build->db, build->sql, local, domain, text, which == SELECT_RCPT,
                         build->error) != WHERE_FAILED;
}

static bool
add_names(struct build *build)
{
    char *const *texts = build->selection->texts;
    bool single = false;
    if (!add_address(build, SELECT_FROM, "e.originalFromLocalId", "e.originalFromDomainId") ||
        !add_address(build, SELECT_RCPT, "e.originalRcptToLocalId", "e.originalRcptToDomainId") ||
        !add_address(build, SELECT_REPORTER, "e.reporterLocalId", "e.reporterDomainId"))
        return false;
    if (texts[SELECT_SOURCE] != NULL) {
        drive_by(build, DRIVE_NAMES, NULL);
        if (where_domain(build->db, build->sql, "e.sourceDomainId", texts[SELECT_SOURCE], &single,
                         build->error) == WHERE_FAILED)
            return false;
    }
    if (texts[SELECT_DOMAIN] == NULL)
        return true;
    if (where_domain(build->db, build->sql, "e.reportedDomainID", texts[SELECT_DOMAIN], &single,
                     build->error) == WHERE_FAILED)
        return false;
    drive_by(build, single ? DRIVE_DOMAIN : DRIVE_NAMES, NULL);
    return true;
}

static bool
add_words_of(struct build *build, const char *q)
{
    g_auto(GStrv) words = g_strsplit_set(q, " \t", WORDS_MAX);
    for (unsigned i = 0; words[i] != NULL; i++)
        if (*words[i] != '\0' && !add_subject(build, MATCH_CONTAINS, words[i]))
            return false;
    return true;
}

static bool
add_host(struct build *build, const char *host)
{
    g_autofree char *ids = where_host_ids(build->db, host, WHERE_IDS_MAX, build->error);
    if (ids == NULL)
        return false;
    drive_by(build, DRIVE_NAMES, NULL);
    g_string_append_printf(build->sql->where,
                           " AND (e.reportedDomainID IN (%s) OR e.sourceDomainId IN (%s) OR "
                           "e.originalFromDomainId IN (%s))",
                           ids, ids, ids);
    return true;
}

static bool
add_question(struct build *build)
{
    const char *q = build->selection->texts[SELECT_Q];
    GString *where = build->sql->where;
    struct ip_range range;
    uint32_t asn = 0;
    switch (selection_question(q, &range, &asn)) {
    case QUESTION_NONE:
        return true;
    case QUESTION_IP:
        return add_range(build, &range);
    case QUESTION_ASN:
        return add_asn(build, asn);
    case QUESTION_HOST:
        return add_host(build, q);
    case QUESTION_WORDS:
        return add_words_of(build, q);
    case QUESTION_ADDRESS:
        break;
    }
    drive_by(build, DRIVE_NAMES, NULL);
    g_string_append(where, " AND (");
    if (!where_address_text(build->db, build->sql, where, "e.originalFromLocalId",
                            "e.originalFromDomainId", q, build->error))
        return false;
    g_string_append(where, " OR ");
    if (!where_address_text(build->db, build->sql, where, "e.originalRcptToLocalId",
                            "e.originalRcptToDomainId", q, build->error))
        return false;
    g_string_append_c(where, ')');
    return true;
}

/* A second list of URLs or mails beside the drive's is asked of each mail. */
static void
keep_list(struct build *build, enum drive drive, char *list)
{
    if (drive < build->drive) {
        drive_by(build, drive, list);
        return;
    }
    if (drive == DRIVE_URLS)
        g_string_append_printf(build->sql->where,
                               " AND 1 = (SELECT 1 FROM emailUrl l WHERE l.emailId = e.emailId "
                               "AND l.urlId IN (%s) LIMIT 1)",
                               list);
    else
        g_string_append_printf(build->sql->where, " AND e.emailId IN (%s)", list);
    g_free(list);
}

static bool
add_url(struct build *build, const char *text, bool like)
{
    char *list = NULL;
    if (text == NULL || build->sql->none)
        return true;
    enum where_found found = where_url(build->db, build->sql, text, like, &list, build->error);
    if (found == WHERE_FEW)
        keep_list(build, DRIVE_URLS, list);
    return found != WHERE_FAILED;
}

/* The subjects asked for may be those of few mails. Of an address and the like few are left
 * anyway. */
static bool
add_found(struct build *build)
{
    char *list = NULL;
    const struct selection_sql *sql = build->sql;
    if (sql->none || build->drive < DRIVE_ASN)
        return true;
    enum where_found found =
        search_probe_run(build->probe, sql->from_date, sql->to_date, &list, build->error);
    if (found == WHERE_FEW)
        keep_list(build, DRIVE_MAILS, list);
    return found != WHERE_FAILED;
}

static bool
add_file(struct build *build, const char *text, bool like)
{
    char *list = NULL;
    if (text == NULL || build->sql->none)
        return true;
    enum where_found found = where_file(build->db, build->sql, text, like, &list, build->error);
    if (found == WHERE_FEW)
        keep_list(build, DRIVE_MAILS, list);
    return found != WHERE_FAILED;
}

static bool
add_link(struct build *build, enum drive drive, int64_t id)
{
    bool url = drive == DRIVE_URL_ID;
    const char *table = url ? "emailUrl" : "emailPattern", *column = url ? "urlId" : "patternId";
    if (id == 0)
        return true;
    enum where_found found =
        where_links(build->db, table, url ? "urlEmail" : "patternEmail", column, id, build->error);
    if (found == WHERE_FEW && drive < build->drive)
        drive_by(build, drive, NULL);
    else
        g_string_append_printf(build->sql->where,
                               " AND 1 = (SELECT 1 FROM %s k WHERE k.emailId = e.emailId AND "
                               "k.%s = %" G_GINT64_FORMAT " LIMIT 1)",
                               table, column, id);
    return found != WHERE_FAILED;
}

struct selection_sql *
selection_sql_new(struct db *db, const struct selection *selection, int64_t now, GError **error)
{
    g_autoptr(SelectionSql) sql = g_new0(struct selection_sql, 1);
    g_autoptr(GError) problem = NULL;
    g_autoptr(SearchProbe) probe = search_probe_new(db, SEARCH_SUBJECT, selection->masked);
    struct build build = { db, selection, sql, DRIVE_WORDS, NULL, probe, &problem };
    char *const *texts = selection->texts;
    sql->masked = selection->masked;
    sql->from = g_string_new(NULL);
    sql->where = g_string_new("1 = 1");
    sql->texts = g_ptr_array_new_with_free_func(g_free);
    selection_window(selection, now, &sql->from_date, &sql->to_date);
    selection_sql_dates(sql->where, "e.arrivalDate", sql->from_date, sql->to_date);
    add_words(&build);
    bool ok = add_networks(&build) && add_names(&build) &&
              add_subject(&build, MATCH_CONTAINS, texts[SELECT_SUBJECT]) &&
              add_subject(&build, MATCH_LIKE, texts[SELECT_SUBJECT_LIKE]) && add_question(&build) &&
              add_link(&build, DRIVE_PATTERN, selection->campaign) &&
              add_link(&build, DRIVE_URL_ID, selection->url_id) &&
              add_url(&build, texts[SELECT_URL], false) &&
              add_url(&build, texts[SELECT_URL_LIKE], true) &&
              add_file(&build, texts[SELECT_FILE], false) &&
              add_file(&build, texts[SELECT_FILE_LIKE], true) && add_found(&build);
    if (ok)
        drive_write(&build);
    g_free(build.list);
    if (ok)
        return g_steal_pointer(&sql);
    if (problem == NULL)
        g_set_error(&problem, FAULT, FAULT_REJECT, "too many words in these filters");
    g_propagate_error(error, g_steal_pointer(&problem));
    return NULL;
}

void
selection_sql_free(struct selection_sql *sql)
{
    if (sql == NULL)
        return;
    g_string_free(sql->from, TRUE);
    g_string_free(sql->where, TRUE);
    g_ptr_array_unref(sql->texts);
    g_free(sql);
}
