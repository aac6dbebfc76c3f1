/* SPDX-License-Identifier: Apache-2.0 */
#include "http/route.h"
#include "test.h"

/* clang-format off */
static const struct {
    const char *label, *pattern, *path; bool fits; const char *argument; int64_t number;
} cases[] = {
    { "root",               "/",              "",              true,  NULL, 0 },
    { "root, longer",       "/",              "a",             false, NULL, 0 },
    { "word",               "/email",         "email",         true,  NULL, 0 },
    { "another word",       "/email",         "emails",        false, NULL, 0 },
    { "final slash",        "/email",         "email/",        false, NULL, 0 },
    { "number",             "/email/#",       "email/17",      true,  "17", 17 },
    { "zero",               "/email/#",       "email/0",       false, NULL, 0 },
    { "sign",               "/email/#",       "email/-1",      false, NULL, 0 },
    { "no number",          "/email/#",       "email/x1",      false, NULL, 0 },
    { "largest",            "/email/#",       "email/999999999999999999", true, "999999999999999999",
      999999999999999999 },
    { "too large",          "/email/#",       "email/9999999999999999999", false, NULL, 0 },
    { "any piece",          "/country/*",     "country/BR",    true,  "BR", 0 },
    { "an empty piece",     "/country/*",     "country/",      false, NULL, 0 },
    { "behind a number",    "/email/#/note",  "email/3/note",  true,  "3", 3 },
    { "rest",               "/email/**",      "email/a/b",     true,  NULL, 0 },
    { "rest of nothing",    "/email/**",      "email",         true,  NULL, 0 },
    { "rest, other word",   "/email/**",      "url/a",         false, NULL, 0 },
};
/* clang-format on */

static void
test_patterns(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(GStrv) pieces = cases[i].path[0] != '\0' ? g_strsplit(cases[i].path, "/", -1)
                                                        : g_strsplit("x", "-", -1);
        const char *argument = NULL;
        int64_t number = 0;
        if (cases[i].path[0] == '\0')
            pieces[0][0] = '\0';
        bool fits = route_fits(cases[i].pattern, pieces, g_strv_length(pieces), &argument, &number);
        if (fits != cases[i].fits ||
            (fits && (g_strcmp0(argument, cases[i].argument) != 0 || number != cases[i].number)))
            fail_msg("%s: %d %s %lld", cases[i].label, fits, argument, (long long)number);
    }
}

/* A row that stands behind one that takes all it would take is never reached. */
static void
test_table(void **state)
{
    (void)state;
    assert_true(route_count > 10);
    for (size_t i = 0; i < route_count; i++) {
        g_auto(GStrv) pieces = g_strsplit(routes[i].pattern + 1, "/", -1);
        bool post = (routes[i].flags & ROUTE_POST) != 0;
        for (char **piece = pieces; *piece != NULL; piece++) {
            const char *sample = strcmp(*piece, "#") == 0 ? "1"
                                 : (*piece)[0] == '*'     ? "zz"
                                                          : *piece;
            char *copy = g_strdup(sample);
            g_free(*piece);
            *piece = copy;
        }
        for (size_t j = 0; j < i; j++) {
            const char *argument = NULL;
            int64_t number = 0;
            if (((routes[j].flags & ROUTE_POST) != 0) == post &&
                route_fits(routes[j].pattern, pieces, g_strv_length(pieces), &argument, &number))
                fail_msg("%s is hidden by %s", routes[i].pattern, routes[j].pattern);
        }
        if (post && routes[i].role == ROLE_NOBODY)
            assert_true((routes[i].flags & ROUTE_OPEN) != 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_patterns),
                                        cmocka_unit_test(test_table) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
