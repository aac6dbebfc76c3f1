/* SPDX-License-Identifier: Apache-2.0 */
#include "select/email_ids.h"

#include <string.h>

#include "base/clock.h"
#include "select/cursor.h"
#include "select/read.h"

/* No NULLs, so that a place can be compared with. */
static const char *const sort_values[] = {
    [SORT_ARRIVAL] = "e.arrivalDate",
    [SORT_SUBJECT] = "e.subject",
    [SORT_IP] = "COALESCE(CONCAT(LPAD(LENGTH(e.sourceIp), 2, '0'), HEX(e.sourceIp)), '')",
    [SORT_ASN] = "COALESCE(e.sourceAsn, 0)",
    [SORT_COUNTRY] = "COALESCE(e.countryCode, '')",
    [SORT_TYPE] = "e.emailType + 0",
    [SORT_DELIVERY] = "COALESCE(e.deliveryResult + 0, 0)",
    [SORT_REPORTED] = "e.reported + 0",
};

struct found {
    int64_t id;
    const char *value; /* owned by the chunk */
};

struct search {
    struct db *db;
    const struct selection *selection;
    const struct selection_sql *sql;
    unsigned limit_ms;
    int64_t total;       /* -1: not told */
    bool down;           /* the order of the statement: descending */
    GArray *found;       /* of struct found */
    GStringChunk *texts; /* their values */
};

void
email_ids_clear(struct email_ids *page)
{
    g_clear_pointer(&page->ids, g_array_unref);
    g_clear_pointer(&page->next, g_free);
    g_clear_pointer(&page->previous, g_free);
}

/* Reads at most `limit` rows that also fulfil `more`, whose values stand in `place`. */
static bool
ask(struct search *search, const char *more, const struct value *place, size_t place_count,
    bool by_id_alone, size_t limit, GError **error)
{
    const struct selection_sql *sql = search->sql;
    const char *value = sort_values[search->selection->sort];
    const char *way = search->down ? "DESC" : "ASC";
    struct value values[SELECTION_VALUES_MAX + 3];
    g_autoptr(GString) order = g_string_new(NULL);
    if (!by_id_alone)
        g_string_append_printf(order, "%s %s%s", value, way, sql->ties ? "" : ", ");
    if (by_id_alone || !sql->ties || search->selection->sort != SORT_ARRIVAL)
        g_string_append_printf(order, "%se.emailId %s", sql->ties && !by_id_alone ? ", " : "", way);
    bool count = sql->gathers && more[0] == '\0'; /* as good as free: all are read anyway */
    g_autofree char *text =
        g_strdup_printf("SELECT %se.emailId, %s%s FROM %s WHERE %s%s ORDER BY %s LIMIT %zu",
                        sql->distinct ? "DISTINCT " : "", value, count ? ", COUNT(*) OVER ()" : "",
                        sql->from->str, sql->where->str, more, order->str, limit);
    memcpy(values, sql->values, sql->value_count * sizeof(*values));
    for (size_t i = 0; i < place_count; i++)
        values[sql->value_count + i] = place[i];
    g_autoptr(Query) query = read_rows(search->db, search->limit_ms, text, values,
                                       sql->value_count + place_count, error);
    while (query != NULL && query_next(query)) {
        struct found row = { query_number(query, 0), read_text(query, 1, search->texts) };
        g_array_append_val(search->found, row);
        if (count)
            search->total = query_number(query, 2);
    }
    return query != NULL;
}

static int
compare(gconstpointer a, gconstpointer b, gpointer down)
{
    const struct found *left = a, *right = b;
    int order = strcmp(left->value, right->value);
    if (order == 0)
        order = left->id < right->id ? -1 : left->id > right->id;
    return GPOINTER_TO_INT(down) ? -order : order;
}

/* The walk gives mails of one second in any order, and may have been cut amid such a second: that
 * second is read anew, by id. */
