/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/verp.h"

#define BASE "bounces@example.com"
#define SECRET "0123456789abcdef"
#define R30 "ABCDEFGHIJABCDEFGHIJABCDEFGHIJ"

/* clang-format off */
static const struct {
    const char *label, *base, *reference;
    unsigned position;
    const char *want; /* up to the digest; NULL: none can be made */
} makings[] = {
    { "plain",              BASE, "LF-17",       2,     "bounces+LF-17-2-" },
    { "largest position",   BASE, "a",           65535, "bounces+a-65535-" },
    { "over it",            BASE, "a",           65536, NULL },
    { "longest",            BASE, R30 "1234567", 1,     "bounces+" R30 "1234567-1-" },
    { "one too long",       BASE, R30 "12345678", 1,    NULL },
    { "empty",              BASE, "",            1,     NULL },
    { "a blank",            BASE, "a b",         1,     NULL },
    { "a line break",       BASE, "a\r\nb",      1,     NULL },
    { "an at sign",         BASE, "a@b",         1,     NULL },
    { "a plus",             BASE, "a+b",         1,     NULL },
    { "no address",         "bounces", "a",      1,     NULL },
    { "no local part",      "@example.com", "a", 1,     NULL },
    { "no base",            NULL, "a",           1,     NULL },
};
/* clang-format on */

static void
test_make(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(makings); i++) {
        g_autofree char *made =
            verp_make(makings[i].base, makings[i].reference, makings[i].position, SECRET);
        char reference[VERP_REFERENCE_MAX + 1] = "";
        unsigned position = 0;
        print_message("%s\n", makings[i].label);
        if (makings[i].want == NULL) {
            assert_null(made);
            continue;
        }
        assert_non_null(made);
        assert_true(g_str_has_prefix(made, makings[i].want));
        assert_true(g_str_has_suffix(made, "@example.com"));
        assert_true(strchr(made, '@') - made <= 64);
        assert_true(verp_read(span_of(made), BASE, SECRET, reference, &position));
        assert_string_equal(reference, makings[i].reference);
        assert_int_equal(position, makings[i].position);
    }
}

static void
test_read(void **state)
{
    g_autofree char *made = verp_make(BASE, "LF-17", 2, SECRET);
    g_autofree char *upper = g_ascii_strup(made, -1), *lower = g_ascii_strdown(made, -1);
    g_autofree char *another = verp_make("other@example.com", "LF-17", 2, SECRET);
    g_autofree char *secret = verp_make(BASE, "LF-17", 2, "another secret");
    g_autofree char *longer = g_strconcat("x", made, NULL), *behind = g_strconcat(made, "x", NULL);
    g_autofree char *third = g_strdup(made), *other = g_strdup(made);
    third[strlen("bounces+LF-17-")] = '3';
    other[strlen("bounces+LF-1")] = '8';
    const struct {
        const char *label, *address;
        bool want;
    } cases[] = {
        { "as made", made, true },
        { "upper case", upper, true },
        { "lower case", lower, true },
        { "of another base", another, false },
        { "by another secret", secret, false },
        { "something before", longer, false },
        { "something behind", behind, false },
        { "another position", third, false },
        { "another reference", other, false },
        { "the base alone", BASE, false },
        { "nothing behind the plus", "bounces+@example.com", false },
        { "no dash", "bounces+abc@example.com", false },
        { "one dash", "bounces+abc-0123456789abcdef@example.com", false },
        { "no reference", "bounces+-1-0123456789abcdef@example.com", false },
        { "no number", "bounces+a-x-0123456789abcdef@example.com", false },
        { "empty", "", false },
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char reference[VERP_REFERENCE_MAX + 1] = "untouched";
        unsigned position = 99;
        print_message("%s\n", cases[i].label);
        assert_int_equal(verp_read(span_of(cases[i].address), BASE, SECRET, reference, &position),
                         cases[i].want);
        assert_int_equal(position, cases[i].want ? 2 : 99);
        assert_int_equal(g_ascii_strcasecmp(reference, "LF-17") == 0, cases[i].want);
    }
}

static void
test_ours(void **state)
{
    static const struct {
        const char *address;
        bool want;
    } cases[] = { { BASE, true },
                  { "Bounces@Example.COM", true },
                  { "bounces+anything@example.com", true },
                  { "bounces+@example.com", true },
                  { "bounces2@example.com", false },
                  { "xbounces@example.com", false },
                  { "bounces@example.com.test", false },
                  { "bounces", false },
                  { "", false } };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        print_message("%s\n", cases[i].address);
        assert_int_equal(verp_is_ours(span_of(cases[i].address), BASE), cases[i].want);
    }
    assert_false(verp_is_ours(span_of("a@example.com"), "no address"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_make),
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
