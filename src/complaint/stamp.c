/* SPDX-License-Identifier: Apache-2.0 */
#include "complaint/stamp.h"

#include <time.h>

const char *
stamp_mail(int64_t when, char out[STAMP_TEXT_MAX])
{
    struct tm parts;
    time_t seconds = (time_t)when;
    out[0] = '\0';
    if (when >= CLOCK_MIN && when <= CLOCK_MAX && gmtime_r(&seconds, &parts) != NULL)
        g_snprintf(out, STAMP_TEXT_MAX, "%s, %02d %s %04d %02d:%02d:%02d +0000",
                   clock_weekdays[parts.tm_wday], parts.tm_mday, clock_months[parts.tm_mon],
                   parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
    return out;
}

const char *
stamp_text(int64_t when, char out[STAMP_TEXT_MAX])
{
    char text[CLOCK_TEXT_MAX];
    if (clock_sql(when, text)[0] == '\0')
        g_strlcpy(out, "not known", STAMP_TEXT_MAX);
    else
        g_snprintf(out, STAMP_TEXT_MAX, "%s UTC", text);
    return out;
}