static bool
settle_ties(struct search *search, const struct cursor *place, size_t limit, GError **error)
{
    GArray *found = search->found;
    if (found->len == limit) {
        const char *last = g_array_index(found, struct found, limit - 1).value;
        guint kept = found->len;
        struct value values[2] = { value_text(last) };
        size_t count = 1;
        while (kept > 0 && strcmp(g_array_index(found, struct found, kept - 1).value, last) == 0)
            kept--;
        g_array_set_size(found, kept);
        g_autoptr(GString) more = g_string_new(" AND e.arrivalDate = ?");
        if (place->value != NULL && strcmp(place->value, last) == 0) {
            g_string_append_printf(more, " AND e.emailId %c ?", search->down ? '<' : '>');
            values[count++] = value_number(place->id);
        }
        if (!ask(search, more->str, values, count, true, limit - kept, error))
            return false;
    }
    g_array_sort_with_data(found, compare, GINT_TO_POINTER(search->down));
    return true;
}

/* Everything behind the place, in the order of the statement. */
static void
write_place(const struct search *search, const struct cursor *place, GString *more,
            struct value *values, size_t *count)
{
    const char *value = sort_values[search->selection->sort];
    char way = search->down ? '<' : '>';
    if (place->value == NULL)
        return;
    g_string_append_printf(more, " AND %s %c= ? AND (%s %c ? OR e.emailId %c ?)", value, way, value,
                           way, way);
    values[0] = value_text(place->value);
    values[1] = values[0];
    values[2] = value_number(place->id);
    *count = 3;
}

static char *
place_of(const struct search *search, guint row, bool backward)
{
    const struct found *found = &g_array_index(search->found, struct found, row);
    struct cursor cursor = { .backward = backward,
                             .value = (char *)(uintptr_t)found->value,
                             .id = found->id };
    return cursor_text(search->selection, &cursor);
}

/* Makes the page of what was found, which is one row too long when there is another page. */
static void
make_page(struct search *search, const struct cursor *place, size_t limit, struct email_ids *page)
{
    GArray *found = search->found;
    bool further = found->len > limit;
    g_array_set_size(found, MIN(found->len, (guint)limit));
    guint count = found->len;
    for (guint i = 0; place->backward && i < count / 2; i++) {
        struct found swap = g_array_index(found, struct found, i);
        g_array_index(found, struct found, i) = g_array_index(found, struct found, count - 1 - i);
        g_array_index(found, struct found, count - 1 - i) = swap;
    }
    page->ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    for (guint i = 0; i < count; i++)
        g_array_append_val(page->ids, g_array_index(found, struct found, i).id);
    if (count == 0)
        return;
    if (further || place->backward)
        page->next = place->backward || further ? place_of(search, count - 1, false) : NULL;
    if (place->backward ? further : place->value != NULL)
        page->previous = place_of(search, 0, true);
}

bool
email_ids_read(struct db *db, const struct selection *selection, const struct selection_sql *sql,
               size_t limit, unsigned limit_ms, struct email_ids *page, GError **error)
{
    g_auto(Cursor) place = { 0 };
    struct value values[3];
    size_t count = 0;
    if (selection->after != NULL && !cursor_read(selection, &place, error))
        return false;
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(struct found));
    g_autoptr(GString) more = g_string_new(NULL);
    struct search search = { .db = db,
                             .selection = selection,
                             .sql = sql,
                             .limit_ms = limit_ms,
                             .total = -1,
                             .down = selection->ascending == place.backward,
                             .found = found,
                             .texts = g_string_chunk_new(1024) };
    int64_t begun = clock_monotonic_us();
    write_place(&search, &place, more, values, &count);
    bool ok = sql->none || (ask(&search, more->str, values, count, false, limit + 1, error) &&
                            (!sql->ties || selection->sort != SORT_ARRIVAL ||
                             settle_ties(&search, &place, limit + 1, error)));
    if (ok)
        make_page(&search, &place, limit, page);
    page->total = search.total;
    page->took_us = clock_monotonic_us() - begun;
    g_string_chunk_free(search.texts);
    return ok;
}
