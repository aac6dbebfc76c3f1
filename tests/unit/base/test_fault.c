/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/fault.h"

static void
test_exit_codes(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        enum fault code;
        int want;
    } cases[] = {
        { "retry", FAULT_RETRY, 75 },
        { "reject", FAULT_REJECT, 65 },
        { "operator", FAULT_OPERATOR, 78 },
        { "usage", FAULT_USAGE, 64 },
    };
    g_autoptr(GError) foreign = g_error_new(G_FILE_ERROR, G_FILE_ERROR_NOENT, "x");
    g_autoptr(GError) unknown = g_error_new(FAULT, 99, "x");
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = g_error_new(FAULT, (int)cases[i].code, "x");
        if (fault_exit_code(error) != cases[i].want)
            fail_msg("%s: got %d", cases[i].label, fault_exit_code(error));
    }
    assert_int_equal(fault_exit_code(NULL), 75);
    assert_int_equal(fault_exit_code(foreign), 75);
    assert_int_equal(fault_exit_code(unknown), 75);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_exit_codes) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
