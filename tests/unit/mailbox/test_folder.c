/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/scratch.h"

#define F "From a@example.com Fri Feb 13 02:48:13 2015\n"

static void
fill(const char *folder)
{
    g_autofree char *fifo = g_build_filename(folder, "e.fifo", NULL);
    g_autofree char *link = g_build_filename(folder, "f.link", NULL);
    g_autofree char *loop = g_build_filename(folder, "sub/up", NULL);
    scratch_write(folder, "b.eml", "B: b\r\n\r\nx\r\n");
    scratch_write(folder, "a.eml", F ">From b\nA: a\n\n>From x\n\n" F "not: split\n");
    scratch_write(folder, "c.mbox", F "C: 1\n\n" F "C: 2\n\n>From x\n");
    scratch_write(folder, "c0.mbox", "");
    scratch_write(folder, "d", F "D: 1\n");
    scratch_write(folder, "d.empty", "");
    scratch_write(folder, "sub/z", "Z: z\n");
    scratch_write(folder, "sub/deeper/y", "Y: y\n");
    scratch_write(folder, "mail/cur/2:2,", "M: 2\n");
    scratch_write(folder, "mail/new/1", "M: 1\n");
    scratch_write(folder, "mail/tmp/3", "M: 3\n");
    scratch_write(folder, "half/new/1", "H: 1\n");
    scratch_write(folder, "half/tmp/2", "H: 2\n");
    scratch_write(folder, ".hidden", "x");
    scratch_write(folder, ".sub/x", "x");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(symlink("b.eml", link), 0);
    assert_int_equal(symlink("..", loop), 0);
}

#define READ                                                                                       \
    "a.eml=A: a\n\n>From x\n\n" F "not: split\n"                                                   \
    "|b.eml=B: b\r\n\r\nx\r\n"                                                                     \
    "|mbox:c.mbox#1=C: 1\n|mbox:c.mbox#2=C: 2\n\nFrom x\n"                                         \
    "|d=D: 1\n|d.empty="                                                                           \
    "|half/new/1=H: 1\n|mail/new/1=M: 1\n|mail/cur/2:2,=M: 2\n"                                    \
    "|sub/deeper/y=Y: y\n|sub/z=Z: z\n"

/* clang-format off */
static const struct {
    const char *label;
    enum settle settle;
    const char *there[9], *gone[9];
} cases[] = {
    { "keep", SETTLE_KEEP, { "a.eml", "c.mbox", "mail/new/1", "sub/deeper/y" }, { "Done" } },
    { "move", SETTLE_MOVE,
      { "Done/a.eml", "Done/b.eml", "Done/c.mbox", "Done/d", "Done/1", "Done/y", "Done/z",
        "mail/.Done/cur/1:2,S", "mail/.Done/cur/2:2,S" },
      { "a.eml", "b.eml", "c.mbox", "d", "half/new/1", "sub/deeper/y", "sub/z", "mail/new/1" } },
    { "delete", SETTLE_DELETE, { "sub/deeper", "mail/tmp/3", "half/tmp/2" },
      { "a.eml", "c.mbox", "d", "mail/new/1", "mail/cur/2:2,", "sub/z", "Done", "mail/.Done" } },
};
/* clang-format on */

static void
test_read_and_settled(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *folder = scratch_new();
        g_autofree char *got = NULL, *again = NULL;
        g_autoptr(Mailbox) mailbox = NULL;
        g_autoptr(Mailbox) second = NULL;
        fill(folder);
        mailbox = scratch_open(folder, "", cases[i].settle);
        got = scratch_read(mailbox, folder, true);
        scratch_expect(cases[i].label, got, READ);
        assert_int_equal(mailbox_expected(mailbox), 11); /* an mbox counts as one, c0 too */
        assert_int_equal(mailbox_left_out(mailbox), 3);
        assert_true(mailbox_finish(mailbox, NULL));
        for (size_t j = 0; j < G_N_ELEMENTS(cases[i].there) && cases[i].there[j] != NULL; j++)
            if (!scratch_has(folder, cases[i].there[j]))
                fail_msg("%s: %s is missing", cases[i].label, cases[i].there[j]);
        for (size_t j = 0; j < G_N_ELEMENTS(cases[i].gone) && cases[i].gone[j] != NULL; j++)
            if (scratch_has(folder, cases[i].gone[j]))
                fail_msg("%s: %s is there", cases[i].label, cases[i].gone[j]);
        second = scratch_open(folder, "", cases[i].settle);
        again = scratch_read(second, folder, true);
        scratch_expect("the second run", again, cases[i].settle == SETTLE_KEEP ? READ : "");
        scratch_remove(folder);
    }
}

static void
test_a_file_that_changed_stays(void **state)
{
    char *folder = scratch_new();
    g_autoptr(Mailbox) mailbox = NULL;
    (void)state;
    scratch_write(folder, "a", "A: a\n");
    mailbox = scratch_open(folder, "", SETTLE_DELETE);
    g_autoptr(Delivery) delivery = mailbox_next(mailbox, NULL);
    scratch_write(folder, "a", "B: another one\n");
    assert_true(mailbox_settle(mailbox, delivery, OUTCOME_STORED, NULL));
    assert_true(scratch_has(folder, "a"));
    scratch_remove(folder);
}

