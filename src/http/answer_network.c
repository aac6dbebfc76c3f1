/* SPDX-License-Identifier: Apache-2.0 */
/* Networks, countries and patterns: lists over a window, and one of them by day. */
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "http/answers.h"
#include "http/email_line.h"
#include "http/graph_view.h"
#include "http/list_export.h"
#include "http/list_page.h"
#include "http/page.h"
#include "http/time_view.h"
#include "select/campaign.h"
#include "select/network_rows.h"

#define DAYS 7
#define DAYS_SHOWN 30
#define ROWS 100

/* The window of ?days=N&daysago=A or the usual one; *query is NULL when that was answered. */
static bool
window(struct visit *visit, int64_t *from, int64_t *to, char **query, GError **error)
{
    static const char *const others[] = { "of", "kind", NULL };
    struct list_page page;
    if (!list_page_read_query(visit, SELECT_EMAILS, "", others, &page, error)) {
        list_page_clear(&page);
        return false;
    }
    if (page.answered) {
        list_page_clear(&page);
        return true;
    }
    if (!selection_window(page.selection, visit->now, from, to)) {
        page.selection->days = DAYS;
        selection_window(page.selection, visit->now, from, to);
    }
    *query = selection_query(page.selection, false);
    list_page_clear(&page);
    return true;
}

static void
put_times(json_t *view, int64_t first, int64_t last)
{
    char text[CLOCK_TEXT_MAX];
    json_object_set_new(view, "first_at", json_string(clock_rfc3339(first, text)));
    json_object_set_new(view, "last_at", json_string(clock_rfc3339(last, text)));
}

static json_t *
network_line(const struct visit *visit, const struct network_row *row, const char *query)
{
    g_autofree char *href = row->asn != 0
                                ? g_strdup_printf("/email?asn=%u&%s", row->asn, query)
                                : g_strdup_printf("/email?country=%s&%s", row->country_code, query);
    json_t *view =
        json_pack("{s:s, s:s, s:s, s:I, s:I, s:o, s:o, s:s}", "cc",
                  row->country_code != NULL ? row->country_code : "", "name",
                  row->name != NULL ? row->name : "", "abuse",
                  row->abuse != NULL && visit_is_analyst(visit) ? row->abuse : "", "total",
                  (json_int_t)row->total, "reported_count", (json_int_t)row->reported, "first",
                  time_view(row->first), "last", time_view(row->last), "href", href);
    put_times(view, row->first, row->last);
    if (row->sources >= 0)
        json_object_set_new(view, "sources", json_integer((json_int_t)row->sources));
    if (row->asn != 0)
        json_object_set_new(view, "asn", json_integer(row->asn));
    return view;
}

static const struct list_column network_columns[] = {
    { "asn", NULL },
    { "name", NULL },
    { "countryCode", "cc" },
    { "total", NULL },
    { "reported", "reported_count" },
    { "sources", NULL },
    { "first", "first_at" },
    { "last", "last_at" },
    { "abuse", NULL },
    { NULL, NULL },
};
static const struct list_column campaign_columns[] = {
    { "id", NULL },
    { "kind", NULL },
    { "pattern", NULL },
    { "total", NULL },
    { "reported", "reported_count" },
    { "sources", NULL },
    { "first", "first_at" },
    { "last", "last_at" },
    { NULL, NULL },
};

/* One row more than wanted was asked for: that it came says that there are more. */
static bool
cut_rows(size_t *count, size_t limit)
{
    bool cut = *count > limit;
    *count = MIN(*count, limit);
    return cut;
}

bool
answer_networks(struct visit *visit, GError **error)
{
    const char *of = visit_query(visit, "of");
    bool countries = of != NULL && strcmp(of, "country") == 0;
    g_autofree char *query = NULL;
    int64_t from, to;
    if (!window(visit, &from, &to, &query, error))
        return false;
    if (query == NULL)
        return true;
    size_t limit = list_export_limit(visit, ROWS);
    struct list_form form = { .name = countries ? "countries" : "networks",
                              .columns = network_columns };
    g_autoptr(NetworkRows) rows =
        network_rows_read(visit->db, countries, from, to, limit + 1, error);
    if (rows == NULL)
        return false;
    form.cut = cut_rows(&rows->count, limit);
    json_t *list = json_array();
    for (size_t i = 0; i < rows->count; i++)
        json_array_append_new(list, network_line(visit, &rows->rows[i], query));
    if (list_export(visit, &form, list)) {
        json_decref(list);
        return true;
    }
    json_t *view = json_pack("{s:o, s:b, s:s, s:I}", "rows", list, "countries", countries, "query",
                             query, "days", (json_int_t)((to - from) / CLOCK_DAY_S));
    return page_render(visit, 200, "network_list", countries ? "Countries" : "Networks", view,
                       error);
}

static bool
one(struct visit *visit, uint32_t asn, const char *country, const char *title, GError **error)
{
    struct network_subject subject = { .asn = asn, .country = country };
    int64_t from = visit->now - DAYS_SHOWN * CLOCK_DAY_S;
    g_autoptr(NetworkRows) rows =
        network_rows_one(visit->db, asn, country, from, visit->now, error);
    g_autoptr(GArray) days =
        rows != NULL ? network_days(visit->db, &subject, from, visit->now, error) : NULL;
    if (days == NULL)
        return false;
    json_t *view = rows->count > 0 ? network_line(visit, &rows->rows[0], "days=30") : json_object();
    json_object_set_new(view, "graph", graph_view_days(days, "Mails, 30 days"));
    json_object_set_new(view, "any", json_boolean(rows->count > 0));
    return page_render(visit, 200, "network", title, view, error);
}

