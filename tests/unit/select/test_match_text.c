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
        cmocka_unit_test(test_a_place_comes_back_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
