/* SPDX-License-Identifier: Apache-2.0 */
#include "http/list_page.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "http/page.h"

struct selection *
list_page_selection(const struct form *form, const char *const *others, GError **error)
{
    guint count = form->pairs != NULL ? form->pairs->len : 0;
    g_autofree struct selection_pair *pairs = g_new(struct selection_pair, count + 1);
    for (guint i = 0; i < count; i++) {
        const struct form_pair *pair = &g_array_index(form->pairs, struct form_pair, i);
        pairs[i] = (struct selection_pair){ pair->name, pair->value };
    }
    return selection_parse(pairs, count, others, error);
}

static bool
from_path(struct visit *visit, struct list_page *page, GError **error)
{
    struct selection_path path = { .selection = NULL };
    const char *pieces[VISIT_ARGUMENTS_MAX];
    g_autofree char *place = NULL;
    for (size_t i = 0; i < visit->piece_count; i++)
        pieces[i] = visit->pieces[i];
    switch (selection_from_path(pieces, visit->piece_count, visit->now, &path, error)) {
    case PATH_FOUND:
        page->selection = path.selection;
        page->of = path.of;
        page->title = path.title;
        return true;
    case PATH_BAD:
        return false;
    case PATH_SLASH:
        place = g_strconcat(visit->request->raw_path, "/", NULL);
        reply_redirect(visit->reply, place);
        break;
    case PATH_NONE:
        page_error(visit, 404, "There is no such list. The help page tells how lists are written.");
        break;
    }
    page->answered = true;
    return true;
}

/* A viewer who asks for more than viewers may is answered here. */
static void
check_role(struct visit *visit, struct list_page *page)
{
    const char *beyond = visit_is_analyst(visit) ? NULL : selection_beyond_viewer(page->selection);
    page->selection->masked = !visit_is_analyst(visit);
    if (beyond != NULL) {
        g_autofree char *text =
            g_strdup_printf("Your role is viewer; \"%s\" is for analysts.", beyond);
        page_error(visit, 403, text);
        page->answered = true;
    }
}

bool
list_page_read_query(struct visit *visit, enum selection_of of, const char *title,
                     const char *const *others, struct list_page *page, GError **error)
{
    *page = (struct list_page){ .of = of };
    page->selection = list_page_selection(&visit->request->query, others, error);
    if (page->selection == NULL)
        return false;
    page->title = g_strdup(title);
    check_role(visit, page);
    return true;
}

bool
list_page_read(struct visit *visit, enum selection_of of, const char *title,
               const char *const *others, struct list_page *page, GError **error)
{
    if (visit->piece_count <= 1 || visit->api)
        return list_page_read_query(visit, of, title, others, page, error);
    *page = (struct list_page){ .of = of };
    if (!from_path(visit, page, error))
        return false;
    if (page->answered)
        return true;
    if (page->title == NULL)
        page->title = g_strdup(title);
    check_role(visit, page);
    return true;
}

void
list_page_clear(struct list_page *page)
{
    g_clear_pointer(&page->selection, selection_free);
    g_clear_pointer(&page->title, g_free);
}

char *
list_page_link(const char *place, const struct selection *selection, bool with_after)
{
    g_autofree char *query = selection_query(selection, with_after);
    return query[0] == '\0' ? g_strdup(place) : g_strconcat(place, "?", query, NULL);
}

struct chips {
    json_t *list, *form;
    json_t *kept;
    const char *place;
    bool fields; /* one of the form's fields is filled in */
};

/* Filters that the form has no field for go on as hidden ones; they do not open it. */
static bool
has_no_field(const char *name)
{
    static const char *const names[] = { "subjectlike", "urllike", "filelike", "q",
                                         "campaign",    "urlid",   "all" };
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static void
put_chip(void *user, const char *name, const char *value, const char *without)
{
    struct chips *chips = user;
    g_autofree char *href =
        without[0] == '\0' ? g_strdup(chips->place) : g_strconcat(chips->place, "?", without, NULL);
    json_array_append_new(chips->list,
                          json_pack("{s:s, s:s, s:s}", "name", name, "value", value, "href", href));
    json_object_set_new(chips->form, name, json_string(value));
    if (has_no_field(name))
        json_array_append_new(chips->kept, json_pack("{s:s, s:s}", "name", name, "value", value));
    else if (strcmp(name, "type") != 0 && strcmp(name, "days") != 0 && strcmp(name, "hours") != 0)
        chips->fields = true;
}

static char *
with_after(const struct list_page *page, const char *place, const char *after)
{
    g_autoptr(Selection) moved = selection_copy(page->selection);
    g_free(moved->after);
    moved->after = g_strdup(after);
    return list_page_link(place, moved, true);
}

/* One <option> of a choice. */
static void
put_choice(json_t *view, const char *name, const char *const *words, unsigned chosen)
{
    json_t *list = json_array();
    for (unsigned i = 0; words[i] != NULL; i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "value", words[i], "text",
                                              i == 0 ? "any" : words[i], "chosen", i == chosen));
    json_object_set_new(view, name, list);
}

void
list_page_put(const struct list_page *page, const char *place, const char *next,
              const char *previous, json_t *view)
{
    static const char *const sets[] = { "", "no", "yes", NULL };
    const struct selection *selection = page->selection;
    struct chips chips = { json_array(), json_object(), json_array(), place, false };
    g_autofree char *query = selection_query(page->selection, false);
    selection_chips(page->selection, put_chip, &chips);
    json_object_set_new(view, "place", json_string(place));
    json_object_set_new(view, "query", json_string(query));
    json_object_set_new(view, "chips", chips.list);
    json_object_set_new(view, "any_chips", json_boolean(json_array_size(chips.list) > 0));
    json_object_set_new(view, "form", chips.form);
    json_object_set_new(view, "any_fields", json_boolean(chips.fields));
    json_object_set_new(view, "kept", chips.kept);
    put_choice(view, "form_types", selection_types, selection->type);
    put_choice(view, "form_fbtypes", selection_fbtypes, selection->fbtype);
    put_choice(view, "form_deliveries", selection_deliveries, selection->delivery);
    put_choice(view, "form_reported", sets, selection->reported);
    put_choice(view, "form_genuine", sets, selection->genuine);
    json_object_set_new(view, "listed_only", json_boolean(selection->listed));
    if (next != NULL) {
        g_autofree char *href = with_after(page, place, next);
        json_object_set_new(view, "next", json_string(href));
    }
    if (previous != NULL) {
        g_autofree char *href = with_after(page, place, previous);
        json_object_set_new(view, "previous", json_string(href));
    }
}
