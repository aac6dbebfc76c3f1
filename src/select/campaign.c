/* SPDX-License-Identifier: Apache-2.0 */
#include "select/campaign.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "select/read.h"
#include "select/selection_sql.h"

#define SAMPLE 500

const char *const campaign_kinds[] = { "subject+sender", "subject",   "sender", "url",
                                       "file",           "file-hash", "body",   NULL };

static struct campaigns *
campaigns_new(size_t count)
{
    struct campaigns *campaigns = g_new0(struct campaigns, 1);
    campaigns->text = g_string_chunk_new(4096);
    campaigns->rows = g_new0(struct campaign_row, count + 1);
    return campaigns;
}

void
campaigns_free(struct campaigns *campaigns)
{
    if (campaigns == NULL)
        return;
    g_free(campaigns->rows);
    g_string_chunk_free(campaigns->text);
    g_free(campaigns);
}

struct campaigns *
campaigns_copy(const struct campaigns *campaigns)
{
    struct campaigns *copy = campaigns_new(campaigns->count);
    for (; copy->count < campaigns->count; copy->count++) {
        struct campaign_row *row = &copy->rows[copy->count];
        *row = campaigns->rows[copy->count];
        row->kind = g_string_chunk_insert(copy->text, row->kind);
        row->pattern = g_string_chunk_insert(copy->text, row->pattern);
    }
    return copy;
}

static bool
check(const char *kind, int64_t from, int64_t to, GError **error)
{
    if (kind != NULL && !g_strv_contains(campaign_kinds, kind)) {
        g_autofree char *list = g_strjoinv(", ", (char **)(uintptr_t)campaign_kinds);
        g_set_error(error, FAULT, FAULT_REJECT, "kind: one of %s", list);
        return false;
    }
    if (to - from <= (int64_t)(CAMPAIGN_DAYS_MAX + 1) * CLOCK_DAY_S)
        return true;
    g_set_error(error, FAULT, FAULT_REJECT, "patterns are counted over at most %d days",
                CAMPAIGN_DAYS_MAX);
    return false;
}

/* "(1,2,3)": the first `most` patterns. */
static void
add_ids(GString *sql, const struct campaigns *campaigns, size_t most)
{
    for (size_t i = 0; i < MIN(campaigns->count, most); i++)
        g_string_append_printf(sql, "%s%" G_GINT64_FORMAT, i > 0 ? "," : "(",
                               campaigns->rows[i].pattern_id);
    g_string_append_c(sql, ')');
}

/* Of many patterns the mails of the window are gone through, which do not grow with all that is
 * stored; of one its own mails. */
#define BY_WINDOW                                                                                  \
    "arfEmail w FORCE INDEX (arrivalWords) STRAIGHT_JOIN emailPattern p ON p.emailId = w.emailId"
#define BY_PATTERN                                                                                 \
    "emailPattern p FORCE INDEX (patternEmail) STRAIGHT_JOIN arfEmail w ON w.emailId = p.emailId"

/* Reported mails and sources of the patterns found: of their mails alone. `dates`: of mails `w`. */
static bool
read_more(struct db *db, struct campaigns *campaigns, const char *from, const char *dates,
          GError **error)
{
    if (campaigns->count == 0)
        return true;
    /* The LIMIT keeps the rows of the mails from being read before it is known which are wanted. */
    g_autoptr(GString) sql = g_string_new(NULL);
    g_string_append_printf(
        sql,
        "SELECT t.patternId, SUM(e.reported), COUNT(DISTINCT e.sourceIp) FROM (SELECT p.patternId, "
        "p.emailId FROM %s WHERE p.patternId IN ",
        from);
    add_ids(sql, campaigns, campaigns->count);
    g_string_append_printf(sql,
                           "%s LIMIT %d) t STRAIGHT_JOIN arfEmail e ON e.emailId = t.emailId "
                           "GROUP BY t.patternId",
                           dates, G_MAXINT);
    g_autoptr(Query) query = read_rows(db, READ_LIST_MS, sql->str, NULL, 0, error);
    while (query != NULL && query_next(query))
        for (size_t i = 0; i < campaigns->count; i++)
            if (campaigns->rows[i].pattern_id == query_number(query, 0)) {
                campaigns->rows[i].reported = query_number(query, 1);
                campaigns->rows[i].sources = query_number(query, 2);
            }
    return query != NULL;
}

static struct campaigns *
take(struct query *query)
{
    struct campaigns *campaigns = campaigns_new(query_rows(query));
    while (query_next(query))
        campaigns->rows[campaigns->count++] =
            (struct campaign_row){ .pattern_id = query_number(query, 0),
                                   .kind = read_text(query, 1, campaigns->text),
                                   .pattern = read_text(query, 2, campaigns->text),
                                   .total = query_number(query, 3),
                                   .first = read_date(query, 4),
                                   .last = read_date(query, 5) };
    return campaigns;
}

struct campaigns *
campaign_read(struct db *db, const char *kind, int64_t from, int64_t to, size_t limit,
              GError **error)
{
    if (!check(kind, from, to, error))
        return NULL;
    struct value bound = value_text(kind != NULL ? kind : campaign_kinds[0]);
    g_autoptr(GString) dates = g_string_new(NULL);
    selection_sql_dates(dates, "w.arrivalDate", from, to);
    /* Counted by number first: the texts of what does not repeat are never read. */
    g_autofree char *sql = g_strdup_printf(
        "SELECT t.patternId, x.kind, x.pattern, t.n, t.first, t.last FROM (SELECT p.patternId, "
        "COUNT(*) n, MIN(w.arrivalDate) first, MAX(w.arrivalDate) last FROM " BY_WINDOW
        " WHERE 1 = 1%s "
        "GROUP BY p.patternId HAVING n > 1) t STRAIGHT_JOIN pattern x ON x.patternId = t.patternId "
        "WHERE x.kind = ? ORDER BY t.n DESC, t.patternId LIMIT %zu",
        dates->str, MIN(limit, CAMPAIGN_ROWS_MAX));
    g_autoptr(Query) query = read_rows(db, READ_CAMPAIGN_MS, sql, &bound, 1, error);
    g_autoptr(Campaigns) campaigns = query != NULL ? take(query) : NULL;
    return campaigns != NULL && read_more(db, campaigns, BY_WINDOW, dates->str, error)
               ? g_steal_pointer(&campaigns)
               : NULL;
}

