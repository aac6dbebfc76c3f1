/* SPDX-License-Identifier: Apache-2.0 */
/* Selections with a name: kept, and deleted, from the list of mails. */
#include <string.h>

#include "base/fault.h"
#include "http/answers.h"
#include "http/page.h"
#include "http/saved_view.h"
#include "store/saved_selection.h"

static void
go_back(struct visit *visit, const char *query, const char *kind, const char *text)
{
    g_autofree char *place =
        query[0] != '\0' ? g_strconcat("/email?", query, NULL) : g_strdup("/email");
    page_flash(visit, place, kind, text);
}

bool
answer_selection_post(struct visit *visit, GError **error)
{
    const char *name = request_form(visit->request, "name");
    const char *given = request_form(visit->request, "query");
    bool shared = request_form(visit->request, "shared") != NULL && visit_is_analyst(visit);
    g_autofree char *query = NULL;
    GError *trouble = NULL;
    if (name == NULL || given == NULL || visit->person.user_id == 0) {
        page_error(visit, 400, "A selection is kept for a person, and needs a name and filters.");
        return true;
    }
    g_autoptr(Selection) selection = saved_view_parse(given, error);
    if (selection == NULL)
        return false;
    if (!visit_is_analyst(visit) && selection_beyond_viewer(selection) != NULL) {
        page_error(visit, 403, "It holds filters that are for analysts.");
        return true;
    }
    query = selection_query(selection, false);
    if (!saved_selection_put(visit->db, visit->person.user_id, name, query, shared, &trouble)) {
        if (!g_error_matches(trouble, FAULT, FAULT_REJECT)) {
            g_propagate_error(error, trouble);
            return false;
        }
        go_back(visit, query, "bad", trouble->message);
        g_error_free(trouble);
        return true;
    }
    if (!visit_audit(visit, "save", name, query, error))
        return false;
    go_back(visit, query, "ok", "The selection is kept.");
    return true;
}

bool
answer_selection_delete_post(struct visit *visit, GError **error)
{
    bool found = false, any = visit->person.role >= ROLE_ADMIN;
    g_autofree char *subject =
        g_strdup_printf("selection %" G_GINT64_FORMAT, (gint64)visit->number);
    if (!saved_selection_delete(visit->db, visit->number, visit->person.user_id, any, &found,
                                error) ||
        (found && !visit_audit(visit, "delete", subject, "", error)))
        return false;
    go_back(visit, "", found ? "ok" : "bad",
            found ? "The selection is deleted." : "There is no such selection of yours.");
    return true;
}
