/* SPDX-License-Identifier: Apache-2.0 */
#include "http/saved_view.h"

#include <string.h>

#include "http/list_page.h"
#include "store/saved_selection.h"

struct selection *
saved_view_parse(const char *query, GError **error)
{
    struct form form = { .pairs = NULL };
    struct selection *selection = NULL;
    if (form_read(&form, span_of(query), error))
        selection = list_page_selection(&form, NULL, error);
    form_clear(&form);
    return selection;
}

/* Kept by an older version it may not be one any more: then it is left out. */
static bool
may_see(const struct visit *visit, const struct saved_selection *saved)
{
    g_autoptr(Selection) selection = saved_view_parse(saved->query, NULL);
    return selection != NULL &&
           (visit_is_analyst(visit) || selection_beyond_viewer(selection) == NULL);
}

bool
saved_view_put(struct visit *visit, const struct selection *selection, json_t *view, GError **error)
{
    g_autoptr(GPtrArray) list = saved_selection_list(visit->db, visit->person.user_id, error);
    g_autofree char *here = selection_query(selection, false);
    json_t *rows = json_array();
    for (guint i = 0; list != NULL && i < list->len; i++) {
        const struct saved_selection *saved = g_ptr_array_index(list, i);
        g_autofree char *href = g_strconcat("/email?", saved->query, NULL);
        if (!may_see(visit, saved))
            continue;
        json_array_append_new(
            rows,
            json_pack("{s:I, s:s, s:s, s:b, s:s, s:b, s:b}", "id", (json_int_t)saved->id, "name",
                      saved->name, "href", href, "here", strcmp(saved->query, here) == 0, "owner",
                      saved->own || saved->owner == NULL ? "" : saved->owner, "shared",
                      saved->shared, "may_delete", saved->own || visit->person.role >= ROLE_ADMIN));
    }
    json_object_set_new(view, "any_saved", json_boolean(json_array_size(rows) > 0));
    json_object_set_new(view, "saved", rows);
    json_object_set_new(view, "may_save", json_boolean(visit->person.user_id != 0));
    return list != NULL;
}
