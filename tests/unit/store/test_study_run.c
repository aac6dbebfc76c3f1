/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/fault.h"
#include "base/span.h"
#include "server.h"
#include "store/study_run.h"

static const struct study_run run = { .title = "Ours",
                                      .paper = true,
                                      .providers = 2,
                                      .query_lines = 10000000000,
                                      .mails = 3,
                                      .reports = 4,
                                      .left_out = 5 };

static const struct study_cell cells[] = {
    { "gmailcom", "gmail.com", 1, 1, 1, "{\"a\": 1}" },
    { "gmailcom", "gmail.com", 7, 0, -1, "{}" },
    { "apple", "a.example", 1, -1, 0, "{\"b\": \"\xc3\xa4\"}" },
};

static void
test_written_is_read(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_study");
    g_autoptr(GError) error = NULL;
    int64_t first = 0, second = 0;
    must(study_run_write(db, &run, "{\"x\": 1}", cells, G_N_ELEMENTS(cells), &first, &error),
         error);
    must(study_run_write(db, &run, "{}", cells, 1, &second, &error), error);
    assert_true(first != second);
    g_autoptr(StudyRuns) runs = study_runs_read(db, &error);
    assert_int_equal(runs->count, 2);
    assert_int_equal(runs->runs[1].id, first);
    assert_string_equal(runs->runs[1].title, "Ours");
    assert_true(runs->runs[1].paper);
    assert_true(runs->runs[1].query_lines == 10000000000);
    assert_int_equal(runs->runs[1].left_out, 5);
    assert_int_equal(strlen(runs->runs[1].saved), strlen("2026-01-31 00:00:00"));

    g_autoptr(StudyCells) got = study_cells_read(db, first, &error);
    assert_int_equal(got->count, 3);
    assert_string_equal(got->cells[0].provider, "a.example"); /* in order of name */
    assert_int_equal(got->cells[0].paper, -1);
    assert_int_equal(got->cells[0].correct, 0);
    assert_int_equal(got->cells[2].feature, 7);
    assert_int_equal(got->cells[2].correct, -1);
    assert_null(got->cells[0].evidence);

    g_autoptr(StudyCells) one = study_cell_read(db, first, "apple", 1, &error);
    assert_int_equal(one->count, 1);
    assert_string_equal(one->cells[0].evidence, "{\"b\": \"\xc3\xa4\"}");
    g_autoptr(StudyCells) none = study_cell_read(db, second, "apple", 1, &error);
    assert_int_equal(none->count, 0);

    g_autoptr(GBytes) content = NULL;
    must(study_content_read(db, first, &content, &error), error);
    assert_true(span_equals(span_of_bytes(content), "{\"x\": 1}"));
}

/* All or nothing: two cells of one key. */
static void
test_a_bad_run_leaves_nothing(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_study");
    g_autoptr(GError) error = NULL;
    g_autofree char *long_evidence = g_strnfill(STUDY_EVIDENCE_OCTETS_MAX + 1, 'x');
    struct study_cell twice[] = { cells[0], cells[0] };
    struct study_cell large = cells[0];
    int64_t id = 7;
    assert_false(study_run_write(db, &run, "{}", twice, 2, &id, &error));
    assert_non_null(error);
    g_clear_error(&error);
    large.evidence = long_evidence;
    assert_false(study_run_write(db, &run, "{}", &large, 1, &id, &error));
    assert_true(g_error_matches(error, FAULT, FAULT_REJECT));
    assert_int_equal(id, 7);
    assert_int_equal(count(db, "SELECT (SELECT COUNT(*) FROM studyRun) + COUNT(*) FROM studyCell"),
                     0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_written_is_read),
        cmocka_unit_test(test_a_bad_run_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, server_setup, server_teardown);
}
