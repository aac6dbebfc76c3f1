/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "admin/checkup.h"
#include "base/clock.h"
#include "store/fact_purge.h"
#include "store/id_list.h"
#include "store/query.h"
#include "store/replay.h"
#include "store/search_mend.h"
#include "store/sweep.h"

#define WHAT "rows"
#define NEWEST 10000
#define REPAIR_AT_ONCE 500
#define REASONS 5
#define REASON_CHARS 100

/* Rows that do not fit together: each figure is to be 0. What is to be mended is found by a SELECT
 * first and then named by its ids: a SELECT sees a mail with all that hangs on it or nothing of it,
 * a DELETE that looks for itself may see the one before the other. */
struct rule {
    const char *name;
    const char *ids;             /* the column that tells which row it is */
    const char *from;            /* FROM and WHERE; `%s` stands for the id behind which is looked */
    const char *repair, *behind; /* around the list of ids; NULL: nothing can be done here */
    const char *advice;          /* what a person can do */
    bool full;                   /* takes a look at all mails: only with --full */
};

#define NEWEST_MAIL "SELECT MAX(emailId) FROM arfEmail"
#define REPARSE "run lafayette-admin reparse --all"
#define REPAIR "run lafayette-admin doctor --repair"
/* clang-format off */
#define LINK_RULE(link) \
    { #link " of no mail", "x.emailId", \
      #link " x LEFT JOIN arfEmail a USING (emailId) WHERE a.emailId IS NULL AND x.emailId > %s", \
      "DELETE FROM " #link " WHERE emailId IN ", "", REPAIR, false }
#define END_RULE(link, table, id) \
    { #link " to no " #table, "x.emailId", \
      #link " x LEFT JOIN " #table " u USING (" #id ") WHERE u." #id " IS NULL AND x.emailId > %s", \
      NULL, NULL, REPARSE, false }
#define SEEN_RULE(table, link, id) \
    { #table " with wrong firstSeen or lastSeen", "u." #id, \
      #link " x JOIN arfEmail a USING (emailId) JOIN " #table " u USING (" #id ") WHERE " \
      "x.emailId > %s AND (a.arrivalDate < u.firstSeen OR a.arrivalDate > u.lastSeen)", \
      "UPDATE " #table " u JOIN (SELECT x." #id ", MIN(a.arrivalDate) AS low, MAX(a.arrivalDate) " \
      "AS high FROM " #link " x JOIN arfEmail a USING (emailId) WHERE x." #id " IN ", \
      " GROUP BY x." #id ") y USING (" #id ") SET u.firstSeen = LEAST(u.firstSeen, y.low), " \
      "u.lastSeen = GREATEST(u.lastSeen, y.high)", REPAIR, false }
#define NAME_RULE(column, table) \
    { #column " of no " #table, "a.emailId", \
      "arfEmail a LEFT JOIN " #table " t ON t." #table "Id = a." #column " WHERE a.emailId > %s AND " \
      "a." #column " IS NOT NULL AND t." #table "Id IS NULL", NULL, NULL, REPARSE, false }

static const struct rule rules[] = {
    LINK_RULE(emailUrl),
    LINK_RULE(emailFile),
    LINK_RULE(emailPattern),
    LINK_RULE(emailRcptTo),
    LINK_RULE(emailReportedDomain),
    LINK_RULE(lookup),
    END_RULE(emailUrl, url, urlId),
    END_RULE(emailFile, file, fileId),
    END_RULE(emailPattern, pattern, patternId),
    END_RULE(emailRcptTo, emailLocal, emailLocalId),
    NAME_RULE(originalMailFromLocalId, emailLocal),
    NAME_RULE(originalRcptToLocalId, emailLocal),
    NAME_RULE(originalFromLocalId, emailLocal),
    NAME_RULE(reporterLocalId, emailLocal),
    NAME_RULE(originalFromDomainId, domain),
    NAME_RULE(reportedDomainID, domain),
    { "sourceDomainId of no domain", "a.emailId",
      "arfEmail a LEFT JOIN domain t ON t.domainId = a.sourceDomainId WHERE a.emailId > %s AND "
      "a.sourceDomainId IS NOT NULL AND t.domainId IS NULL",
      "UPDATE arfEmail SET sourceDomainId = NULL, sourceDomainConfirmed = NULL WHERE emailId IN ",
      "", REPAIR, false },
    SEEN_RULE(url, emailUrl, urlId),
    SEEN_RULE(file, emailFile, fileId),
    { "mails whose octets are gone", "a.emailId",
      "arfEmail a LEFT JOIN rawMessage r ON r.rawId = a.rawId AND r.seq = 1 WHERE a.rawId > 0 AND "
      "r.rawId IS NULL AND a.emailId > %s",
      "UPDATE arfEmail SET rawId = NULL WHERE emailId IN ", "",
      "they cannot be had again; lafayette-admin doctor --repair marks the mails so", false },
    { "octets of no mail", "r.rawId",
      "rawMessage r WHERE r.rawId > %s AND r.rawId NOT IN (SELECT rawId FROM arfEmail WHERE rawId "
      "IS NOT NULL) AND r.rawId NOT IN (SELECT rawId FROM heldMessage WHERE rawId IS NOT NULL) AND "
      "r.rawId NOT IN (SELECT rawId FROM complaintMessage) AND r.rawId NOT IN (SELECT rawId FROM "
      "complaintReply WHERE rawId IS NOT NULL)",
      "DELETE FROM rawMessage WHERE rawId IN ", "", REPAIR, true },
    { "messages both stored and held", "h.heldId",
      "heldMessage h JOIN arfEmail a USING (digest) WHERE h.heldId > %s", NULL, NULL,
      "look at them with lafayette-admin show", true },
};
/* clang-format on */

/* Two large tables that meet in a column without an index are hashed; without this MariaDB compares
 * each row with each. MySQL does so by itself, and has no such variable. */
static void
hash_joins(struct checkup *checkup)
{
    db_execute(checkup->db, "SET SESSION join_cache_level = 4, join_buffer_size = 33554432", NULL);
}

/* A check that failed may have lost the connection: the next ones have a new one. */
static void
mend_connection(struct checkup *checkup)
{
    struct failure failure = *db_failure(checkup->db);
    replay_clean(checkup->db, &failure);
    if (!db_is_connected(checkup->db) && db_reconnect(checkup->db, NULL))
        hash_joins(checkup);
}

static bool
figure_of(struct checkup *checkup, const struct rule *rule, const char *behind, int64_t *figure)
{
    g_auto(GStrv) pieces = g_strsplit(rule->from, "%s", -1);
    g_autofree char *from = g_strjoinv(behind, pieces);
    g_autofree char *sql = g_strconcat("SELECT COUNT(DISTINCT ", rule->ids, ") FROM ", from, NULL);
    GError *error = NULL;
    if (query_figure(checkup->db, sql, NULL, 0, figure, &error))
        return true;
    checkup_fault(checkup, rule->name, error);
    mend_connection(checkup);
    return false;
}

static bool
repair_some(struct checkup *checkup, const struct rule *rule, const char *select, guint *found,
            GError **error)
{
    g_autoptr(GArray) ids = id_list_new();
    g_autoptr(Query) query = query_run(checkup->db, select, NULL, 0, error);
    if (query == NULL)
        return false;
    while (query_next(query))
        id_list_add(ids, query_number(query, 0));
    *found = ids->len;
    return id_list_execute(checkup->db, rule->repair, ids, rule->behind, error);
}

/* What is mended is not found again; `figure` rows take so many turns at most. */
static bool
repair(struct checkup *checkup, const struct rule *rule, int64_t figure, GError **error)
{
    g_auto(GStrv) pieces = g_strsplit(rule->from, "%s", -1);
    g_autofree char *from = g_strjoinv("0", pieces);
    g_autofree char *select =
        g_strdup_printf("SELECT DISTINCT %s FROM %s LIMIT %d", rule->ids, from, REPAIR_AT_ONCE);
    guint found = 1;
    for (int64_t turn = 0; found > 0 && turn <= figure / REPAIR_AT_ONCE + 1; turn++)
        if (!repair_some(checkup, rule, select, &found, error))
            return false;
    return true;
}

/* True when all was well. */
static bool
check_rule(struct checkup *checkup, const struct rule *rule, const char *behind)
{
    int64_t figure = 0;
    GError *error = NULL;
    if (!figure_of(checkup, rule, behind, &figure))
        return false;
    if (figure == 0)
        return true;
    if (!checkup->repair || rule->repair == NULL) {
        checkup_tell(checkup, FINDING_ACT, WHAT, "%s: %" G_GINT64_FORMAT "; %s", rule->name, figure,
                     rule->advice);
        return false;
    }
    if (!repair(checkup, rule, figure, &error)) {
        checkup_fault(checkup, rule->name, error);
        mend_connection(checkup);
        return false;
    }
    checkup_tell(checkup, FINDING_NOTE, WHAT, "%s: %" G_GINT64_FORMAT ", mended", rule->name,
                 figure);
    return true;
}

/* True when each text has its line. Lines of texts that have changed cost time, nothing else. */
static bool
check_search(struct checkup *checkup, enum search_kind kind)
{
    struct search_faults faults = { 0 };
    int64_t newest = 0;
    GError *error = NULL;
    const char *newest_sql = kind == SEARCH_SUBJECT ? NEWEST_MAIL : "SELECT MAX(urlId) FROM url";
    if (!query_figure(checkup->db, newest_sql, NULL, 0, &newest, &error) ||
        !search_mend(checkup->db, kind, checkup->full ? 0 : MAX(newest - NEWEST, 0),
                     checkup->repair, &faults, &error)) {
        checkup_fault(checkup, "searchBlock", error);
        return false;
    }
    bool good = faults.missing == 0 || checkup->repair;
    if (faults.missing + faults.stale > 0)
        checkup_tell(checkup, good ? FINDING_NOTE : FINDING_ACT, WHAT,
                     "searchBlock, %s: without a line %" PRIu64 ", lines of another text %" PRIu64
                     "%s",
                     search_kind_word(kind), faults.missing, faults.stale,
                     checkup->repair ? ", mended" : "; " REPAIR);
    return good;
}

/* What nobody uses is no fault, but may be personal data. */
static void
sweep_unused(struct checkup *checkup)
{
    struct sweep_counts swept = { 0 };
    uint64_t facts = 0;
    GError *error = NULL;
    if (!checkup->repair)
        return;
    if (!sweep_run(checkup->db, &swept, &error) || !fact_purge_run(checkup->db, &facts, &error))
        checkup_fault(checkup, WHAT, error);
    else if (swept.urls + swept.files + swept.locals + swept.patterns + facts > 0)
        checkup_tell(checkup, FINDING_NOTE, WHAT,
                     "used by no mail, removed: urls %" PRIu64 ", files %" PRIu64
                     ", locals %" PRIu64 ", patterns %" PRIu64 ", facts %" PRIu64,
                     swept.urls, swept.files, swept.locals, swept.patterns, facts);
}

static void
check_held(struct checkup *checkup)
{
    GError *error = NULL;
    struct value values[] = { value_number(REASON_CHARS), value_number(REASONS) };
    g_autoptr(Query) held = query_run(checkup->db,
                                      "SELECT kind, LEFT(reason, ?), COUNT(*) AS n FROM "
                                      "heldMessage GROUP BY 1, 2 ORDER BY n DESC "
                                      "LIMIT ?",
                                      values, G_N_ELEMENTS(values), &error);
    if (held == NULL) {
        checkup_fault(checkup, "held", error);
        return;
    }
    if (query_rows(held) == 0)
        checkup_tell(checkup, FINDING_OK, "held", "no message is held");
    while (query_next(held))
        checkup_tell(checkup, FINDING_NOTE, "held", "%s %s: %s", query_text(held, 2),
                     query_text(held, 0), query_text(held, 1));
}

/* Mails wait some minutes for what DNS says of them; more than a day means that nobody answers, or
 * that nobody asks. */
static void
check_lookups(struct checkup *checkup)
{
    char now[CLOCK_TEXT_MAX];
    GError *error = NULL;
    struct value values[] = { value_text(clock_sql(clock_now() - CLOCK_DAY_S, now)) };
    g_autoptr(Query) row = query_run(
        checkup->db,
        "SELECT COUNT(*), MIN(arrivalDate), COALESCE(SUM(arrivalDate < ?), 0) FROM lookup", values,
        G_N_ELEMENTS(values), &error);
    if (row == NULL || !query_next(row))
        checkup_fault(checkup, "lookups", error);
    else if (query_number(row, 0) == 0)
        checkup_tell(checkup, FINDING_OK, "lookups", "no mail waits for what DNS says of it");
    else
        checkup_tell(checkup, FINDING_NOTE, "lookups",
                     "%s mails wait for what DNS says of them, the oldest since %s; %s for more "
                     "than a day",
                     query_text(row, 0), query_text(row, 1), query_text(row, 2));
}

void
doctor_rows(struct checkup *checkup)
{
    int64_t newest = 0;
    GError *error = NULL;
    bool good = true;
    hash_joins(checkup);
    if (!query_figure(checkup->db, NEWEST_MAIL, NULL, 0, &newest, &error)) {
        checkup_fault(checkup, WHAT, error);
        return;
    }
    g_autofree char *behind =
        g_strdup_printf("%" G_GINT64_FORMAT, checkup->full ? 0 : MAX(newest - NEWEST, 0));
    for (size_t i = 0; i < G_N_ELEMENTS(rules); i++)
        if (checkup->full || !rules[i].full)
            good = check_rule(checkup, &rules[i], behind) && good;
    good = check_search(checkup, SEARCH_SUBJECT) && good;
    good = check_search(checkup, SEARCH_URL) && good;
    sweep_unused(checkup);
    if (good)
        checkup_tell(checkup, FINDING_OK, WHAT, "%s fit together",
                     checkup->full ? "all" : "those of the newest mails");
    check_held(checkup);
    check_lookups(checkup);
}
