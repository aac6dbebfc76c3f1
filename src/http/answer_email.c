/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of mails: pages, JSON, CSV; the original's routes. */
#include <string.h>

#include "base/fault.h"
#include "complaint/prepare.h"
#include "http/answers.h"
#include "http/csv_flow.h"
#include "http/email_line.h"
#include "http/list_page.h"
#include "http/page.h"
#include "http/saved_view.h"
#include "http/site_parts.h"
#include "render/figure.h"
#include "select/type_counts.h"

/* --- the page --- */

struct column {
    const char *text, *class, *hint;
    int sort; /* enum select_sort, -1: can't be sorted */
};

static const struct column columns[] = {
    { "Mail", "c-mail", "", -1 },
    { "R", "c-r", "Reported", SORT_REPORTED },
    { "Arrival", "c-arrival", "UTC", SORT_ARRIVAL },
    { "Type", "c-type", "", SORT_TYPE },
    { "Subject", "c-subject", "", SORT_SUBJECT },
    { "Domain", "c-domain", "Reported domain", -1 },
    { "Source", "c-source", "Name of the source, or its address", SORT_IP },
    { "List", "c-list", "Z: listed by ZEN, P: dynamic space, ?: not known", -1 },
    { "CC", "c-cc", "Country", SORT_COUNTRY },
    { "Delivery", "c-delivery", "", SORT_DELIVERY },
};

static json_t *
column_view(const struct selection *selection, const struct column *column)
{
    json_t *view = json_pack("{s:s, s:s, s:s}", "text", column->text, "class", column->class,
                             "hint", column->hint);
    bool now = column->sort >= 0 && selection->sort == (enum select_sort)column->sort;
    if (now)
        json_object_set_new(view, "sorted",
                            json_string(selection->ascending ? "ascending" : "descending"));
    if (column->sort >= 0 && selection_sortable(selection, (enum select_sort)column->sort)) {
        g_autoptr(Selection) sorted = selection_copy(selection);
        sorted->sort = (enum select_sort)column->sort;
        sorted->ascending = now ? !selection->ascending : column->sort == SORT_SUBJECT;
        g_clear_pointer(&sorted->after, g_free);
        g_autofree char *href = list_page_link("/email", sorted, false);
        json_object_set_new(view, "href", json_string(href));
    }
    return view;
}

static json_t *
count_view(int64_t count)
{
    g_autoptr(GString) text = g_string_new(NULL);
    figure_append_count(text, (guint64)count);
    return json_string(text->str);
}

/* The row of types above the list; each is a link that keeps all other filters. */
static json_t *
types_view(const struct selection *selection, const struct type_counts *counts)
{
    static const char *const texts[] = { "All", "Normal", "Bounce", "Auto-replied", "Reported" };
    static const char *const swatches[] = { "", "s-normal", "s-bounce", "s-auto-replied",
                                            "s-reported" };
    json_t *list = json_array();
    bool reported = selection->reported == SELECT_YES;
    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(Selection) one = selection_copy(selection);
        bool here = selection->type == (enum select_type)i && (i != TYPE_ANY || !reported);
        if (i <= TYPE_AUTO_REPLIED) {
            one->type = (enum select_type)i;
            one->reported = i == TYPE_ANY && reported ? SELECT_ANY : one->reported;
        } else { /* a type of the original's, but one that goes with each of the others */
            one->reported = reported ? SELECT_ANY : SELECT_YES;
            here = reported;
        }
        g_clear_pointer(&one->after, g_free);
        g_autofree char *href = list_page_link("/email", one, false);
        json_t *view = json_pack("{s:s, s:s, s:s, s:b}", "text", texts[i], "swatch", swatches[i],
                                 "href", href, "here", here);
        if (counts->known && i <= TYPE_AUTO_REPLIED && !(i == TYPE_ANY && reported))
            json_object_set_new(view, "type_total", count_view(counts->of[i]));
        json_array_append_new(list, view);
    }
    return list;
}

static const struct {
    const char *text;
    uint32_t hours; /* 0: any time */
} windows[] = { { "24 h", 24 }, { "72 h", 72 }, { "7 d", 168 }, { "30 d", 720 }, { "any", 0 } };

/* The switch of times: each takes the place of whatever window is set. */
static json_t *
windows_view(const struct selection *selection, int64_t now)
{
    json_t *list = json_array();
    int64_t from, to;
    bool any = !selection_window(selection, now, &from, &to);
    for (size_t i = 0; i < G_N_ELEMENTS(windows); i++) {
        g_autoptr(Selection) one = selection_copy(selection);
        one->hours = windows[i].hours;
        one->days = one->days_ago = 0;
        one->since = one->until = CLOCK_UNKNOWN;
        if (one->hours == 0 && !selection_sortable(one, one->sort)) {
            one->sort = SORT_ARRIVAL;
            one->ascending = false;
        }
        g_clear_pointer(&one->after, g_free);
        g_autofree char *href = list_page_link("/email", one, false);
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:b}", "text", windows[i].text, "href", href, "here",
                            windows[i].hours > 0 ? selection->hours == windows[i].hours : any));
    }
    return list;
}

/* What the rows of types and times show already is no chip besides. */
static void
drop_shown(json_t *chips)
{
    for (size_t i = json_array_size(chips); i > 0; i--) {
        const char *name, *value;
        bool shown = false;
        json_unpack(json_array_get(chips, i - 1), "{s:s, s:s}", "name", &name, "value", &value);
        for (size_t at = 0; at < G_N_ELEMENTS(windows); at++)
            shown = shown || (strcmp(name, "hours") == 0 &&
                              g_ascii_strtoull(value, NULL, 10) == windows[at].hours);
        if (shown || strcmp(name, "type") == 0 ||
            (strcmp(name, "reported") == 0 && strcmp(value, "1") == 0))
            json_array_remove(chips, i - 1);
    }
}

