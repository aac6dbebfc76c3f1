/* SPDX-License-Identifier: Apache-2.0 */
#include "render/csv.h"
#include "test.h"

/* clang-format off */
static const struct { const char *label, *text, *want; } fields[] = {
    { "plain",             "a b",                  "\"a b\"" },
    { "no value",          NULL,                   "" },
    { "empty text",        "",                     "\"\"" },
    { "quote",             "a \"b\"",              "\"a \"\"b\"\"\"" },
    { "separator, line",   "a,b\nc",               "\"a,b\nc\"" },
    { "=",                 "=cmd|' /C calc'!A0",   "\"'=cmd|' /C calc'!A0\"" },
    { "+",                 "+1",                   "\"'+1\"" },
    { "-",                 "-1",                   "\"'-1\"" },
    { "@",                 "@SUM(A1)",             "\"'@SUM(A1)\"" },
    { "tab",               "\t=1",                 "\"'\t'=1\"" },
    { "CR",                "\r=1",                 "\"'\r'=1\"" },
    { "full width =",      "\xEF\xBC\x9D" "1",     "\"'\xEF\xBC\x9D" "1\"" },
    { "blank in front",    " =1",                  "\"' =1\"" },
    { "no-break space",    "\xC2\xA0=1",           "\"'\xC2\xA0=1\"" },
    { "behind a separator", "a,=1;+2",             "\"a,'=1;'+2\"" },
    { "behind a line end", "a\n@x",                "\"a\n'@x\"" },
    { "inside is harmless", "a=b - c",             "\"a=b - c\"" },
    { "hidden character",  "\xE2\x80\xAE" "=1",    "\"\xE2\x9F\xA6U+202E\xE2\x9F\xA7=1\"" },
};
/* clang-format on */

static void
test_fields(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        struct csv csv = { .out = out };
        csv_text(&csv, fields[i].text);
        if (strcmp(out->str, fields[i].want) != 0)
            fail_msg("%s: want %s, got %s", fields[i].label, fields[i].want, out->str);
    }
}

static void
test_rows(void **state)
{
    static const char *const names[] = { "emailId", "subject", "sourceAsn", NULL };
    g_autoptr(GString) out = g_string_new(NULL);
    struct csv csv = { .out = out };
    (void)state;
    csv_header(&csv, names);
    csv_number(&csv, -7);
    csv_text(&csv, "x");
    csv_empty(&csv);
    csv_end_row(&csv);
    csv_empty(&csv);
    csv_span(&csv, (struct span){ "a\0b", 3 });
    csv_number(&csv, G_MAXINT64);
    csv_end_row(&csv);
    assert_string_equal(out->str, "\"emailId\",\"subject\",\"sourceAsn\"\r\n-7,\"x\",\r\n"
                                  ",\"a\xE2\x9F\xA6U+0000\xE2\x9F\xA7"
                                  "b\",9223372036854775807\r\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
