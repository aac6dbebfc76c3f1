/* SPDX-License-Identifier: Apache-2.0 */
#include "http/time_view.h"

#include <string.h>

#include "base/clock.h"

static bool
is_known(const char *when)
{
    return when != NULL && strlen(when) >= strlen("2026-01-31 08:00:59");
}

json_t *
time_view_rfc3339(const char *when)
{
    return is_known(when) ? json_sprintf("%.10sT%.8sZ", when, when + 11) : json_string("");
}

json_t *
time_view_sql(const char *when)
{
    if (!is_known(when))
        return json_null();
    g_autofree char *text = g_strndup(when, strlen("2026-01-31 08:00"));
    g_autofree char *whole = g_strdup_printf("%.19s UTC", when);
    return json_pack("{s:s, s:s, s:o}", "text", text, "whole", whole, "iso",
                     time_view_rfc3339(when));
}

json_t *
time_view(int64_t when)
{
    char text[CLOCK_TEXT_MAX];
    return time_view_sql(clock_sql(when, text));
}
