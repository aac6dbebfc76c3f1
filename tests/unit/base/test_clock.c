/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <stdlib.h>
#include <time.h>

#include "base/clock.h"

/* clang-format off */
static const struct {
    const char *label;
    int64_t when;
    const char *rfc3339, *sql;
} texts[] = {
    { "epoch",             0,                 "1970-01-01T00:00:00Z", "1970-01-01 00:00:00" },
    { "second before",     -1,                "1969-12-31T23:59:59Z", "1969-12-31 23:59:59" },
    { "leap day",          951827696,         "2000-02-29T12:34:56Z", "2000-02-29 12:34:56" },
    { "beyond 32 bits",    4294967296LL,      "2106-02-07T06:28:16Z", "2106-02-07 06:28:16" },
    { "first",             CLOCK_MIN,         "0001-01-01T00:00:00Z", "0001-01-01 00:00:00" },
    { "before the first",  CLOCK_MIN - 1,     "",                     "" },
    { "last",              CLOCK_MAX,         "9999-12-31T23:59:59Z", "9999-12-31 23:59:59" },
    { "behind the last",   CLOCK_MAX + 1,     "",                     "" },
    { "unknown",           CLOCK_UNKNOWN,     "",                     "" },
    { "largest",           INT64_MAX,         "",                     "" },
};
/* clang-format on */

static void
test_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        char out[CLOCK_TEXT_MAX] = "untouched";
        char sql[CLOCK_TEXT_MAX] = "untouched";
        if (clock_rfc3339(texts[i].when, out) != out || strcmp(out, texts[i].rfc3339) != 0)
            fail_msg("%s: got \"%s\"", texts[i].label, out);
        if (clock_sql(texts[i].when, sql) != sql || strcmp(sql, texts[i].sql) != 0)
            fail_msg("%s: got \"%s\"", texts[i].label, sql);
    }
}

/* Times are UTC wherever the machine stands. */
static void
test_zone(void **state)
{
    (void)state;
    char out[CLOCK_TEXT_MAX];
    g_autofree char *before = g_strdup(g_getenv("TZ"));
    g_setenv("TZ", "IST-5:30", TRUE);
    tzset();
    assert_string_equal(clock_rfc3339(0, out), "1970-01-01T00:00:00Z");
    if (before != NULL)
        g_setenv("TZ", before, TRUE);
    else
        g_unsetenv("TZ");
    tzset();
}

static void
test_now(void **state)
{
    (void)state;
    static const struct {
        const char *pinned;
        int64_t want; /* -1: the real time */
    } cases[] = {
        { "0", 0 },
        { "1700000000", 1700000000 },
        { "-5", -5 },
        { "", -1 },
        { "tomorrow", -1 },
        { "1700000000 ", -1 },
        { "1e9", -1 },
        { "99999999999999999999", -1 },
        { "253402300800", -1 },
    };
    g_autofree char *before = g_strdup(g_getenv("LAFAYETTE_NOW"));
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        int64_t got;
        int64_t real = time(NULL);
        g_setenv("LAFAYETTE_NOW", cases[i].pinned, TRUE);
        got = clock_now();
        if (cases[i].want != -1 ? got != cases[i].want : got < real || got > real + 60)
            fail_msg("\"%s\": got %lld", cases[i].pinned, (long long)got);
    }
    g_unsetenv("LAFAYETTE_NOW");
    assert_in_range(clock_now(), (uint64_t)time(NULL), (uint64_t)time(NULL) + 60);
    if (before != NULL)
        g_setenv("LAFAYETTE_NOW", before, TRUE);
}

static void
test_monotonic(void **state)
{
    (void)state;
    int64_t first = clock_monotonic_us();
    g_usleep(2000);
    assert_true(clock_monotonic_us() - first >= 2000);
}

static void
test_floor_is_the_start_in_utc(void **state)
{
    static const struct {
        const char *label;
        int64_t when, unit, want;
    } cases[] = {
        { "midnight stays", 1767225600, CLOCK_DAY_S, 1767225600 },
        { "the last second of a day", 1767225599, CLOCK_DAY_S, 1767139200 },
        { "within an hour", 1767229261, CLOCK_HOUR_S, 1767229200 },
        { "before 1970", -1, CLOCK_DAY_S, -CLOCK_DAY_S },
        { "a day before 1970", -CLOCK_DAY_S, CLOCK_DAY_S, -CLOCK_DAY_S },
        { "1970", 0, CLOCK_HOUR_S, 0 },
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        if (clock_floor(cases[i].when, cases[i].unit) != cases[i].want)
            fail_msg("%s: %" G_GINT64_FORMAT, cases[i].label,
                     clock_floor(cases[i].when, cases[i].unit));
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_texts), cmocka_unit_test(test_zone),
                                        cmocka_unit_test(test_floor_is_the_start_in_utc),
                                        cmocka_unit_test(test_now),
                                        cmocka_unit_test(test_monotonic) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
