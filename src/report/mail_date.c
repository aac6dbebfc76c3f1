/* SPDX-License-Identifier: Apache-2.0 */
#include "report/mail_date.h"

#include <gmime/gmime.h>
#include <string.h>
#include <time.h>

#define DATE_OCTETS_MAX 200
#define ZONE_HOURS_MAX 12

static const char digits[] = "0123456789";

/* Reads `least` to `most` digits and the mark behind them. */
static bool
take_number(const char **at, size_t least, size_t most, char mark, int *number)
{
    size_t len = 0;
    for (*number = 0; len < most && g_ascii_isdigit((*at)[len]); len++)
        *number = *number * 10 + ((*at)[len] - '0');
    if (len < least || (*at)[len] != mark)
        return false;
    *at += len + 1;
    return true;
}

static bool
take_month(const char **at, int *month)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (*month = 0; *month < 12; ++*month)
        if (strncmp(*at, months + 3 * *month, 3) == 0 && (*at)[3] == ' ') {
            *at += 4;
            return true;
        }
    return false;
}

/* "+0100" at the end, or before a comment of capitals that ends there. */
static bool
take_zone(const char *at, int *seconds)
{
    const char *end = at + 5;
    int hours, minutes;
    if ((*at != '+' && *at != '-') || strspn(at + 1, digits) != 4)
        return false;
    hours = (at[1] - '0') * 10 + at[2] - '0';
    minutes = (at[3] - '0') * 10 + at[4] - '0';
    if (end[0] == ' ' && end[1] == '(') {
        end += 2 + strspn(end + 2, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        if (*end++ != ')')
            return false;
    }
    *seconds = (hours * 60 + minutes) * 60 * (*at == '-' ? -1 : 1);
    return *end == '\0' && hours < ZONE_HOURS_MAX && minutes < 60;
}

/* "Wed, 01 Jan 2025 12:34:56 +0100": what most dates are, and GMime cuts into a dozen allocated
 * pieces. False: not of this form, whatever else it is. */
static bool
is_plain_date(const char *text, int64_t *when)
{
    static const char weekdays[] = "Mon, Tue, Wed, Thu, Fri, Sat, Sun, ";
    struct tm date = { 0 };
    int zone;
    for (size_t i = 0; i + 1 < sizeof weekdays; i += 5)
        if (strncmp(text, weekdays + i, 5) == 0) {
            text += 5;
            break;
        }
    if (!take_number(&text, 1, 2, ' ', &date.tm_mday) || !take_month(&text, &date.tm_mon) ||
        !take_number(&text, 4, 4, ' ', &date.tm_year) ||
        !take_number(&text, 2, 2, ':', &date.tm_hour) ||
        !take_number(&text, 2, 2, ':', &date.tm_min) ||
        !take_number(&text, 2, 2, ' ', &date.tm_sec) || !take_zone(text, &zone) ||
        date.tm_year < 1970 || date.tm_hour > 23 || date.tm_min > 59 || date.tm_sec > 59 ||
        !g_date_valid_dmy((GDateDay)date.tm_mday, (GDateMonth)(date.tm_mon + 1),
                          (GDateYear)date.tm_year))
        return false;
    date.tm_year -= 1900;
    *when = (int64_t)timegm(&date) - zone;
    return true;
}

/* "+0200" or "+02:00", whatever stands behind it. */
static bool
is_zone(const char *at)
{
    size_t len = *at == '+' || *at == '-' ? strspn(at + 1, digits) : 0;
    return len == 4 || (len == 2 && at[3] == ':' && strspn(at + 4, digits) == 2);
}

/* What GMime would read as midnight, or in another zone: a fraction of a second, a zone without a
 * blank before it or with a colon within, ISO 8601's T. False: there is nothing of that. */
static bool
respell(const char *text, char out[DATE_OCTETS_MAX + 2])
{
    const char *colon = strchr(text, ':');
    const char *end = colon, *zone;
    if (colon == NULL)
        return false;
    for (int pairs = 0; pairs < 2 && *end == ':' && strspn(end + 1, digits) == 2; pairs++)
        end += 3;
    zone = end + (*end == '.' ? 1 + strspn(end + 1, digits) : 0);
    zone += strspn(zone, " ");
    if (end == colon || (*end != '.' && *end != 'Z' && *end != '\0' && !is_zone(zone)))
        return false;
    g_snprintf(out, DATE_OCTETS_MAX + 2, "%.*s %.3s%s", (int)(end - text), text, zone,
               zone + (is_zone(zone) && zone[3] == ':' ? 4 : strnlen(zone, 3)));
    if (colon - text == 13 && text[10] == 'T')
        out[10] = ' ';
    return true;
}

int64_t
mail_date_parse(const char *text)
{
    char respelt[DATE_OCTETS_MAX + 2];
    GDateTime *date;
    int64_t when;
    if (strnlen(text, DATE_OCTETS_MAX + 1) > DATE_OCTETS_MAX)
        return CLOCK_UNKNOWN;
    if (is_plain_date(text, &when))
        return when <= CLOCK_MAX ? when : CLOCK_UNKNOWN;
    date = g_mime_utils_header_decode_date(respell(text, respelt) ? respelt : text);
    if (date == NULL)
        return CLOCK_UNKNOWN;
    when = g_date_time_to_unix(date);
    g_date_time_unref(date);
    return when >= CLOCK_MIN && when <= CLOCK_MAX ? when : CLOCK_UNKNOWN;
}
