/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/clock.h"
#include "store/arrival.h"

#define DAY 86400
#define RECEIVED 1700000000

static void
test_claims(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        int64_t claimed, want;
        bool doubted;
    } cases[] = {
        { "an hour before", RECEIVED - 3600, RECEIVED - 3600, false },
        { "30 days before", RECEIVED - 30 * DAY, RECEIVED - 30 * DAY, false },
        { "a second more", RECEIVED - 30 * DAY - 1, RECEIVED, true },
        { "a day later", RECEIVED + DAY, RECEIVED + DAY, false },
        { "a second more later", RECEIVED + DAY + 1, RECEIVED, true },
        { "unknown", CLOCK_UNKNOWN, RECEIVED, true },
        { "year 1", CLOCK_MIN, RECEIVED, true },
        { "the end of time", INT64_MAX, RECEIVED, true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool doubted;
        int64_t got = arrival_counted(cases[i].claimed, RECEIVED, &doubted);
        if (got != cases[i].want || doubted != cases[i].doubted)
            fail_msg("%s: got %lld", cases[i].label, (long long)got);
    }
}

static void
test_dates(void **state)
{
    (void)state;
    assert_true(arrival_is_date(0));
    assert_true(arrival_is_date(CLOCK_MAX));
    assert_false(arrival_is_date(-1));
    assert_false(arrival_is_date(CLOCK_MAX + 1));
    assert_false(arrival_is_date(CLOCK_UNKNOWN));
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_claims),
                                        cmocka_unit_test(test_dates) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
