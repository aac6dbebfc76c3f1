/* SPDX-License-Identifier: Apache-2.0 */
#include "http/time_view.h"

#include <string.h>

#include "base/clock.h"

json_t *
time_view_sql(const char *when)
{
    if (when == NULL || strlen(when) < strlen("2026-01-31 08:00:59"))
        return json_null();
    g_autofree char *text = g_strndup(when, strlen("2026-01-31 08:00"));
    g_autofree char *whole = g_strdup_printf("%.19s UTC", when);
    g_autofree char *iso = g_strdup_printf("%.10sT%.8sZ", when, when + 11);
    return json_pack("{s:s, s:s, s:s}", "text", text, "whole", whole, "iso", iso);
}

json_t *
time_view(int64_t when)
{
    char text[CLOCK_TEXT_MAX];
    return time_view_sql(clock_sql(when, text));
}
