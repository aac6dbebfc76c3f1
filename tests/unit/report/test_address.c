/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "report/address.h"

/* clang-format off */
static const struct {
    const char *label, *field, *first, *path;
} cases[] = {
    { "bare", "a@example.com", "a@example.com", "a@example.com" },
    { "brackets", "<a@example.com>", "a@example.com", "a@example.com" },
    { "blanks within", "< a@example.com >", "a@example.com", "a@example.com" },
    { "case stays", "Jo.Doe@Example.COM", "Jo.Doe@Example.COM", "Jo.Doe@Example.COM" },
    { "name", "Joe Doe <joe@example.com>", "joe@example.com", "joe@example.com" },
    { "quoted name with an address", "\"x@example.net\" <joe@example.com>", "joe@example.com", "joe@example.com" },
    { "quoted name with brackets", "\"a <x@example.net>\" <joe@example.com>", "joe@example.com", "joe@example.com" },
    { "quoted pair", "\"a \\\" <x@example.net>\" <joe@example.com>", "joe@example.com", "joe@example.com" },
    { "comment with an address", "(x@example.net) joe@example.com", "joe@example.com", NULL },
    { "comment behind", "joe@example.com (x@example.net)", "joe@example.com", "joe@example.com" },
    { "comments nested", "joe@example.com (a (b) c)", "joe@example.com", "joe@example.com" },
    { "address in a comment alone", "Joe (joe@example.com)", "joe@example.com", NULL },
    { "address in quotes alone", "\"joe@example.com\"", "joe@example.com", NULL },
    { "list", "a@example.com, b@example.com", "a@example.com", NULL },
    { "group", "friends: a@example.com, b@example.com;", "a@example.com", NULL },
    { "trailing semicolon", "Joe <joe@example.com>;", "joe@example.com", "joe@example.com" },
    { "name without brackets", "Joe joe@example.com", "joe@example.com", NULL },
    { "no closing bracket", "Joe <joe@example.com", "joe@example.com", "joe@example.com" },
    { "empty brackets, then one", "<> <joe@example.com>", "joe@example.com", "" },
    { "quoted local part", "\"joe doe\"@example.com", "\"joe doe\"@example.com", NULL },
    { "address literal", "joe@[192.0.2.1]", "joe@[192.0.2.1]", "joe@[192.0.2.1]" },
    { "source route", "<@a.example,@b.example:joe@example.com>", "joe@example.com", "joe@example.com" },
    { "source route that eats the at", "<x@y.test<@a:b>", "x@y.test", NULL },
    { "mailto", "<mailto:joe@example.com>", "joe@example.com", "joe@example.com" },
    { "null path", "<>", NULL, "" },
    { "empty", "", NULL, "" },
    { "blanks", " \t ", NULL, "" },
    { "no address", "postmaster", NULL, "postmaster" },
    { "at alone", "@", NULL, NULL },
    { "nothing in front", "@example.com", NULL, NULL },
    { "nothing behind", "joe@", NULL, NULL },
    { "no UTF-8", "j\xfc@example.com", "j\xEF\xBF\xBD@example.com", "j\xEF\xBF\xBD@example.com" },
};
static const struct {
    const char *address, *domain;
} domains[] = {
    { "joe@Example.COM", "example.com" }, { "\"a@b\"@example.com", "example.com" }, { "postmaster", "" }, { "", "" },
};
/* clang-format on */

static void
test_first(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = address_first(span_of(cases[i].field));
        if (g_strcmp0(got, cases[i].first) != 0)
            fail_msg("%s: got %s", cases[i].label, got != NULL ? got : "(none)");
    }
}

static void
test_path(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = address_path(span_of(cases[i].field));
        if (cases[i].path != NULL && strcmp(got, cases[i].path) != 0)
            fail_msg("%s: got %s", cases[i].label, got);
    }
}

static void
test_domain(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(domains); i++) {
        g_autofree char *got = address_domain(domains[i].address);
        assert_string_equal(got, domains[i].domain);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first),
        cmocka_unit_test(test_path),
        cmocka_unit_test(test_domain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
