/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "server.h"
#include "store/search_mend.h"

static struct span
of(const char *text)
{
    return (struct span){ text, strlen(text) };
}

static void
test_a_text_and_its_line(void **state)
{
    static const struct {
        const char *label, *text, *line;
        size_t len; /* 0: to the NUL */
        bool plain;
    } cases[] = {
        { "printable ASCII", "Re: [X] ~5%", "re: [x] ~5%", 0, true },
        { "nothing", "", "", 0, true },
        { "other letters stay", "\u00dcBER", "\u00dcBER", 0, false },
        { "a tab", "A\tB", "A\tB", 0, false },
        { "a line feed", "A\nB", "A B", 0, false },
        { "a NUL", "A\0B", "A B", 3, false },
        { "the last control character", "A\x7f", "A\x7f", 0, false },
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct span text = { cases[i].text,
                             cases[i].len > 0 ? cases[i].len : strlen(cases[i].text) };
        g_autoptr(GString) line = g_string_new(">");
        search_line(line, text);
        if (search_is_plain(text) != cases[i].plain || strcmp(line->str + 1, cases[i].line) != 0)
            fail_msg("%s: %s", cases[i].label, line->str);
    }
}

static void
send(struct db *db, struct search_lines *lines)
{
    g_autoptr(GError) error = NULL;
    must(search_lines_send(lines, db, &error), error);
}

static void
test_lines_become_blocks(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_lines");
    g_autoptr(GError) error = NULL;
    g_autoptr(SearchLines) lines = search_lines_new(SEARCH_SUBJECT);
    g_autofree char *half = g_strnfill(SEARCH_BLOCK_OCTETS / 2, 'A');
    must(search_lines_reserve(lines, db, 5000, &error), error);
    search_lines_add(lines, 7, 86400, of("One"));
    search_lines_add(lines, 8, 0, of("\u00c9"));
    search_lines_add(lines, 9, 3600, of("two"));
    send(db, lines);
    send(db, lines); /* as after a COMMIT whose answer was lost */
    g_autofree char *row =
        ask(db, "SELECT CONCAT_WS('|', kind, firstDate, lastDate, plainIds, plain, otherIds, other)"
                " FROM searchBlock");
    assert_string_equal(row, "subject|1970-01-01 00:00:00|1970-01-02 00:00:00|7,9|one\ntwo|8|"
                             "\u00c9");

    search_lines_clear(lines);
    for (int i = 0; i < 3; i++)
        search_lines_add(lines, 10 + i, 0, of(half));
    send(db, lines);
    assert_int_equal(count(db, "SELECT COUNT(*) FROM searchBlock WHERE plainIds IN ('10', '11', "
                               "'12') AND LENGTH(plain) = 8000"),
                     3);
    search_lines_clear(lines);
    for (int i = 0; i <= SEARCH_BLOCK_LINES; i++)
        search_lines_add(lines, 100 + i, 0, of(""));
    send(db, lines);
    assert_int_equal(count(db, "SELECT COUNT(*) FROM searchBlock WHERE plainIds LIKE '100,%' AND "
                               "plainIds LIKE '%,1099' AND LENGTH(plain) = 999"),
                     1);
    assert_int_equal(count(db, "SELECT COUNT(*) FROM searchBlock WHERE plainIds = '1100'"), 1);
}

static void
mends(struct db *db, const char *label, int64_t behind, bool mend, uint64_t missing, uint64_t stale)
{
    g_autoptr(GError) error = NULL;
    struct search_faults faults = { 0 };
    must(search_mend(db, SEARCH_SUBJECT, behind, mend, &faults, &error), error);
    if (faults.missing != missing || faults.stale != stale)
        fail_msg("%s: %d missing, %d stale", label, (int)faults.missing, (int)faults.stale);
}

#define MAIL(id, subject)                                                                          \
    "INSERT INTO arfEmail (emailId, arrivalDate, receivedDate, subject) VALUES (" #id              \
    ", '2026-01-0" #id "', '2026-01-01', '" subject "')"

static void
test_mended(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_mend");
    g_autoptr(GError) error = NULL;
    mends(db, "nothing there", 0, false, 0, 0);
    must_run(db, MAIL(1, "One"));
    must_run(db, MAIL(2, ""));
    must_run(db, MAIL(3, "\u00c9t\u00e9\nz"));
    mends(db, "no line yet", 0, false, 3, 0);
    mends(db, "only the newest are looked at", 2, false, 1, 0);
    mends(db, "made", 0, true, 3, 0);
    mends(db, "right", 0, false, 0, 0);
    assert_int_equal(count(db, "SELECT COUNT(*) FROM searchBlock WHERE plainIds = '1,2' AND plain "
                               "= 'one\n' AND otherIds = '3' AND other = '\u00c9t\u00e9 z'"),
                     1);
    must_run(db, "UPDATE arfEmail SET subject = 'Uno' WHERE emailId = 1");
    mends(db, "changed", 0, false, 1, 1);
    mends(db, "changed, made anew", 0, true, 0, 1);
    must_run(db, "UPDATE arfEmail SET arrivalDate = '2026-02-01' WHERE emailId = 1");
    mends(db, "moved out of the block's dates", 0, true, 0, 1);
    must_run(db, "UPDATE arfEmail SET subject = '\u00c9' WHERE emailId = 2");
    mends(db, "of the other sort now", 0, true, 0, 1);
    must_run(db, "DELETE FROM arfEmail WHERE emailId < 3");
    mends(db, "gone", 0, false, 0, 2);
    mends(db, "the block of a newest one", 2, false, 0, 2);
    mends(db, "not looked at", 3, false, 0, 0);
    mends(db, "gone, lines too", 0, true, 0, 2);
    assert_int_equal(count(db, "SELECT COUNT(*) FROM searchBlock WHERE plainIds = '' AND plain = ''"
                               " AND otherIds = '3'"),
                     1);
    must_run(db, "DELETE FROM arfEmail");
    mends(db, "the last one", 0, true, 0, 1);
    assert_int_equal(count(db, "SELECT COUNT(*) FROM searchBlock"), 0);
}

static void
test_lines_too_many(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_odd");
    must_run(db, MAIL(1, "One"));
    mends(db, "made", 0, true, 1, 0);
    must_run(db, "UPDATE searchBlock SET plain = 'one\nof nobody'");
    mends(db, "a line of nobody", 0, true, 0, 1);
    mends(db, "right", 0, false, 0, 0);
    must_run(db, "UPDATE searchBlock SET plain = ''");
    mends(db, "a line was lost", 0, true, 0, 1);
    mends(db, "right again", 0, false, 0, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_text_and_its_line),
        cmocka_unit_test(test_lines_become_blocks),
        cmocka_unit_test(test_mended),
        cmocka_unit_test(test_lines_too_many),
    };
    return cmocka_run_group_tests(tests, server_setup, server_teardown);
}
