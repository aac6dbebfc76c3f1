/* SPDX-License-Identifier: Apache-2.0 */
#include "store/id_list.h"

GArray *
id_list_new(void)
{
    return g_array_new(FALSE, FALSE, sizeof(int64_t));
}

void
id_list_add(GArray *ids, int64_t id)
{
    g_array_append_val(ids, id);
}

char *
id_list_text(const GArray *ids)
{
    GString *text = g_string_new(ids->len == 0 ? "NULL" : NULL);
    for (guint i = 0; i < ids->len; i++)
        g_string_append_printf(text, "%s%" G_GINT64_FORMAT, i > 0 ? "," : "", id_list_at(ids, i));
    return g_string_free(text, FALSE);
}

bool
id_list_execute(struct db *db, const char *before, const GArray *ids, const char *behind,
                GError **error)
{
    if (ids->len == 0)
        return true;
    g_autofree char *text = id_list_text(ids);
    g_autofree char *sql = g_strconcat(before, "(", text, ")", behind, NULL);
    return db_execute(db, sql, error);
}
