/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/scratch.h"

#define MSG(n) "Subject: " n "\n\nx\n"

static char *
maildir_new(void)
{
    char *folder = scratch_new();
    g_autofree char *fresh = g_build_filename(folder, "new", NULL);
    assert_int_equal(g_mkdir_with_parents(fresh, 0700), 0);
    scratch_write(folder, "cur/2.b:2,FR", MSG("2"));
    scratch_write(folder, "new/1.a", MSG("1"));
    scratch_write(folder, "new/3.c", MSG("3"));
    scratch_write(folder, "tmp/4.d", "half a mes");
    scratch_write(folder, "new/.hidden", "x");
    return folder;
}

/* clang-format off */
static const struct {
    const char *label;
    enum settle settle;
    const char *there[6], *gone[4];
} cases[] = {
    { "keep",    SETTLE_KEEP,    { "cur/2.b:2,FR", "new/1.a", "new/3.c" }, { ".Done" } },
    { "move",    SETTLE_MOVE,    { ".Done/cur/1.a:2,S", ".Done/cur/2.b:2,FRS", ".Done/cur/3.c:2,S",
                                   ".Done/new", ".Done/tmp", ".Done/maildirfolder" },
                                 { "cur/2.b:2,FR", "new/1.a", "new/3.c" } },
    { "keyword", SETTLE_KEYWORD, { ".Done/cur/1.a:2,S" }, { "new/1.a" } },
    { "delete",  SETTLE_DELETE,  { "cur", "new" }, { "cur/2.b:2,FR", "new/1.a", "new/3.c", ".Done" } },
};
/* clang-format on */

static void
test_read_and_settled(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *folder = maildir_new();
        g_autoptr(Mailbox) mailbox = scratch_open(folder, ".", cases[i].settle);
        g_autofree char *parent = g_strconcat(folder, "/.", NULL);
        g_autofree char *got = scratch_read(mailbox, parent, true);
        scratch_expect(cases[i].label, got,
                       "new/1.a=" MSG("1") "|cur/2.b:2,FR=" MSG("2") "|new/3.c=" MSG("3"));
        assert_int_equal(mailbox_expected(mailbox), 3);
        assert_true(mailbox_finish(mailbox, NULL));
        for (size_t j = 0; j < G_N_ELEMENTS(cases[i].there) && cases[i].there[j] != NULL; j++)
            if (!scratch_has(folder, cases[i].there[j]))
                fail_msg("%s: %s is missing", cases[i].label, cases[i].there[j]);
        for (size_t j = 0; j < G_N_ELEMENTS(cases[i].gone) && cases[i].gone[j] != NULL; j++)
            if (scratch_has(folder, cases[i].gone[j]))
                fail_msg("%s: %s is there", cases[i].label, cases[i].gone[j]);
        assert_true(scratch_has(folder, "tmp/4.d"));
        assert_true(scratch_has(folder, "new/.hidden"));
        scratch_remove(folder);
    }
}

static void
test_nothing_happens_before_settle(void **state)
{
    char *folder = maildir_new();
    (void)state;
    {
        g_autoptr(Mailbox) mailbox = scratch_open(folder, "", SETTLE_DELETE);
        g_autofree char *got = scratch_read(mailbox, folder, false);
        assert_true(strlen(got) > 0);
        assert_true(mailbox_finish(mailbox, NULL));
    }
    assert_true(scratch_has(folder, "new/1.a"));
    assert_true(scratch_has(folder, "cur/2.b:2,FR"));
    scratch_remove(folder);
}

static void
test_the_file_time_is_a_weak_date(void **state)
{
    char *folder = maildir_new();
    g_autofree char *path = g_build_filename(folder, "new/1.a", NULL);
    struct timespec times[2] = { { .tv_sec = 1423795693 }, { .tv_sec = 1423795693 } };
    g_autoptr(Mailbox) mailbox = NULL;
    (void)state;
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    mailbox = scratch_open(folder, "", SETTLE_KEEP);
    g_autoptr(Delivery) delivery = mailbox_next(mailbox, NULL);
    assert_non_null(delivery);
    assert_true(delivery->received_date == 1423795693);
    assert_true(delivery->date_is_weak);
    scratch_remove(folder);
}

static void
test_names_that_vanish_are_passed_over(void **state)
{
    char *folder = maildir_new();
    g_autoptr(Mailbox) mailbox = scratch_open(folder, "", SETTLE_MOVE);
    g_autofree char *one = g_build_filename(folder, "new/1.a", NULL);
    g_autofree char *two = g_build_filename(folder, "cur/2.b:2,FR", NULL);
    g_autofree char *seen = g_build_filename(folder, "cur/1.a:2,S", NULL);
    g_autofree char *got = NULL;
    (void)state;
    assert_int_equal(g_rename(one, seen), 0); /* somebody looks at it */
    assert_int_equal(g_unlink(two), 0);
    got = scratch_read(mailbox, folder, true);
    scratch_expect("gone and seen", got, "new/1.a=" MSG("1") "|new/3.c=" MSG("3"));
    assert_true(scratch_has(folder, ".Done/cur/1.a:2,S"));
    assert_false(scratch_has(folder, "cur/1.a:2,S"));
    scratch_remove(folder);
}

