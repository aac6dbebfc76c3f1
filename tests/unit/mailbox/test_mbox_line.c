/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "mailbox/mbox_line.h"

/* clang-format off */
static const struct {
    const char *label, *line;
    bool want;
    int64_t date;
} lines[] = {
    { "asctime",              "From a@example.com Fri Feb 13 02:48:13 2015",       true, 1423795693 },
    { "day of one digit",     "From MAILER-DAEMON  Thu Jul  3 23:34:45 2008\n",    true, 1215128085 },
    { "CRLF",                 "From a Thu Jul  3 23:34:45 2008\r\n",               true, 1215128085 },
    { "Thunderbird",          "From - Fri Feb 13 02:48:13 2015",                   true, 1423795693 },
    { "no sender",            "From  Fri Feb 13 02:48:13 2015",                    true, 1423795693 },
    { "no seconds",           "From a Fri Feb 13 02:48 2015",                      true, 1423795680 },
    { "letters as zone",      "From a Fri Feb 13 02:48:13 PST 2015",               true, 1423795693 },
    { "zone before the year", "From a Fri Feb 13 02:48:13 +0100 2015",             true, 1423792093 },
    { "zone behind it",       "From a Fri Feb 13 02:48:13 2015 -0800",             true, 1423824493 },
    { "remote from",          "From a Fri Feb 13 02:48:13 2015 remote from h",     true, 1423795693 },
    { "sender with blanks",   "From \"a b Sun c\"@h Fri Feb 13 02:48:13 2015",     true, 1423795693 },
    { "sender like a day",    "From Sun Fri Feb 13 02:48:13 2015",                 true, 1423795693 },
    { "year of two digits",   "From a Fri Feb 13 02:48:13 15",                     false, 0 },
    { "text behind",          "From a Fri Feb 13 02:48:13 2015 we met",            false, 0 },
    { "no weekday",           "From a Feb 13 02:48:13 2015",                       false, 0 },
    { "no such month",        "From a Fri Fev 13 02:48:13 2015",                   false, 0 },
    { "no such hour",         "From a Fri Feb 13 24:48:13 2015",                   false, 0 },
    { "no such day",          "From a Fri Feb 32 02:48:13 2015",                   false, 0 },
    { "no time",              "From a Fri Feb 13 2015",                            false, 0 },
    { "prose",                "From now on we will meet each Fri",                 false, 0 },
    { "quoted",               ">From a Fri Feb 13 02:48:13 2015",                  false, 0 },
    { "header field",         "From: a Fri Feb 13 02:48:13 2015",                  false, 0 },
    { "lower case",           "from a Fri Feb 13 02:48:13 2015",                   false, 0 },
    { "only the word",        "From ",                                             false, 0 },
};
static const struct {
    const char *label, *octets;
    bool want;
} beginnings[] = {
    { "any date",            "From () 2020-03-03 07:50:45 +0000\nA: b\n", true },
    { "no date",             "From a@example.com\nA: b\n",                true },
    { "header field",        "From: a@example.com\n",                     false },
    { "field, blank, colon", "From  : a@example.com\n",                   false },
    { "nothing behind",      "From ",                                     true },
    { "quoted",              ">From a\n",                                 false },
    { "empty",               "",                                          false },
};
static const struct {
    const char *label, *line;
    size_t want;
} quotes[] = {
    { "one", ">From a", 1 },       { "three", ">>>From a", 3 }, { "none", "From a", 0 },
    { "no blank", ">From: a", 0 }, { "blank", "> From a", 0 },  { "empty", "", 0 },
};
static const struct {
    const char *label, *message;
    size_t want;
    int64_t date;
} skips[] = {
    { "nothing to skip", "A: b\n\nFrom x\n",                                     0, CLOCK_UNKNOWN },
    { "From_",           "From a Fri Feb 13 02:48:13 2015\nA: b\n",             32, 1423795693 },
    { "CRLF",            "From a Fri Feb 13 02:48:13 2015\r\nA: b\r\n",         33, 1423795693 },
    { "From_ and >From", "From a Fri Feb 13 02:48:13 2015\n>From b Mon\nA: b\n", 44, 1423795693 },
    { "only >From",      ">From a Fri Feb 13 02:48:13 2015\nA: b\n",            33, 1423795693 },
    { "no date",         "From a\nA: b\n",                                       7, CLOCK_UNKNOWN },
    { "nothing but it",  "From a",                                               6, CLOCK_UNKNOWN },
};
/* clang-format on */

static void
test_from_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        int64_t date = 0;
        bool got = mbox_line_is_from(span_of(lines[i].line), &date);
        if (got != lines[i].want || date != lines[i].date)
            fail_msg("%s: got %d %lld", lines[i].label, got, (long long)date);
        if (mbox_line_is_from(span_of(lines[i].line), NULL) != lines[i].want)
            fail_msg("%s: another answer without a date", lines[i].label);
    }
}

static void
test_a_line_over_the_limit_is_none(void **state)
{
    g_autofree char *sender = g_strnfill(MBOX_LINE_MAX, 'a');
    g_autofree char *line = g_strdup_printf("From %s Fri Feb 13 02:48:13 2015", sender);
    (void)state;
    assert_false(mbox_line_is_from(span_of(line), NULL));
}

static void
test_beginnings(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(beginnings); i++)
        if (mbox_line_begins(span_of(beginnings[i].octets)) != beginnings[i].want)
            fail_msg("%s", beginnings[i].label);
}

static void
test_quotes(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(quotes); i++)
        if (mbox_line_quotes(span_of(quotes[i].line)) != quotes[i].want)
            fail_msg("%s", quotes[i].label);
}

static void
test_skips(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(skips); i++) {
        int64_t date = 0;
        size_t got = mbox_line_skip(span_of(skips[i].message), &date);
        if (got != skips[i].want || date != skips[i].date)
            fail_msg("%s: got %zu %lld", skips[i].label, got, (long long)date);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_from_lines), cmocka_unit_test(test_a_line_over_the_limit_is_none),
        cmocka_unit_test(test_beginnings), cmocka_unit_test(test_quotes),
        cmocka_unit_test(test_skips),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
