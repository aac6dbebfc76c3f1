/* SPDX-License-Identifier: Apache-2.0 */
#include "admin/option.h"

#include "base/fault.h"

bool
option_read(int argc, char **argv, const GOptionEntry *entries, const char *synopsis,
            const char *summary, char ***rest, GError **error)
{
    g_autoptr(GOptionContext) context = g_option_context_new(synopsis);
    g_auto(GStrv) arguments = g_new0(char *, (gsize)argc + 1);
    g_autoptr(GError) problem = NULL;
    g_autofree char *name = g_strconcat("lafayette-admin ", argv[0], NULL);
    for (int i = 0; i < argc; i++)
        arguments[i] = g_strdup(i == 0 ? name : argv[i]);
    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_summary(context, summary);
    if (!g_option_context_parse_strv(context, &arguments, &problem)) {
        g_set_error(error, FAULT, FAULT_USAGE, "%s: %s", argv[0], problem->message);
        return false;
    }
    if (rest == NULL && arguments[1] != NULL) {
        g_set_error(error, FAULT, FAULT_USAGE, "%s: \"%s\" is one argument too many", argv[0],
                    arguments[1]);
        return false;
    }
    if (rest != NULL)
        *rest = g_strdupv(arguments + 1);
    return true;
}

bool
option_date(const char *text, int64_t *when, GError **error)
{
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autofree char *whole =
        strchr(text, 'T') != NULL ? g_strdup(text) : g_strconcat(text, "T00:00:00Z", NULL);
    g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(whole, utc);
    if (date == NULL) {
        g_set_error(error, FAULT, FAULT_USAGE, "\"%s\" is no date: write 2026-01-31", text);
        return false;
    }
    *when = g_date_time_to_unix(date);
    return true;
}