static void
test_a_folder_turned_into_a_link_is_not_followed(void **state)
{
    char *folder = scratch_new();
    g_autofree char *sub = g_build_filename(folder, "root/sub", NULL);
    g_autofree char *away = g_build_filename(folder, "away", NULL);
    g_autoptr(Mailbox) mailbox = NULL;
    g_autoptr(GError) error = NULL;
    (void)state;
    scratch_write(folder, "root/sub/a", "A: a\n");
    mailbox = scratch_open(folder, "root", SETTLE_DELETE);
    g_autoptr(Delivery) delivery = mailbox_next(mailbox, NULL);
    assert_int_equal(g_rename(sub, away), 0);
    assert_int_equal(symlink("../away", sub), 0);
    assert_false(mailbox_settle(mailbox, delivery, OUTCOME_STORED, &error));
    assert_true(g_error_matches(error, FAULT, FAULT_OPERATOR));
    assert_true(scratch_has(folder, "away/a"));
    scratch_remove(folder);
}

static void
test_files_that_vanish_are_passed_over(void **state)
{
    char *folder = scratch_new();
    g_autofree char *path = g_build_filename(folder, "b", NULL);
    g_autofree char *got = NULL;
    g_autoptr(Mailbox) mailbox = NULL;
    (void)state;
    scratch_write(folder, "a", "A: a\n");
    scratch_write(folder, "b", "B: b\n");
    scratch_write(folder, "c", "C: c\n");
    mailbox = scratch_open(folder, "", SETTLE_DELETE);
    assert_int_equal(g_unlink(path), 0);
    got = scratch_read(mailbox, folder, true);
    scratch_expect("without b", got, "a=A: a\n|c=C: c\n");
    scratch_remove(folder);
}

static void
test_what_cannot_be_opened_is_told_and_the_rest_is_read(void **state)
{
    char *folder;
    g_autofree char *file = NULL, *sub = NULL, *got = NULL;
    g_autoptr(Mailbox) mailbox = NULL;
    (void)state;
    if (geteuid() == 0) /* root may read everything */
        skip();
    folder = scratch_new();
    file = g_build_filename(folder, "a", NULL);
    sub = g_build_filename(folder, "b", NULL);
    scratch_write(folder, "a", "A: a\n");
    scratch_write(folder, "b/x", "X: x\n");
    scratch_write(folder, "c", "C: c\n");
    assert_int_equal(g_chmod(file, 0), 0);
    assert_int_equal(g_chmod(sub, 0), 0);
    mailbox = scratch_open(folder, "", SETTLE_DELETE);
    got = scratch_read(mailbox, folder, true);
    scratch_expect("as told", got, "a!open: Permission denied|b!open: Permission denied|c=C: c\n");
    assert_int_equal(g_chmod(sub, 0700), 0);
    assert_true(scratch_has(folder, "a"));
    scratch_remove(folder);
}

static void
test_folders_too_deep_are_told(void **state)
{
    char *folder = scratch_new();
    GString *path = g_string_new("a");
    g_autofree char *got = NULL;
    g_autoptr(Mailbox) mailbox = NULL;
    (void)state;
    for (int i = 0; i < 70; i++)
        g_string_append(path, "/a");
    scratch_write(folder, path->str, "A: a\n");
    mailbox = scratch_open(folder, "", SETTLE_KEEP);
    got = scratch_read(mailbox, folder, true);
    assert_true(g_str_has_suffix(got, "a!folders are nested too deep"));
    g_string_free(path, TRUE);
    scratch_remove(folder);
}

static void
test_done_of_a_source_is_left_out_and_never_replaced(void **state)
{
    char *folder = scratch_new();
    g_autofree char *source = g_strconcat("dir:", folder, NULL);
    g_autofree char *got = NULL;
    g_autoptr(Mailbox) mailbox = NULL;
    (void)state;
    scratch_write(folder, "kept/a", "older");
    scratch_write(folder, "a", "A: a\n");
    scratch_write(folder, "sub/kept/b", "B: b\n");
    mailbox = mailbox_open_source(source, SETTLE_MOVE, "kept", NULL);
    assert_non_null(mailbox);
    got = scratch_read(mailbox, folder, true);
    scratch_expect("only the one at the top", got, "a=A: a\n|sub/kept/b=B: b\n");
    assert_true(mailbox_finish(mailbox, NULL));
    assert_true(scratch_has(folder, "kept/a.2"));
    assert_true(scratch_has(folder, "kept/b"));
    scratch_remove(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_and_settled),
        cmocka_unit_test(test_a_file_that_changed_stays),
        cmocka_unit_test(test_a_folder_turned_into_a_link_is_not_followed),
        cmocka_unit_test(test_files_that_vanish_are_passed_over),
        cmocka_unit_test(test_what_cannot_be_opened_is_told_and_the_rest_is_read),
        cmocka_unit_test(test_folders_too_deep_are_told),
        cmocka_unit_test(test_done_of_a_source_is_left_out_and_never_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
