/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "report/raw_field.h"

/* clang-format off */
static const struct { const char *label, *header, *want; } cases[] = {
    { "two", "A: b\nC: d\n\nE: f\n", "A< b>C< d>" },
    { "folds stay", "A: b\n\tc\n d\nE: f\n", "A< b\n\tc\n d>E< f>" },
    { "CRLF", "A: b\r\n c\r\nD: e\r\n\r\nF: g", "A< b\r\n c>D< e>" },
    { "no end", "A: b", "A< b>" },
    { "no value", "A:\nB:", "A<>B<>" },
    { "blank before the colon", "A : b\n", "A< b>" },
    { "no fields are passed over", "nonsense\nA: b\nmore: nonsense here\nwith blank: x\n", "A< b>more< nonsense here>" },
    { "a fold without a field", " x\nA: b\n", "A< b>" },
    { "a name of other octets", "\xc3\xa4: b\nA: b\n", "A< b>" },
    { "colon first", ": b\nA: b\n", "A< b>" },
    { "empty", "", "" },
    { "empty line first", "\nA: b\n", "" },
};
/* clang-format on */

static void
test_headers(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct span rest = span_of(cases[i].header);
        struct span name, value;
        g_autoptr(GString) got = g_string_new(NULL);
        while (raw_field_next(&rest, &name, &value))
            g_string_append_printf(got, "%.*s<%.*s>", (int)name.len, name.octets, (int)value.len,
                                   value.octets);
        if (strcmp(got->str, cases[i].want) != 0)
            fail_msg("%s: \"%s\", not \"%s\"", cases[i].label, got->str, cases[i].want);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_headers) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
