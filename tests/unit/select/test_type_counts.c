/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/clock.h"
#include "select/selection_sql.h"
#include "select/type_counts.h"

#define NOW 1768480496 /* 2026-01-15 12:34:56 */
#define DAY 86400

static struct email_row rows[] = { { .email_type = "normal" },
                                   { .email_type = "bounce" },
                                   { .email_type = "normal" } };

/* There is no database: a case that asked it would fail. */
static void
test_where_nothing_is_asked(void **state)
{
    /* clang-format off */
    static const struct { const char *label, *from; bool further, none, slow; int64_t days, total; bool known; int64_t any; } cases[] = {
        { "the page has all", "arfEmail e FORCE INDEX (arrivalWords)", false, false, false, 2, 3, true, 3 },
        { "nothing can match", "arfEmail e FORCE INDEX (arrivalWords)", true, true, false, 2, -1, false, 0 },
        { "many in a long time", "arfEmail e FORCE INDEX (arrivalWords)", true, false, false, 30, -1, false, 0 },
        { "many, rows to be read", "arfEmail e FORCE INDEX (arrivalSubject)", true, false, false, 2, -1, false, 0 },
        { "the total took too long", "arfEmail e FORCE INDEX (arrivalWords)", true, false, false, 2, EMAIL_TOTAL_SLOW, false, 0 },
        { "reading all took too long", "emailUrl k FORCE INDEX (urlEmail)", true, false, true, 2, 400, false, 0 },
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Selection) selection = selection_new();
        g_autoptr(GString) from = g_string_new(cases[i].from), where = g_string_new("1 = 1");
        g_autoptr(GError) error = NULL;
        struct selection_sql sql = { .from = from,
                                     .where = where,
                                     .none = cases[i].none,
                                     .from_date = NOW - cases[i].days * DAY,
                                     .to_date = CLOCK_MAX };
        char next[] = "x";
        struct email_rows page = { .rows = rows,
                                   .count = G_N_ELEMENTS(rows),
                                   .next = cases[i].further ? next : NULL,
                                   .sql = &sql,
                                   .slow = cases[i].slow };
        struct type_counts counts;
        print_message("%s\n", cases[i].label);
        assert_true(type_counts_read(NULL, selection, NOW, &page, cases[i].total, &counts, &error));
        assert_null(error);
        assert_int_equal(counts.known, cases[i].known);
        assert_int_equal(counts.of[TYPE_ANY], cases[i].any);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_where_nothing_is_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