/* "50 of 1,284 mails", and the total alone. */
static void
put_counts(json_t *view, size_t shown, int64_t total)
{
    g_autoptr(GString) all = g_string_new(NULL);
    email_view_append_total(all, total);
    g_autofree char *count = total >= 0 && (size_t)total == shown
                                 ? g_strdup_printf("%s mail%s", all->str, total == 1 ? "" : "s")
                                 : g_strdup_printf("%zu of %s mails", shown, all->str);
    json_object_set_new(view, "count", json_string(count));
    json_object_set_new(view, "shown", json_integer((json_int_t)shown));
    if (total >= 0)
        json_object_set_new(view, "total", json_integer(total));
    /* What a draft takes at once. */
    g_autoptr(GString) offer = g_string_new("all ");
    if (total < 0 || total > PREPARE_MAILS_MAX) {
        g_string_assign(offer, "the first ");
        figure_append_count(offer, PREPARE_MAILS_MAX);
        g_string_append(offer, " of ");
    }
    g_string_append(offer, all->str);
    json_object_set_new(view, "more", json_boolean(total < 0 || (size_t)total > shown));
    json_object_set_new(view, "offer", json_string(offer->str));
}

static bool
email_page(struct visit *visit, const struct list_page *page, const struct email_rows *rows,
           int64_t total, GError **error)
{
    struct type_counts counts;
    if (!type_counts_read(visit->db, page->selection, visit->now, rows, total, &counts, error))
        return false;
    json_t *view = json_object(), *heads = json_array(), *list = json_array();
    g_autofree char *csv = list_page_link("/email.csv", page->selection, false);
    g_autofree char *urls = list_page_link("/url", page->selection, false);
    for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
        json_array_append_new(heads, column_view(page->selection, &columns[i]));
    for (size_t i = 0; i < rows->count; i++)
        json_array_append_new(list, email_line(visit, &rows->rows[i]));
    json_object_set_new(view, "columns", heads);
    json_object_set_new(view, "rows", list);
    json_object_set_new(view, "empty", json_boolean(rows->count == 0));
    put_counts(view, rows->count, total);
    json_object_set_new(view, "types", types_view(page->selection, &counts));
    json_object_set_new(view, "windows", windows_view(page->selection, visit->now));
    if (visit_is_analyst(visit))
        json_object_set_new(view, "csv", json_string(csv));
    json_object_set_new(view, "urls", json_string(urls));
    json_object_set_new(view, "may_report",
                        json_boolean(visit_is_analyst(visit) && site_has_route("/reportemail")));
    if (page->selection->texts[SELECT_Q] != NULL)
        json_object_set_new(view, "search", json_string(page->selection->texts[SELECT_Q]));
    list_page_put(page, "/email", rows->next, rows->previous, view);
    drop_shown(json_object_get(view, "chips"));
    if (!saved_view_put(visit, page->selection, view, error)) {
        json_decref(view);
        return false;
    }
    return page_render(visit, 200, "email_list", page->title, view, error);
}

/* --- JSON --- */

static bool
email_json(struct visit *visit, const struct email_rows *rows, int64_t total, GError **error)
{
    return page_json(visit, 200, email_view_list(rows, total, email_line_view(visit)), error);
}

/* --- CSV --- */

struct export
{
    struct csv_flow flow;
    enum email_view view;
};

static bool
put_csv_row(void *user, const struct email_row *row)
{
    struct export *export = user;
    email_view_csv(&export->flow.csv, row, export->view);
    return csv_flow_row(&export->flow);
}

static bool
email_csv(struct visit *visit, const struct list_page *page, GError **error)
{
    struct export export = { .view = email_line_view(visit) };
    g_autofree char *query = selection_query(page->selection, false);
    g_autoptr(GError) trouble = NULL;
    bool cut = false;
    if (!csv_flow_begin(&export.flow, visit, "emails", query, error))
        return false;
    email_view_csv_header(&export.flow.csv);
    email_rows_stream(visit->db, page->selection, visit->now, EMAIL_ROWS_LINKS,
                      EMAIL_ROWS_STREAM_MAX, put_csv_row, &export, &cut, &trouble);
    csv_flow_end(&export.flow, cut ? EMAIL_ROWS_CUT : NULL, trouble);
    return true;
}

bool
answer_email(struct visit *visit, GError **error)
{
    struct list_page page;
    bool csv = g_strcmp0(visit->extension, "csv") == 0;
    bool json = visit->api || g_strcmp0(visit->extension, "json") == 0;
    bool good = list_page_read(visit, SELECT_EMAILS, "Mails", NULL, &page, error);
    if (good && !page.answered && csv) {
        good = email_csv(visit, &page, error);
    } else if (good && !page.answered) {
        int64_t total = -1;
        g_autoptr(EmailRows) rows = email_rows_read(visit->db, page.selection, visit->now,
                                                    json ? EMAIL_ROWS_LINKS : 0, error);
        good = rows != NULL &&
               email_total(visit->db, page.selection, visit->now, rows, &total, error) &&
               (json ? email_json(visit, rows, total, error)
                     : email_page(visit, &page, rows, total, error));
    }
    list_page_clear(&page);
    return good;
}
