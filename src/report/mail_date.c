/* SPDX-License-Identifier: Apache-2.0 */
#include "report/mail_date.h"

#include <gmime/gmime.h>
#include <string.h>

#define DATE_OCTETS_MAX 200

int64_t
mail_date_parse(const char *text)
{
    GDateTime *date;
    int64_t when;
    if (strnlen(text, DATE_OCTETS_MAX + 1) > DATE_OCTETS_MAX)
        return CLOCK_UNKNOWN;
    date = g_mime_utils_header_decode_date(text);
    if (date == NULL)
        return CLOCK_UNKNOWN;
    when = g_date_time_to_unix(date);
    g_date_time_unref(date);
    return when >= CLOCK_MIN && when <= CLOCK_MAX ? when : CLOCK_UNKNOWN;
}