struct campaigns *
campaign_by_id(struct db *db, int64_t pattern_id, int64_t from, int64_t to, GError **error)
{
    struct value bound = value_number(pattern_id);
    g_autoptr(GString) dates = g_string_new(NULL);
    selection_sql_dates(dates, "w.arrivalDate", from, to);
    g_autofree char *sql = g_strdup_printf(
        "SELECT x.patternId, x.kind, x.pattern, COUNT(w.emailId), MIN(w.arrivalDate), "
        "MAX(w.arrivalDate) FROM pattern x LEFT JOIN emailPattern p ON p.patternId = x.patternId "
        "LEFT JOIN arfEmail w ON w.emailId = p.emailId%s WHERE x.patternId = ? "
        "GROUP BY x.patternId, x.kind, x.pattern",
        dates->str);
    g_autoptr(Query) query = read_rows(db, READ_LIST_MS, sql, &bound, 1, error);
    g_autoptr(Campaigns) campaigns = query != NULL ? take(query) : NULL;
    return campaigns != NULL && read_more(db, campaigns, BY_PATTERN, dates->str, error)
               ? g_steal_pointer(&campaigns)
               : NULL;
}

GArray *
campaign_hours(struct db *db, const struct campaigns *campaigns, size_t most, int64_t from,
               int64_t to, GError **error)
{
    size_t count = MIN(campaigns->count, most),
           hours = (size_t)(to / CLOCK_HOUR_S - from / CLOCK_HOUR_S) + 1;
    g_autoptr(GArray) array =
        g_array_set_size(g_array_new(FALSE, TRUE, sizeof(guint64)), (guint)(count * hours));
    g_autoptr(GString) sql =
        g_string_new("SELECT p.patternId, DATE_FORMAT(w.arrivalDate, '%Y-%m-%d %H:00:00') h, "
                     "COUNT(*) FROM " BY_WINDOW " WHERE p.patternId IN ");
    if (count == 0)
        return g_steal_pointer(&array);
    add_ids(sql, campaigns, count);
    selection_sql_dates(sql, "w.arrivalDate", from, to);
    g_string_append(sql, " GROUP BY p.patternId, h");
    g_autoptr(Query) query = read_rows(db, READ_LIST_MS, sql->str, NULL, 0, error);
    while (query != NULL && query_next(query)) {
        int64_t hour = read_date(query, 1) / CLOCK_HOUR_S - from / CLOCK_HOUR_S;
        for (size_t i = 0; i < count && hour >= 0 && hour < (int64_t)hours; i++)
            if (campaigns->rows[i].pattern_id == query_number(query, 0))
                g_array_index(array, guint64, i * hours + (size_t)hour) =
                    (guint64)query_number(query, 2);
    }
    return query != NULL ? g_steal_pointer(&array) : NULL;
}

/* Kinds that are made of the same words say one thing. */
static unsigned
family(const char *kind)
{
    return strncmp(kind, "subject", 7) == 0 || strcmp(kind, "sender") == 0 ? 1
           : strncmp(kind, "file", 4) == 0                                 ? 2
           : strcmp(kind, "url") == 0                                      ? 3
                                                                           : 4;
}

GArray *
campaign_companions(struct db *db, int64_t pattern_id, int64_t *sample, GStringChunk *text,
                    GError **error)
{
    static const char sql[] =
        "SELECT x.patternId, x.kind, x.pattern, t.n, o.kind, t.mails FROM (SELECT p.patternId, "
        "COUNT(*) n, (SELECT COUNT(*) FROM (SELECT 1 FROM emailPattern WHERE patternId = ? "
        "LIMIT " G_STRINGIFY(
            SAMPLE) ") c) mails FROM (SELECT emailId FROM emailPattern FORCE INDEX "
                    "(patternEmail) WHERE patternId = ? ORDER BY emailId DESC LIMIT " G_STRINGIFY(
                        SAMPLE) ") m "
                                "STRAIGHT_JOIN emailPattern p ON p.emailId = m.emailId GROUP BY "
                                "p.patternId) t "
                                "JOIN pattern x ON x.patternId = t.patternId JOIN pattern o ON "
                                "o.patternId = ? "
                                "ORDER BY t.n DESC, x.patternId";
    struct value values[] = { value_number(pattern_id), value_number(pattern_id),
                              value_number(pattern_id) };
    g_autoptr(GArray) companions = g_array_new(FALSE, TRUE, sizeof(struct campaign_companion));
    g_autoptr(Query) query = read_rows(db, READ_LIST_MS, sql, values, 3, error);
    *sample = 0;
    while (query != NULL && query_next(query) && companions->len < CAMPAIGN_COMPANIONS) {
        struct campaign_companion companion = { .pattern_id = query_number(query, 0),
                                                .kind = read_text(query, 1, text),
                                                .pattern = read_text(query, 2, text),
                                                .together = query_number(query, 3) };
        *sample = query_number(query, 5);
        if (companion.pattern_id != pattern_id &&
            family(companion.kind) != family(query_text(query, 4)))
            g_array_append_val(companions, companion);
    }
    return query != NULL ? g_steal_pointer(&companions) : NULL;
}
