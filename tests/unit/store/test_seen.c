/* SPDX-License-Identifier: Apache-2.0 */
#include "store/seen.h"

#include "test.h"

static void
test_which_dictionaries_have_dates(void **state)
{
    (void)state;
    static const struct {
        enum dictionary dictionary;
        bool dates;
    } cases[] = {
        { DICTIONARY_DOMAIN, false }, { DICTIONARY_LOCAL, false },   { DICTIONARY_URL, true },
        { DICTIONARY_FILE, true },    { DICTIONARY_PATTERN, false },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_int_equal(seen_has_dates(cases[i].dictionary), cases[i].dates);
}

static void
test_is_due_after_batches(void **state)
{
    (void)state;
    struct seen *seen = seen_new();
    for (unsigned i = 1; i < SEEN_BATCHES; i++)
        assert_false(seen_is_due(seen));
    assert_true(seen_is_due(seen));
    seen_free(seen);
}

static void
test_is_due_when_rows_wait(void **state)
{
    (void)state;
    struct seen *seen = seen_new();
    for (int64_t id = 1; id < SEEN_ROWS; id++)
        seen_widen(seen, id % 2 == 0 ? DICTIONARY_URL : DICTIONARY_FILE, id, 10, 20);
    for (int again = 0; again < 3; again++) /* a row counts once, however often it is seen */
        seen_widen(seen, DICTIONARY_URL, 2, 5, 30);
    assert_false(seen_is_due(seen));
    seen_widen(seen, DICTIONARY_URL, SEEN_ROWS, 10, 20);
    assert_true(seen_is_due(seen));
    seen_free(seen);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_which_dictionaries_have_dates),
        cmocka_unit_test(test_is_due_after_batches),
        cmocka_unit_test(test_is_due_when_rows_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
