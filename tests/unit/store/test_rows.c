/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <string.h>

#include "store/rows.h"

enum { ID, NAME, PARENT };
static const struct column columns[] = { { "id", CELL_NUMBER },
                                         { "name", CELL_TEXT },
                                         { "parent", CELL_REFERENCE } };

static void
test_statement_names_all_columns(void **state)
{
    (void)state;
    g_autoptr(Rows) rows = rows_new("INSERT INTO t", columns, 3);
    assert_string_equal(rows_sql(rows), "INSERT INTO t (id, name, parent) VALUES (?, ?, ?)");
}

static void
test_cells_keep_their_row_and_unset_ones_are_null(void **state)
{
    (void)state;
    g_autoptr(Rows) rows = rows_new("INSERT INTO t", columns, 3);
    int64_t parent = 0;
    for (int i = 0; i < 1000; i++) { /* more than the first room */
        rows_begin(rows);
        rows_number(rows, ID, i);
        if (i % 2 == 0)
            rows_text(rows, NAME, "even", 4);
        if (i % 3 == 0)
            rows_reference(rows, PARENT, &parent);
    }
    parent = 77; /* known only now */
    rows_resolve(rows);
    assert_int_equal(rows_count(rows), 1000);
    for (int i = 0; i < 1000; i++) {
        struct column_view id, name, of;
        rows_view(rows, ID, (size_t)i, &id);
        rows_view(rows, NAME, (size_t)i, &name);
        rows_view(rows, PARENT, (size_t)i, &of);
        assert_int_equal(id.numbers[0], i);
        assert_int_equal(name.absent[0], i % 2 != 0);
        assert_int_equal(name.lengths[0], i % 2 == 0 ? 4 : 0);
        assert_int_equal(of.absent[0], i % 3 != 0);
        if (i % 3 == 0)
            assert_int_equal(of.numbers[0], 77);
    }
    rows_clear(rows);
    assert_int_equal(rows_count(rows), 0);
}

static void
test_chunks_hold_their_limits_and_one_row_at_least(void **state)
{
    (void)state;
    g_autoptr(Rows) rows = rows_new("INSERT INTO t", columns, 3);
    static char text[1000];
    memset(text, 'x', sizeof text);
    static const size_t lengths[] = { 100, 100, 900, 10, 10, 10 };
    for (size_t i = 0; i < 6; i++) {
        rows_begin(rows);
        rows_text(rows, NAME, text, lengths[i]);
    }
    assert_int_equal(rows_chunk(rows, 0, 500, 300), 2); /* 2 x (100 + 27) */
    assert_int_equal(rows_chunk(rows, 2, 500, 300), 1); /* larger than the limit, alone */
    assert_int_equal(rows_chunk(rows, 3, 2, 300), 2);   /* rows */
    assert_int_equal(rows_chunk(rows, 3, 500, 300), 3); /* the rest */
    assert_int_equal(rows_chunk(rows, 6, 500, 300), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statement_names_all_columns),
        cmocka_unit_test(test_cells_keep_their_row_and_unset_ones_are_null),
        cmocka_unit_test(test_chunks_hold_their_limits_and_one_row_at_least),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
