/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "select/email_rows.h"

/* There is no database: a total that came with its page, or would take too long, is not asked. */
static void
test_what_is_not_asked(void **state)
{
    /* clang-format off */
    static const struct { const char *label; int64_t came; bool slow; int64_t want; } cases[] = {
        { "it came", 400, false, 400 },
        { "it came, though slowly", 400, true, 400 },
        { "as many as are told", EMAIL_TOTAL_MAX, false, EMAIL_TOTAL_MAX },
        { "more", EMAIL_TOTAL_MAX + 1, false, -1 },
        { "too slow to be counted", -1, true, EMAIL_TOTAL_SLOW },
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Selection) selection = selection_new();
        g_autoptr(GError) error = NULL;
        char next[] = "x";
        struct email_rows page = { .next = next, .total = cases[i].came, .slow = cases[i].slow };
        int64_t total = 0;
        print_message("%s\n", cases[i].label);
        assert_true(email_total(NULL, selection, 0, &page, &total, &error));
        assert_null(error);
        assert_int_equal(total, cases[i].want);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_not_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
