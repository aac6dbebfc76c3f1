/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "select/cursor.h"
#include "select/match_text.h"

static void
test_conditions_and_their_values(void **state)
{
    /* clang-format off */
    static const struct { const char *label; enum match_form form; bool regexp; const char *text, *sql, *value; } cases[] = {
        { "contains", MATCH_CONTAINS, false, "wire", "c LIKE ?", "%wire%" },
        { "stars at the ends mean nothing", MATCH_CONTAINS, false, "**wire*", "c LIKE ?", "%wire%" },
        { "a star within", MATCH_CONTAINS, true, "a*b", "c LIKE ?", "%a%b%" },
        { "LIKE's own signs are themselves", MATCH_CONTAINS, false, "5%_\\", "c LIKE ?", "%5\\%\\_\\\\%" },
        { "literal in a regular expression", MATCH_CONTAINS, true, "b.v(", "c REGEXP ?", "b\\x{2E}v\\x{28}" },
        { "accents", MATCH_CONTAINS, true, "bj", "c REGEXP ?", "b[jĵ]" },
        { "an accent given", MATCH_CONTAINS, true, "Ĵ", "c REGEXP ?", "[jĵ]" },
        { "other scripts", MATCH_CONTAINS, true, "с你", "c REGEXP ?", "с你" },
        { "only stars", MATCH_CONTAINS, true, "*", "c LIKE ?", "%%" },
        { "whole", MATCH_WHOLE, true, "a%b", "c = ?", "a%b" },
        { "whole with a star", MATCH_WHOLE, true, "a%*b", "c LIKE ?", "a\\%%b" },
        { "raw", MATCH_LIKE, true, "%a_\\%", "c LIKE ?", "%a_\\%" },
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) sql = g_string_new(NULL);
        g_autofree char *value =
            match_text(sql, "c", cases[i].form, cases[i].text, cases[i].regexp);
        if (strcmp(sql->str, cases[i].sql) != 0 || strcmp(value, cases[i].value) != 0)
            fail_msg("%s: %s with %s", cases[i].label, sql->str, value);
    }
}

static void
test_what_a_plain_text_must_hold(void **state)
{
    /* clang-format off */
    static const struct { const char *label; enum match_form form; bool regexp; const char *text, *piece; } cases[] = {
        { "contains", MATCH_CONTAINS, true, "Wire 5%", "wire 5%" },
        { "stars at the ends mean nothing", MATCH_CONTAINS, true, "**Wire*", "wire" },
        { "an accent stands for its letter", MATCH_CONTAINS, true, "\u00dcber\u0175eg", "uberweg" },
        { "letters with a case outside of ASCII", MATCH_CONTAINS, true, "\u017f\u212a\u0130", "ski" },
        { "other scripts are never plain", MATCH_CONTAINS, true, "abc \u4f60", NULL },
        { "nor are tabs", MATCH_CONTAINS, true, "a\tb", NULL },
        { "a star within: the longest piece", MATCH_CONTAINS, true, "ab*Cde*fg", "cde" },
        { "LIKE: the collation may take anything for a letter", MATCH_CONTAINS, false, "x\u4f60Abc", "abc" },
        { "LIKE's own signs are themselves", MATCH_CONTAINS, false, "5%_\\x", "5%_\\x" },
        { "nothing", MATCH_CONTAINS, true, "*", "" },
        { "raw", MATCH_LIKE, true, "a%Bc_def\\%g", "def%g" },
        { "raw, a mask is no text", MATCH_LIKE, true, "a ***@bc", "@bc" },
        { "raw, nothing known", MATCH_LIKE, true, "%_%\u00e9", "" },
        { "raw, a backslash at the end", MATCH_LIKE, true, "abc\\", "abc\\" },
        { "whole", MATCH_WHOLE, true, "mail.*.test", "mail." },
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *piece = match_piece(cases[i].form, cases[i].text, cases[i].regexp);
        if (g_strcmp0(piece, cases[i].piece) != 0)
            fail_msg("%s: %s", cases[i].label, piece != NULL ? piece : "(null)");
    }
}

static void
test_a_place_comes_back_as_it_was(void **state)
{
    static const char *const values[] = { "2026-01-15 12:34:56", "", "a.b.c\n", "Überweisung 你" };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autoptr(Selection) selection = selection_new();
        struct cursor place = { i % 2 == 1, (char *)(uintptr_t)values[i], 7000000000 + (int)i };
        struct cursor found = { 0 };
        selection->after = cursor_text(selection, &place);
        selection->limit = 9; /* a page may be longer than the last */
        assert_true(cursor_read(selection, &found, NULL));
        assert_string_equal(found.value, values[i]);
        assert_int_equal(found.backward, place.backward);
        assert_true(found.id == place.id);
        cursor_clear(&found);
        selection->ascending = true;
        assert_false(cursor_read(selection, &found, NULL));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conditions_and_their_values),
        cmocka_unit_test(test_what_a_plain_text_must_hold),
        cmocka_unit_test(test_a_place_comes_back_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
