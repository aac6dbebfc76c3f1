/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/text.h"

#define FFFD "\xEF\xBF\xBD"

/* clang-format off */
static const struct {
    const char *label;
    struct span given;
    const char *want;
} octets[] = {
    { "empty",                  { "", 0 },                     "" },
    { "null",                   { NULL, 0 },                   "" },
    { "ASCII",                  { "a\tb\r\n", 5 },             "a\tb\r\n" },
    { "good UTF-8",             { "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", 9 },
                                "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80" },
    { "NUL",                    { "a\0b", 3 },                 "a" FFFD "b" },
    { "NUL alone",              { "\0", 1 },                   FFFD },
    { "Latin-1",                { "caf\xE9 au", 7 },           "caf" FFFD " au" },
    { "overlong slash",         { "\xC0\xAF", 2 },             FFFD FFFD },
    { "overlong, three octets", { "\xE0\x80\xAF", 3 },         FFFD FFFD FFFD },
    { "overlong NUL",           { "\xC0\x80", 2 },             FFFD FFFD },
    { "surrogate",              { "\xED\xA0\x80", 3 },         FFFD FFFD FFFD },
    { "last scalar",            { "\xF4\x8F\xBF\xBF", 4 },     "\xF4\x8F\xBF\xBF" },
    { "past it",                { "\xF4\x90\x80\x80", 4 },     FFFD FFFD FFFD FFFD },
    { "truncated at the end",   { "a\xE2\x82", 3 },            "a" FFFD FFFD },
    { "truncated in between",   { "\xE2\x82""a", 3 },          FFFD FFFD "a" },
    { "the rest is not read",   { "\xE2\x82\xAC", 2 },         FFFD FFFD },
    { "lone continuation",      { "\x80z", 2 },                FFFD "z" },
    { "FE, FF",                 { "\xFE\xFF", 2 },             FFFD FFFD },
};
/* clang-format on */

static void
test_utf8(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(octets); i++) {
        g_autofree char *got = text_utf8(octets[i].given);
        g_autoptr(GString) behind = g_string_new("x");
        text_append_utf8(behind, octets[i].given);
        if (strcmp(got, octets[i].want) != 0 || strcmp(behind->str + 1, octets[i].want) != 0)
            fail_msg("%s: got \"%s\", appended \"%s\"", octets[i].label, got, behind->str);
    }
}

static void
test_cuts(void **state)
{
    (void)state;
    static const struct {
        const char *label, *text;
        size_t max, want_octets, want_chars;
    } cases[] = {
        { "empty", "", 5, 0, 0 },
        { "max 0", "ab", 0, 0, 0 },
        { "ASCII", "abc", 2, 2, 2 },
        { "all of it", "abc", 3, 3, 3 },
        { "no limit", "abc", SIZE_MAX, 3, 3 },
        { "two octets, edge", "\xC3\xA9x", 2, 2, 3 },
        { "two octets, inside", "\xC3\xA9x", 1, 0, 2 },
        { "four octets, inside", "a\xF0\x9F\x98\x80", 4, 1, 5 },
        { "four octets, edge", "a\xF0\x9F\x98\x80", 5, 5, 5 },
        { "chars, not octets", "\xC3\xA9\xC3\xA9\xC3\xA9", 2, 2, 4 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        size_t len = strlen(cases[i].text);
        size_t by_octets = text_cut_octets(cases[i].text, len, cases[i].max);
        size_t by_chars = text_cut_chars(cases[i].text, len, cases[i].max);
        if (by_octets != cases[i].want_octets || by_chars != cases[i].want_chars)
            fail_msg("%s: got %zu octets, %zu for chars", cases[i].label, by_octets, by_chars);
    }
    /* `len` ends the text, not the NUL */
    assert_int_equal(text_cut_chars("abc", 1, 5), 1);
    assert_int_equal(text_cut_octets("abc", 1, 5), 1);
}

/* clang-format off */
static const struct {
    const char *label;
    struct span given, want;
} folds[] = {
    { "empty",                { "", 0 },                     { "", 0 } },
    { "null",                 { NULL, 0 },                   { "", 0 } },
    { "blanks alone",         { " \r\n\t\r\n", 6 },          { "", 0 } },
    { "not folded",           { " a  b ", 6 },               { "a  b", 4 } },
    { "CRLF space",           { "a\r\n b", 5 },              { "a b", 3 } },
    { "LF tab",               { "a\n\tb", 4 },               { "a b", 3 } },
    { "bare CR",              { "a\rb", 3 },                 { "a b", 3 } },
    { "bare LF, no blank",    { "a\nb", 3 },                 { "a b", 3 } },
    { "several blanks",       { "a \t\r\n \t b", 9 },        { "a b", 3 } },
    { "several breaks",       { "a\r\n \r\n\r\n b", 10 },    { "a b", 3 } },
    { "two folds",            { "a\r\n b\r\n c", 9 },        { "a b c", 5 } },
    { "tab inside stays",     { "a\tb", 3 },                 { "a\tb", 3 } },
    { "NUL behind a break",   { "a\n\0b", 4 },               { "a \0b", 4 } },
    { "NUL before a break",   { "a\0\nb", 4 },               { "a\0 b", 4 } },
    { "8-bit octets stay",    { "\xE9\r\n \xFF", 5 },        { "\xE9 \xFF", 3 } },
};
/* clang-format on */

static void
test_unfolded(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(folds); i++) {
        g_autoptr(GString) got = g_string_new("x ");
        text_append_unfolded(got, folds[i].given);
        if (got->len != folds[i].want.len + 2 ||
            memcmp(got->str + 2, folds[i].want.octets, folds[i].want.len) != 0)
            fail_msg("%s: got \"%s\"", folds[i].label, got->str);
        if (!g_str_has_prefix(got->str, "x "))
            fail_msg("%s: what stood there before is changed", folds[i].label);
    }
}

static void
test_masked(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        struct span given;
        size_t max;
        const char *want;
    } cases[] = {
        { "empty", { "", 0 }, 10, "" },
        { "null", { NULL, 0 }, 10, "" },
        { "printable", { "a b~\"'", 6 }, 10, "a b~\"'" },
        { "line break", { "a\r\nb", 4 }, 10, "a\\x0D\\x0Ab" },
        { "escape", { "\033[2J", 4 }, 10, "\\x1B[2J" },
        { "backslash", { "\\x41", 4 }, 10, "\\x5Cx41" },
        { "NUL and DEL", { "\0\x7F", 2 }, 10, "\\x00\\x7F" },
        { "UTF-8", { "\xC3\xA9", 2 }, 10, "\\xC3\\xA9" },
        { "just fits", { "abc", 3 }, 3, "abc" },
        { "cut", { "abcd", 4 }, 3, "abc..." },
        { "cut inside a character", { "a\xC3\xA9", 3 }, 2, "a\\xC3..." },
        { "max 0", { "a", 1 }, 0, "..." },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = text_masked(cases[i].given, cases[i].max);
        if (strcmp(got, cases[i].want) != 0)
            fail_msg("%s: got \"%s\"", cases[i].label, got);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_unfolded),
        cmocka_unit_test(test_masked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
