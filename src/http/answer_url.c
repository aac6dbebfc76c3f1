/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of URLs, and one URL. */
#include <string.h>

#include "base/clock.h"
#include "http/answers.h"
#include "http/csv_flow.h"
#include "http/email_line.h"
#include "http/graph_view.h"
#include "http/list_page.h"
#include "http/page.h"
#include "http/time_view.h"
#include "render/defang.h"
#include "render/email_view.h"
#include "select/email_rows.h"
#include "select/url_rows.h"

#define DAYS_SHOWN 30

static json_t *
url_line(const struct visit *visit, const struct url_row *row)
{
    g_autofree char *seen = email_line_text(visit, row->url);
    g_autoptr(GString) url = g_string_new(NULL);
    defang_append_url(url, span_of(seen));
    json_t *view = json_pack(
        "{s:I, s:o, s:o, s:s, s:s, s:s, s:s, s:s}", "id", (json_int_t)row->url_id, "first",
        time_view(row->first_seen), "last", time_view(row->last_seen), "url", url->str, "ip",
        row->ip != NULL ? row->ip : "", "cc", row->country_code != NULL ? row->country_code : "",
        "lists", row->lists != NULL ? row->lists : "?", "as_name",
        row->as_name != NULL ? row->as_name : "");
    if (row->asn != 0)
        json_object_set_new(view, "asn", json_integer(row->asn));
    json_object_set_new(view, "listed", json_boolean(row->lists != NULL && row->lists[0] != '\0'));
    return view;
}

static json_t *
url_json(const struct visit *visit, const struct url_row *row)
{
    g_autofree char *seen = email_line_text(visit, row->url);
    char first[CLOCK_TEXT_MAX], last[CLOCK_TEXT_MAX];
    json_t *one =
        json_pack("{s:I, s:s, s:s, s:s, s:s?, s:s?, s:s?, s:s?}", "urlId", (json_int_t)row->url_id,
                  "firstSeen", clock_rfc3339(row->first_seen, first), "lastSeen",
                  clock_rfc3339(row->last_seen, last), "url", seen, "host", row->host, "urlIp",
                  row->ip, "countryCode", row->country_code, "lists", row->lists);
    json_object_set_new(one, "urlAsn", row->asn != 0 ? json_integer(row->asn) : json_null());
    return one;
}

struct export
{
    struct csv_flow flow;
    const struct visit *visit; /* for who it is; its request has gone */
};

static bool
put_csv_row(void *user, const struct url_row *row)
{
    struct export *export = user;
    struct csv *csv = &export->flow.csv;
    char first[CLOCK_TEXT_MAX], last[CLOCK_TEXT_MAX];
    g_autofree char *seen = email_line_text(export->visit, row->url);
    g_autoptr(GString) url = g_string_new(NULL);
    defang_append_url(url, span_of(seen));
    csv_number(csv, row->url_id);
    csv_text(csv, clock_rfc3339(row->first_seen, first));
    csv_text(csv, clock_rfc3339(row->last_seen, last));
    csv_text(csv, url->str);
    csv_text(csv, row->ip);
    if (row->asn != 0)
        csv_number(csv, row->asn);
    else
        csv_empty(csv);
    csv_text(csv, row->country_code);
    csv_text(csv, row->lists);
    csv_end_row(csv);
    return csv_flow_row(&export->flow);
}

static bool
url_csv(struct visit *visit, const struct list_page *page, GError **error)
{
    static const char *const header[] = { "urlId",  "firstSeen",   "lastSeen", "url", "urlIp",
                                          "urlAsn", "countryCode", "lists",    NULL };
    struct export export = { .visit = visit };
    const char *const *hidden = (const char *const *)visit->config->dnsbl.wldomain;
    g_autofree char *query = selection_query(page->selection, false);
    g_autoptr(GError) trouble = NULL;
    bool cut = false;
    if (!csv_flow_begin(&export.flow, visit, "urls", query, error))
        return false;
    csv_header(&export.flow.csv, header);
    url_rows_stream(visit->db, page->selection, page->of, hidden, visit->now, EMAIL_ROWS_STREAM_MAX,
                    put_csv_row, &export, &cut, &trouble);
    csv_flow_end(&export.flow, cut ? EMAIL_ROWS_CUT : NULL, trouble);
    return true;
}

