/* SPDX-License-Identifier: Apache-2.0 */
#include "select/overview.h"

#include "base/clock.h"
#include "select/read.h"

#define HELD_COUNTED 10000

static bool
count_mails(struct db *db, const char *index, const char *more, int64_t from, int64_t to,
            int64_t *count, GError **error)
{
    char first[CLOCK_TEXT_MAX], last[CLOCK_TEXT_MAX];
    g_autofree char *sql = g_strdup_printf(
        "SELECT COUNT(*) FROM arfEmail e FORCE INDEX (%s) WHERE %s e.arrivalDate > '%s' AND "
        "e.arrivalDate <= '%s'",
        index, more, clock_sql(from, first), clock_sql(to, last));
    g_autoptr(Query) query = read_rows(db, READ_LIST_MS, sql, NULL, 0, error);
    if (query != NULL && query_next(query))
        *count = query_number(query, 0);
    return query != NULL;
}

/* The last run of each feed. */
static bool
read_feeds(struct db *db, struct overview *overview, GError **error)
{
    g_autoptr(Query) query = read_rows(
        db, READ_LIST_MS,
        "SELECT r.feed, r.ended, r.ingested, r.duplicate, r.quarantined, r.failed FROM feedRun r "
        "JOIN (SELECT feed, MAX(ended) ended FROM feedRun GROUP BY feed) m ON m.feed = r.feed AND "
        "m.ended = r.ended GROUP BY r.feed ORDER BY r.feed",
        NULL, 0, error);
    while (query != NULL && query_next(query)) {
        struct overview_feed feed = { .ended = read_date(query, 1),
                                      .ingested = query_number(query, 2),
                                      .duplicate = query_number(query, 3),
                                      .quarantined = query_number(query, 4),
                                      .failed = query_number(query, 5) };
        g_strlcpy(feed.feed, query_text(query, 0), sizeof(feed.feed));
        g_array_append_val(overview->feeds, feed);
    }
    return query != NULL;
}

static bool
read_rest(struct db *db, struct overview *overview, GError **error)
{
    g_autoptr(Query) query =
        read_rows(db, READ_LIST_MS,
                  "SELECT (SELECT MAX(arrivalDate) FROM arfEmail), (SELECT COUNT(*) FROM (SELECT 1 "
                  "FROM heldMessage WHERE kind NOT IN ('aggregate', 'tlsrpt') LIMIT " G_STRINGIFY(
                      HELD_COUNTED) ") x)",
                  NULL, 0, error);
    if (query == NULL || !query_next(query))
        return false;
    overview->newest = read_date(query, 0);
    overview->held = query_number(query, 1);
    return true;
}

struct overview *
overview_read(struct db *db, int64_t now, GError **error)
{
    g_autoptr(Overview) overview = g_new0(struct overview, 1);
    overview->feeds = g_array_new(FALSE, TRUE, sizeof(struct overview_feed));
    return count_mails(db, "arrivalWords", "", now - CLOCK_DAY_S, now, &overview->last_24h,
                       error) &&
                   count_mails(db, "arrivalWords", "", now - 2 * CLOCK_DAY_S, now - CLOCK_DAY_S,
                               &overview->previous_24h, error) &&
                   count_mails(db, "arrivalWords", "", now - 7 * CLOCK_DAY_S, now,
                               &overview->last_7d, error) &&
                   count_mails(db, "reportedArrival", "e.reported = 1 AND", now - 7 * CLOCK_DAY_S,
                               now, &overview->reported_7d, error) &&
                   read_rest(db, overview, error) && read_feeds(db, overview, error)
               ? g_steal_pointer(&overview)
               : NULL;
}

void
overview_free(struct overview *overview)
{
    if (overview == NULL)
        return;
    g_array_unref(overview->feeds);
    g_free(overview);
}

GArray *
overview_ipv4(struct db *db, int64_t now, uint32_t hours, GError **error)
{
    char first[CLOCK_TEXT_MAX];
    g_autoptr(GArray) blocks = g_array_new(FALSE, TRUE, sizeof(struct ipv4_block));
    g_autofree char *sql = g_strdup_printf(
        "SELECT CONV(HEX(LEFT(e.sourceIp, 2)), 16, 10) + 0 b, COUNT(*) FROM arfEmail e FORCE INDEX "
        "(arrivalWords) WHERE e.arrivalDate > '%s' AND LENGTH(e.sourceIp) = 4 GROUP BY b ORDER BY "
        "b",
        clock_sql(now - (int64_t)hours * CLOCK_HOUR_S, first));
    g_autoptr(Query) query = read_rows(db, READ_LIST_MS, sql, NULL, 0, error);
    while (query != NULL && query_next(query)) {
        struct ipv4_block block = { (uint16_t)query_number(query, 0), query_number(query, 1) };
        g_array_append_val(blocks, block);
    }
    return query != NULL ? g_steal_pointer(&blocks) : NULL;
}
