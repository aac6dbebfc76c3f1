/* SPDX-License-Identifier: Apache-2.0 */
#include "store/purge.h"

#include "base/clock.h"
#include "store/id_list.h"
#include "store/query.h"
#include "store/transaction.h"

#define PAGE_ROWS 500

/* The rows of one transaction. */
struct page {
    const struct purge_choice *choice;
    GArray *ids;
    GArray *raws;
    char *first, *last; /* receivedDate */
};

static bool
is_held(const struct purge_choice *choice)
{
    return choice->what == PURGE_HELD || choice->what == PURGE_HELD_BODIES;
}

/* What a row must be like; the date, and for mails twice the type ("" for all), are values. */
static const char *
condition(const struct purge_choice *choice)
{
    switch (choice->what) {
    case PURGE_MAILS:
        return "arfEmail WHERE receivedDate < ? AND (? = '' OR emailType = ?)";
    case PURGE_BODIES:
        return "arfEmail WHERE receivedDate < ? AND (? = '' OR emailType = ?) AND rawId > 0";
    case PURGE_HELD:
        return "heldMessage WHERE receivedDate < ?";
    case PURGE_HELD_BODIES:
        break;
    }
    return "heldMessage WHERE receivedDate < ? AND rawId > 0";
}

static size_t
condition_values(const struct purge_choice *choice, char before[CLOCK_TEXT_MAX],
                 struct value *values)
{
    values[0] = value_text(clock_sql(choice->before, before));
    if (is_held(choice))
        return 1;
    values[1] = values[2] = value_text(choice->type != NULL ? choice->type : "");
    return 3;
}

bool
purge_count(struct db *db, const struct purge_choice *choice, uint64_t *rows, uint64_t *octets,
            GError **error)
{
    char before[CLOCK_TEXT_MAX];
    struct value values[3];
    size_t count = condition_values(choice, before, values);
    g_autofree char *sql =
        g_strconcat("SELECT COUNT(*), COALESCE(SUM(octets), 0) FROM ", condition(choice), NULL);
    g_autoptr(Query) query = query_run(db, sql, values, count, error);
    if (query == NULL)
        return false;
    if (query_next(query)) {
        *rows = (uint64_t)query_number(query, 0);
        *octets = (uint64_t)query_number(query, 1);
    }
    return true;
}

void
purge_begin(struct purge *purge, const struct purge_choice *choice)
{
    *purge = (struct purge){ .choice = choice };
}

/* Two reports of one message share its octets: those of mails that stay, stay. */
static bool
leave_shared(struct db *db, struct page *page, GError **error)
{
    while (page->raws->len > 0) {
        g_autofree char *shared = NULL;
        g_autofree char *list = id_list_text(page->raws);
        g_autofree char *sql =
            g_strdup_printf("SELECT rawId FROM arfEmail WHERE receivedDate BETWEEN '%s' AND '%s' "
                            "AND rawId IN (%s) LIMIT 1",
                            page->first, page->last, list);
        if (!db_ask(db, sql, &shared, error))
            return false;
        if (shared == NULL)
            return true;
        int64_t id = g_ascii_strtoll(shared, NULL, 10);
        for (guint i = page->raws->len; i-- > 0;)
            if (id_list_at(page->raws, i) == id)
                g_array_remove_index_fast(page->raws, i);
    }
    return true;
}

static bool
remove_mails(struct db *db, const struct page *page, GError **error)
{
    static const char *const links[] = { "emailUrl",    "emailFile",           "emailPattern",
                                         "emailRcptTo", "emailReportedDomain", "lookup",
                                         "arfEmail" };
    for (size_t i = 0; i < G_N_ELEMENTS(links); i++) {
        g_autofree char *sql = g_strconcat("DELETE FROM ", links[i], " WHERE emailId IN ", NULL);
        if (!id_list_execute(db, sql, page->ids, "", error))
            return false;
    }
    return true;
}

static bool
remove_page(struct db *db, void *self, bool *final, GError **error)
{
    struct page *page = self;
    bool ok = false;
    (void) final;
    switch (page->choice->what) {
    case PURGE_MAILS:
        ok = remove_mails(db, page, error) && leave_shared(db, page, error);
        break;
    case PURGE_BODIES:
        ok = id_list_execute(db, "UPDATE arfEmail SET rawId = NULL WHERE emailId IN ", page->ids,
                             "", error) &&
             leave_shared(db, page, error);
        break;
    case PURGE_HELD:
        ok = id_list_execute(db, "DELETE FROM heldMessage WHERE heldId IN ", page->ids, "", error);
        break;
    case PURGE_HELD_BODIES:
        ok = id_list_execute(db, "UPDATE heldMessage SET rawId = NULL WHERE heldId IN ", page->ids,
                             "", error);
        break;
    }
    return ok &&
           id_list_execute(db, "DELETE FROM rawMessage WHERE rawId IN ", page->raws, "", error);
}

/* The next rows, in order of date and id, so that no row is looked at twice. */
static struct query *
read_page(const struct purge *purge, struct db *db, GError **error)
{
    char before[CLOCK_TEXT_MAX];
    struct value values[7];
    const char *id = is_held(purge->choice) ? "heldId" : "emailId";
    size_t count = condition_values(purge->choice, before, values);
    const char *from = purge->received[0] != '\0' ? purge->received : "0001-01-01 00:00:00";
    values[count++] = value_text(from);
    values[count++] = value_text(from);
    values[count++] = value_number(purge->id);
    g_autofree char *sql =
        g_strdup_printf("SELECT %s, rawId, octets, receivedDate FROM %s AND receivedDate >= ? AND "
                        "(receivedDate > ? OR %s > ?) ORDER BY receivedDate, %s LIMIT %d",
                        id, condition(purge->choice), id, id, PAGE_ROWS);
    return query_run(db, sql, values, count, error);
}

bool
purge_page(struct purge *purge, struct db *db, GError **error)
{
    g_autoptr(GArray) ids = id_list_new(), raws = id_list_new();
    g_autofree char *first = NULL;
    g_autoptr(Query) query = read_page(purge, db, error);
    if (query == NULL)
        return false;
    uint64_t octets = 0;
    while (query_next(query)) {
        id_list_add(ids, query_number(query, 0));
        if (query_number(query, 1) > 0)
            id_list_add(raws, query_number(query, 1));
        octets += (uint64_t)query_number(query, 2);
        if (first == NULL)
            first = g_strdup(query_text(query, 3));
        g_strlcpy(purge->received, query_text(query, 3), sizeof purge->received);
        purge->id = query_number(query, 0);
    }
    purge->done = ids->len < PAGE_ROWS;
    if (ids->len == 0)
        return true;
    struct page page = {
        .choice = purge->choice, .ids = ids, .raws = raws, .first = first, .last = purge->received
    };
    if (!transaction_run(db, remove_page, &page, error))
        return false;
    purge->rows += ids->len;
    purge->octets += octets;
    return true;
}
