/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "select/url_spelling.h"

#define U "b\303\274cher"
#define A "xn--bcher-kva"

/* clang-format off */
static const struct {
    const char *label, *typed, *want; /* NULL: it has one spelling alone */
} texts[] = {
    { "whole",               "http://" U ".example/",         "http://" A ".example/" },
    { "host alone",          U ".example",                    A ".example" },
    { "one label",           U,                               A },
    { "capitals",            "HTTP://www.B\xC3\x9C" "CHER.Example/X", "HTTP://www." A ".Example/X" },
    { "decomposed",          "bu\xCC\x88" "cher.example",     A ".example" },
    { "ideographic dot",     U "\xE3\x80\x82" "example/",     A ".example/" },
    { "slashes in front",    "//x@" U ".example:8080/" U,     NULL },
    { "port",                "http://" U ".example:8080/" U,  "http://" A ".example:8080/" U },
    { "user",                "http://" U "@" U ".example?" U, "http://" U "@" A ".example?" U },
    { "stars",               "*." U ".*/a",                   "*." A ".*/a" },
    { "both spellings",      A "." U ".example",              A "." A ".example" },
    { "A-labels",            "http://" A ".example/",         NULL },
    { "ASCII",               "http://example.com/",           NULL },
    { "path",                "/" U,                           NULL },
    { "path behind a host",  "http://example.com/" U,         NULL },
    { "fragment",            "example.com#" U,                NULL },
    { "looks like ASCII",    "\xEF\xBD\x85\xEF\xBD\x98",      NULL },
    { "no name",             "\xE2\x80\xAE" "abc.example",    NULL },
    { "blank within",        "the " U " mail",                NULL },
    { "empty",               "",                              NULL },
};
/* clang-format on */

static void
test_ascii(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *ascii = url_spelling_ascii(texts[i].typed);
        if (g_strcmp0(ascii, texts[i].want) != 0)
            fail_msg("%s: %s", texts[i].label, ascii != NULL ? ascii : "none");
    }
}

static void
test_conditions(void **state)
{
    static const struct {
        const char *label, *text, *sql, *first, *second;
        enum match_form form;
    } cases[] = {
        { "one", "a.example", "(c LIKE ?)", "%a.example%", NULL, MATCH_CONTAINS },
        { "two", U, "(c LIKE ? OR c LIKE ?)", "%" U "%", "%" A "%", MATCH_CONTAINS },
        { "raw", U, "(c LIKE ?)", U, NULL, MATCH_LIKE },
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(UrlSpellings) spellings = { .count = 0 };
        g_autoptr(GString) sql = g_string_new(NULL);
        url_spellings_match(&spellings, sql, "c", cases[i].form, cases[i].text, false);
        if (strcmp(sql->str, cases[i].sql) != 0 ||
            g_strcmp0(spellings.values[0], cases[i].first) != 0 ||
            g_strcmp0(spellings.values[1], cases[i].second) != 0)
            fail_msg("%s: %s", cases[i].label, sql->str);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ascii),
        cmocka_unit_test(test_conditions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
