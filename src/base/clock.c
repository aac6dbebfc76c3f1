/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <stdlib.h>
#include <time.h>

int64_t
clock_now(void)
{
    const char *pinned = getenv("LAFAYETTE_NOW");
    struct timespec now;
    gint64 seconds;
    if (pinned != NULL &&
        g_ascii_string_to_signed(pinned, 10, CLOCK_MIN, CLOCK_MAX, &seconds, NULL))
        return seconds;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec;
}

int64_t
clock_monotonic_us(void)
{
    return g_get_monotonic_time();
}

/* `middle` stands between date and time, `end` behind them. */
static const char *
clock_format(int64_t when, char middle, const char *end, char out[CLOCK_TEXT_MAX])
{
    struct tm parts;
    time_t seconds = (time_t)when;
    out[0] = '\0';
    if (when >= CLOCK_MIN && when <= CLOCK_MAX && gmtime_r(&seconds, &parts) != NULL)
        g_snprintf(out, CLOCK_TEXT_MAX, "%04d-%02d-%02d%c%02d:%02d:%02d%s", parts.tm_year + 1900,
                   parts.tm_mon + 1, parts.tm_mday, middle, parts.tm_hour, parts.tm_min,
                   parts.tm_sec, end);
    return out;
}

const char *
clock_rfc3339(int64_t when, char out[CLOCK_TEXT_MAX])
{
    return clock_format(when, 'T', "Z", out);
}

const char *
clock_sql(int64_t when, char out[CLOCK_TEXT_MAX])
{
    return clock_format(when, ' ', "", out);
}