static void
test_two_runs_at_once_settle_each_message_once(void **state)
{
    char *folder = maildir_new();
    g_autoptr(Mailbox) first = scratch_open(folder, "", SETTLE_MOVE);
    g_autoptr(Mailbox) second = scratch_open(folder, "", SETTLE_MOVE);
    g_autoptr(Delivery) delivery = mailbox_next(first, NULL);
    g_autoptr(Delivery) same = mailbox_next(second, NULL);
    g_autoptr(GError) error = NULL;
    (void)state;
    assert_string_equal(delivery->where, same->where);
    assert_true(mailbox_settle(first, delivery, OUTCOME_STORED, &error));
    assert_true(mailbox_settle(second, same, OUTCOME_STORED, &error));
    assert_true(mailbox_settle(second, same, OUTCOME_QUARANTINED, &error));
    assert_null(error);
    assert_true(scratch_has(folder, ".Done/cur/1.a:2,S"));
    assert_false(scratch_has(folder, ".Done/cur/1.a.2:2,S"));
    scratch_remove(folder);
}

static void
test_a_done_message_is_never_replaced(void **state)
{
    char *folder = maildir_new();
    g_autoptr(Mailbox) mailbox = scratch_open(folder, "", SETTLE_MOVE);
    g_autofree char *got = NULL, *kept = NULL;
    g_autofree char *path = g_build_filename(folder, ".Done/cur/1.a:2,S", NULL);
    (void)state;
    scratch_write(folder, ".Done/cur/1.a:2,S", "older");
    got = scratch_read(mailbox, folder, true);
    assert_true(g_file_get_contents(path, &kept, NULL, NULL));
    assert_string_equal(kept, "older");
    assert_true(scratch_has(folder, ".Done/cur/1.a.2:2,S"));
    scratch_remove(folder);
}

static void
test_what_is_no_file_is_told_and_not_touched(void **state)
{
    char *folder = scratch_new();
    g_autofree char *fifo = g_build_filename(folder, "new/1.fifo", NULL);
    g_autofree char *link = g_build_filename(folder, "new/2.link", NULL);
    g_autofree char *huge = g_build_filename(folder, "new/3.huge", NULL);
    g_autoptr(Mailbox) mailbox = NULL;
    g_autofree char *got = NULL;
    (void)state;
    scratch_write(folder, "cur/4.empty", "");
    scratch_write(folder, "new/5.x", "x");
    scratch_write(folder, "secret", "secret");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(symlink("../secret", link), 0);
    auto_fd int fd = open(huge, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(ftruncate(fd, LIMIT_MESSAGE_OCTETS + 1), 0);
    mailbox = scratch_open(folder, "", SETTLE_DELETE);
    got = scratch_read(mailbox, folder, true);
    scratch_expect("as told", got,
                   "new/1.fifo!not a regular file|new/2.link!not a regular file|"
                   "new/3.huge!26214401 octets, more than the limit of 26214400|"
                   "cur/4.empty=|new/5.x=x");
    assert_true(scratch_has(folder, "new/1.fifo"));
    assert_true(scratch_has(folder, "new/2.link"));
    assert_true(scratch_has(folder, "new/3.huge"));
    assert_false(scratch_has(folder, "new/5.x"));
    scratch_remove(folder);
}

static void
test_a_message_at_the_limit_is_read(void **state)
{
    char *folder = maildir_new();
    g_autofree char *path = g_build_filename(folder, "new/0.large", NULL);
    g_autoptr(Mailbox) mailbox = NULL;
    (void)state;
    auto_fd int fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(ftruncate(fd, LIMIT_MESSAGE_OCTETS), 0);
    mailbox = scratch_open(folder, "", SETTLE_KEEP);
    g_autoptr(Delivery) delivery = mailbox_next(mailbox, NULL);
    assert_non_null(delivery->octets);
    assert_int_equal(g_bytes_get_size(delivery->octets), LIMIT_MESSAGE_OCTETS);
    scratch_remove(folder);
}

static void
test_done_behind_a_symbolic_link_is_refused(void **state)
{
    char *folder = maildir_new();
    g_autofree char *link = g_build_filename(folder, ".Done", NULL);
    g_autoptr(Mailbox) mailbox = scratch_open(folder, "", SETTLE_MOVE);
    g_autoptr(Delivery) delivery = mailbox_next(mailbox, NULL);
    g_autoptr(GError) error = NULL;
    (void)state;
    assert_int_equal(symlink("tmp", link), 0);
    assert_false(mailbox_settle(mailbox, delivery, OUTCOME_STORED, &error));
    assert_true(g_error_matches(error, FAULT, FAULT_OPERATOR));
    assert_true(scratch_has(folder, "new/1.a"));
    scratch_remove(folder);
}

static void
test_as_a_source(void **state)
{
    char *folder = maildir_new();
    g_autofree char *source = g_strconcat("maildir:", folder, NULL);
    g_autofree char *none = g_strconcat("maildir:", folder, "/cur", NULL);
    g_autofree char *got = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(Mailbox) mailbox = mailbox_open_source(source, SETTLE_MOVE, "INBOX/Kept", NULL);
    (void)state;
    assert_non_null(mailbox);
    got = scratch_read(mailbox, folder, true);
    assert_true(scratch_has(folder, ".INBOX.Kept/cur/1.a:2,S"));
    assert_null(mailbox_open_source(none, SETTLE_MOVE, "Done", &error));
    assert_true(g_error_matches(error, FAULT, FAULT_OPERATOR));
    scratch_remove(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_and_settled),
        cmocka_unit_test(test_nothing_happens_before_settle),
        cmocka_unit_test(test_the_file_time_is_a_weak_date),
        cmocka_unit_test(test_names_that_vanish_are_passed_over),
        cmocka_unit_test(test_two_runs_at_once_settle_each_message_once),
        cmocka_unit_test(test_a_done_message_is_never_replaced),
        cmocka_unit_test(test_what_is_no_file_is_told_and_not_touched),
        cmocka_unit_test(test_a_message_at_the_limit_is_read),
        cmocka_unit_test(test_done_behind_a_symbolic_link_is_refused),
        cmocka_unit_test(test_as_a_source),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