static bool
url_page(struct visit *visit, const struct list_page *page, const struct url_rows *rows,
         GError **error)
{
    json_t *view = json_object(), *list = json_array();
    g_autofree char *csv = list_page_link("/url.csv", page->selection, false);
    for (size_t i = 0; i < rows->count; i++)
        json_array_append_new(list, url_line(visit, &rows->rows[i]));
    json_object_set_new(view, "rows", list);
    if (visit_is_analyst(visit))
        json_object_set_new(view, "csv", json_string(csv));
    json_object_set_new(view, "all", json_boolean(page->selection->all));
    list_page_put(page, "/url", rows->next, rows->previous, view);
    return page_render(visit, 200, "url_list", page->title, view, error);
}

/* By their last sight, unless a filter speaks of mails. */
static enum selection_of
urls_of(const struct selection *selection)
{
    for (int i = 0; i < SELECTION_TEXTS; i++)
        if (selection->texts[i] != NULL && i != SELECT_URL && i != SELECT_URL_LIKE)
            return SELECT_URLS_OF_MAILS;
    return selection->type != TYPE_ANY || selection->fbtype != FBTYPE_ANY ||
                   selection->delivery != DELIVERY_ANY || selection->reported != SELECT_ANY ||
                   selection->listed || selection->campaign != 0
               ? SELECT_URLS_OF_MAILS
               : SELECT_URLS;
}

static bool
url_answer(struct visit *visit, const struct list_page *page, GError **error)
{
    const char *const *hidden = (const char *const *)visit->config->dnsbl.wldomain;
    g_autoptr(UrlRows) rows =
        url_rows_read(visit->db, page->selection, page->of, hidden, visit->now, error);
    if (rows == NULL)
        return false;
    if (!visit->api && g_strcmp0(visit->extension, "json") != 0)
        return url_page(visit, page, rows, error);
    json_t *list = json_array();
    for (size_t i = 0; i < rows->count; i++)
        json_array_append_new(list, url_json(visit, &rows->rows[i]));
    return page_json(visit, 200, list_json("urls", list, -1, rows->next), error);
}

bool
answer_url(struct visit *visit, GError **error)
{
    struct list_page page;
    bool good = list_page_read(visit, SELECT_URLS, "URLs", NULL, &page, error);
    if (good && !page.answered) {
        if (visit->piece_count <= 1 || visit->api)
            page.of = urls_of(page.selection);
        good = g_strcmp0(visit->extension, "csv") == 0 ? url_csv(visit, &page, error)
                                                       : url_answer(visit, &page, error);
    }
    list_page_clear(&page);
    return good;
}

/* One URL and how often it came, by day. */
bool
answer_one_url(struct visit *visit, GError **error)
{
    struct network_subject subject = { .url_id = visit->number };
    g_autoptr(UrlRows) rows = url_rows_by_id(visit->db, visit->number, error);
    if (rows == NULL)
        return false;
    if (rows->count == 0) {
        page_error(visit, 404, "There is no URL of that number.");
        return true;
    }
    g_autoptr(GArray) days =
        network_days(visit->db, &subject, visit->now - DAYS_SHOWN * CLOCK_DAY_S, visit->now, error);
    if (days == NULL)
        return false;
    json_t *view = url_line(visit, &rows->rows[0]);
    json_object_set_new(view, "graph", graph_view_days(days, "Mails with this URL, 30 days"));
    return page_render(visit, 200, "url", "URL", view, error);
}
