/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <gmime/gmime.h>

#include "report/mail_date.h"
#include "report/report_parse.h"

/* clang-format off */
static const struct { const char *label, *text, *want; } cases[] = {
    { "as RFC 5322 writes it", "Wed, 01 Jan 2025 12:34:56 +0000", "2025-01-01T12:34:56Z" },
    { "no weekday", "01 Jan 2025 12:34:56 +0000", "2025-01-01T12:34:56Z" },
    { "day of one digit", "Wed, 1 Jan 2025 12:34:56 +0000", "2025-01-01T12:34:56Z" },
    { "west", "Wed, 01 Jan 2025 20:34:56 -0830", "2025-01-02T05:04:56Z" },
    { "east, over the year", "Wed, 01 Jan 2025 00:34:56 +0100", "2024-12-31T23:34:56Z" },
    { "comment", "Wed, 01 Jan 2025 12:34:56 +0000 (UTC)", "2025-01-01T12:34:56Z" },
    { "leap day", "Thu, 29 Feb 2024 23:59:59 +0000", "2024-02-29T23:59:59Z" },
    { "wrong weekday", "Fri, 01 Jan 2025 12:34:56 +0000", "2025-01-01T12:34:56Z" },
    { "named zone", "Wed, 01 Jan 2025 12:34:56 EST", "2025-01-01T17:34:56Z" },
    { "unknown zone", "Wed, 01 Jan 2025 12:34:56 QQQ", "2025-01-01T12:34:56Z" },
    { "no zone", "Wed, 01 Jan 2025 12:34:56", "2025-01-01T12:34:56Z" },
    { "no seconds", "Wed, 01 Jan 2025 12:34 +0000", "2025-01-01T12:34:00Z" },
    { "year of two digits", "Wed, 01 Jan 25 12:34:56 +0000", "2025-01-01T12:34:56Z" },
    { "capitals", "WED, 01 JAN 2025 12:34:56 +0000", "2025-01-01T12:34:56Z" },
    { "blanks around", "  Wed,  01 Jan 2025  12:34:56  +0000 ", "2025-01-01T12:34:56Z" },
    { "zone without a blank", "Wed, 01 Jan 2025 12:34:56+0200", "2025-01-01T10:34:56Z" },
    { "zone without a blank, no seconds", "01 Jan 2025 12:34-0200", "2025-01-01T14:34:00Z" },
    { "zone with a colon", "Wed, 01 Jan 2025 12:34:56 +05:30", "2025-01-01T07:04:56Z" },
    { "fraction of a second", "Wed, 01 Jan 2025 12:34:56.789 +0200", "2025-01-01T10:34:56Z" },
    { "fraction alone", "Wed, 01 Jan 2025 12:34:56.789", "2025-01-01T12:34:56Z" },
    { "ISO 8601, UTC", "2025-01-01T12:34:56Z", "2025-01-01T12:34:56Z" },
    { "ISO 8601, fraction and zone", "2025-01-01T12:34:56.789-08:30", "2025-01-01T21:04:56Z" },
    { "ISO 8601, no zone", "2025-01-01T12:34:56", "2025-01-01T12:34:56Z" },
    { "year behind the zone", "Wed Jan  1 12:34:56 -0500 2025", "2025-01-01T17:34:56Z" },
    { "of a web server's log", "01/Jan/2025:12:34:56 +0100", "" },
    { "the last second of all", "Fri, 31 Dec 9999 23:59:59 +0000", "9999-12-31T23:59:59Z" },
    { "behind the last second", "Fri, 31 Dec 9999 23:59:59 -0100", "" },
    { "no such day", "Sat, 30 Feb 2025 12:34:56 +0000", "" },
    { "empty", "", "" },
    { "no date", "yesterday", "" },
    { "too long", "Wed, 01 Jan 2025 12:34:56 +0000 (AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
      "AAAAAAAAAAAAAAAAAAAA)", "" },
};
/* clang-format on */

static void
test_dates(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char text[CLOCK_TEXT_MAX];
        print_message("%s\n", cases[i].label);
        assert_string_equal(clock_rfc3339(mail_date_parse(cases[i].text), text), cases[i].want);
    }
}

static int64_t
of_gmime(const char *text)
{
    GDateTime *date = g_mime_utils_header_decode_date(text);
    int64_t when = date != NULL ? g_date_time_to_unix(date) : CLOCK_UNKNOWN;
    if (date != NULL)
        g_date_time_unref(date);
    return when >= CLOCK_MIN && when <= CLOCK_MAX ? when : CLOCK_UNKNOWN;
}

/* What is read without GMime is what GMime reads, whatever octet of a date is another. */
static void
test_as_gmime(void **state)
{
    static const char *const dates[] = { "Wed, 01 Jan 2025 12:34:56 +0000",
                                         "Thu, 29 Feb 2024 23:59:59 -0830 (PST)",
                                         "31 Dec 1999 00:00:00 +1145" };
    static const char octets[] = "0123456789 ,:+-()AJnz\t";
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(dates); i++)
        for (size_t at = 0; dates[i][at] != '\0'; at++)
            for (const char *octet = octets;; octet++) {
                g_autofree char *text = g_strdup(dates[i]);
                text[at] = *octet;
                if (mail_date_parse(text) != of_gmime(text))
                    fail_msg("\"%s\" is another date", text);
                if (*octet == '\0')
                    break;
            }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_dates),
                                        cmocka_unit_test(test_as_gmime) };
    report_open();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
