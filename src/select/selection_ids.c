/* SPDX-License-Identifier: Apache-2.0 */
#include "select/selection_ids.h"

#include "base/fault.h"
#include "select/email_ids.h"
#include "select/read.h"

GArray *
selection_ids(struct db *db, const struct selection *selection, int64_t now, size_t max, bool *cut,
              GError **error)
{
    struct email_ids page = { 0 };
    g_autoptr(Selection) whole = selection_copy(selection);
    g_clear_pointer(&whole->after, g_free);
    max = MIN(max, SELECTION_IDS_MAX);
    g_autoptr(SelectionSql) sql = selection_sql_new(db, whole, now, error);
    if (sql == NULL || !email_ids_read(db, whole, sql, max, READ_IDS_MS, &page, error))
        return NULL;
    bool more = page.next != NULL;
    g_autoptr(GArray) ids = g_steal_pointer(&page.ids);
    email_ids_clear(&page);
    if (cut != NULL)
        *cut = more;
    if (!more || cut != NULL)
        return g_steal_pointer(&ids);
    g_set_error(error, FAULT, FAULT_REJECT, "more than %zu mails match: narrow the selection", max);
    return NULL;
}