bool
answer_network(struct visit *visit, GError **error)
{
    g_autofree char *title = g_strdup_printf("AS%" G_GINT64_FORMAT, (gint64)visit->number);
    if (visit->number > G_MAXUINT32) {
        page_error(visit, 404, "AS numbers end at 4294967295.");
        return true;
    }
    return one(visit, (uint32_t)visit->number, NULL, title, error);
}

bool
answer_country(struct visit *visit, GError **error)
{
    const char *code = visit->argument;
    if (strlen(code) != 2 || !g_ascii_isupper(code[0]) || !g_ascii_isupper(code[1])) {
        page_error(visit, 404, "A country has two letters, as in /country/BR.");
        return true;
    }
    return one(visit, 0, code, code, error);
}

/* --- patterns --- */

static json_t *
campaign_line(const struct visit *visit, const struct campaign_row *row, const char *query)
{
    g_autofree char *pattern = email_line_text(visit, row->pattern);
    g_autofree char *href =
        g_strdup_printf("/email?campaign=%" G_GINT64_FORMAT "&%s", (gint64)row->pattern_id, query);
    json_t *view = json_pack(
        "{s:I, s:s, s:s, s:I, s:I, s:I, s:o, s:o, s:s}", "id", (json_int_t)row->pattern_id, "kind",
        row->kind, "pattern", pattern, "total", (json_int_t)row->total, "reported_count",
        (json_int_t)row->reported, "sources", (json_int_t)row->sources, "first",
        time_view(row->first), "last", time_view(row->last), "href", href);
    put_times(view, row->first, row->last);
    return view;
}

bool
answer_campaigns(struct visit *visit, GError **error)
{
    const char *kind = visit_query(visit, "kind");
    g_autofree char *query = NULL;
    int64_t from, to;
    if (!window(visit, &from, &to, &query, error))
        return false;
    if (query == NULL)
        return true;
    size_t limit = list_export_limit(visit, ROWS);
    struct list_form form = { .name = "campaigns", .columns = campaign_columns };
    g_autoptr(Campaigns) campaigns = campaign_read(visit->db, kind, from, to, limit + 1, error);
    if (campaigns == NULL)
        return false;
    form.cut = cut_rows(&campaigns->count, limit);
    const char *here = kind != NULL ? kind : campaign_kinds[0];
    json_t *list = json_array(), *kinds = json_array();
    for (size_t i = 0; i < campaigns->count; i++)
        json_array_append_new(list, campaign_line(visit, &campaigns->rows[i], query));
    for (size_t i = 0; campaign_kinds[i] != NULL; i++)
        json_array_append_new(kinds, json_pack("{s:s, s:b}", "kind", campaign_kinds[i], "here",
                                               strcmp(here, campaign_kinds[i]) == 0));
    if (list_export(visit, &form, list)) {
        json_decref(kinds);
        json_decref(list);
        return true;
    }
    return page_render(visit, 200, "campaign_list", "Patterns",
                       json_pack("{s:o, s:o, s:s}", "rows", list, "kinds", kinds, "query", query),
                       error);
}

bool
answer_campaign(struct visit *visit, GError **error)
{
    struct network_subject subject = { .pattern_id = visit->number };
    int64_t from = visit->now - DAYS_SHOWN * CLOCK_DAY_S, sample = 0;
    g_autoptr(Campaigns) campaigns =
        campaign_by_id(visit->db, visit->number, from, visit->now, error);
    g_autoptr(GStringChunk) text = g_string_chunk_new(1024);
    if (campaigns == NULL)
        return false;
    if (campaigns->count == 0) {
        page_error(visit, 404, "There is no pattern of that number.");
        return true;
    }
    g_autoptr(GArray) companions =
        campaign_companions(visit->db, visit->number, &sample, text, error);
    g_autoptr(GArray) days =
        companions != NULL ? network_days(visit->db, &subject, from, visit->now, error) : NULL;
    if (days == NULL)
        return false;
    json_t *view = campaign_line(visit, &campaigns->rows[0], "days=30"), *list = json_array();
    for (guint i = 0; i < companions->len; i++) {
        const struct campaign_companion *companion =
            &g_array_index(companions, struct campaign_companion, i);
        g_autofree char *pattern = email_line_text(visit, companion->pattern);
        json_array_append_new(list, json_pack("{s:I, s:s, s:s, s:I}", "other",
                                              (json_int_t)companion->pattern_id, "other_kind",
                                              companion->kind, "other_pattern", pattern, "together",
                                              (json_int_t)companion->together));
    }
    json_object_set_new(view, "companions", list);
    json_object_set_new(view, "sample", json_integer((json_int_t)sample));
    json_object_set_new(view, "graph", graph_view_days(days, "Mails, 30 days"));
    return page_render(visit, 200, "campaign", "Pattern", view, error);
}
