/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

const char *const clock_weekdays[7] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
const char *const clock_months[12] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

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

static void
put_digits(char *out, int digits, int number)
{
    for (; digits-- > 0; number /= 10)
        out[digits] = (char)('0' + number % 10);
}

/* `middle` stands between date and time, `end` behind them. Digits by hand: each mail has a dozen
 * dates. */
static const char *
clock_format(int64_t when, char middle, const char *end, char out[CLOCK_TEXT_MAX])
{
    struct tm parts;
    time_t seconds = (time_t)when;
    out[0] = '\0';
    if (when < CLOCK_MIN || when > CLOCK_MAX || gmtime_r(&seconds, &parts) == NULL)
        return out;
    memcpy(out, "0000-00-00 00:00:00", 20);
    put_digits(out, 4, parts.tm_year + 1900);
    put_digits(out + 5, 2, parts.tm_mon + 1);
    put_digits(out + 8, 2, parts.tm_mday);
    out[10] = middle;
    put_digits(out + 11, 2, parts.tm_hour);
    put_digits(out + 14, 2, parts.tm_min);
    put_digits(out + 17, 2, parts.tm_sec);
    g_strlcpy(out + 19, end, CLOCK_TEXT_MAX - 19);
    return out;
}

int64_t
clock_floor(int64_t when, int64_t unit)
{
    return when - ((when % unit) + unit) % unit;
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
