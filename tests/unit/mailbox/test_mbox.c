/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/scratch.h"

#include <signal.h>
#include <sys/wait.h>

#include "mailbox/mbox_lock.h"

#define F "From a@example.com Fri Feb 13 02:48:13 2015\n"
#define TWO F "A: b\n\nx\n\n" F "C: d\n\n>From y\n\n"
#define TWO_READ "mbox:spool#1=A: b\n\nx\n|mbox:spool#2=C: d\n\nFrom y\n"

static struct mailbox *
open_spool(const char *folder, enum settle settle)
{
    g_autofree char *source = g_strconcat("mbox:", folder, "/spool", NULL);
    g_autoptr(GError) error = NULL;
    struct mailbox *mailbox = mailbox_open_source(source, settle, "Done", &error);
    if (mailbox == NULL)
        fail_msg("%s", error->message);
    return mailbox;
}

/* clang-format off */
static const struct {
    const char *label;
    enum settle settle;
    const char *octets, *want;
    bool all;    /* settled; else all but the first */
    bool stays, done;
} cases[] = {
    { "keep",           SETTLE_KEEP,    TWO, TWO_READ, true,  true,  false },
    { "move",           SETTLE_MOVE,    TWO, TWO_READ, true,  false, true },
    { "keyword",        SETTLE_KEYWORD, TWO, TWO_READ, true,  false, true },
    { "delete",         SETTLE_DELETE,  TWO, TWO_READ, true,  false, false },
    { "move, not all",  SETTLE_MOVE,    TWO, TWO_READ, false, true,  false },
    { "delete not all", SETTLE_DELETE,  TWO, TWO_READ, false, true,  false },
    { "empty file",     SETTLE_DELETE,  "",  "",       true,  true,  false },
    { "no From_ line",  SETTLE_DELETE,  "A: b\n", "mbox:spool#1=A: b\n", true, false, false },
};
/* clang-format on */

static void
test_read_and_taken_away(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *folder = scratch_new();
        g_autoptr(Mailbox) mailbox = NULL;
        g_autofree char *got = NULL;
        scratch_write(folder, "spool", cases[i].octets);
        mailbox = open_spool(folder, cases[i].settle);
        if (!cases[i].all)
            delivery_free(mailbox_next(mailbox, NULL));
        got = scratch_read(mailbox, folder, true);
        scratch_expect(cases[i].label, got,
                       cases[i].all ? cases[i].want : strchr(cases[i].want, '|') + 1);
        assert_true(scratch_has(folder, "spool")); /* not before finish */
        assert_true(mailbox_finish(mailbox, NULL));
        if (scratch_has(folder, "spool") != cases[i].stays ||
            scratch_has(folder, "spool.done") != cases[i].done)
            fail_msg("%s: spool %d, done %d", cases[i].label, scratch_has(folder, "spool"),
                     scratch_has(folder, "spool.done"));
        assert_false(scratch_has(folder, "spool.lock"));
        scratch_remove(folder);
    }
}

static void
test_dates_of_from_lines_and_of_the_file(void **state)
{
    char *folder = scratch_new();
    g_autoptr(Mailbox) mailbox = NULL;
    (void)state;
    scratch_write(folder, "spool", "no from\n\n" F "A: b\n");
    mailbox = open_spool(folder, SETTLE_KEEP);
    g_autoptr(Delivery) first = mailbox_next(mailbox, NULL);
    g_autoptr(Delivery) second = mailbox_next(mailbox, NULL);
    assert_true(first->date_is_weak);
    assert_true(first->received_date > 1423795693);
    assert_false(second->date_is_weak);
    assert_true(second->received_date == 1423795693);
    scratch_remove(folder);
}

static void
test_settling_one_message_twice_is_not_settling_two(void **state)
{
    char *folder = scratch_new();
    g_autoptr(Mailbox) mailbox = NULL;
    (void)state;
    scratch_write(folder, "spool", TWO);
    mailbox = open_spool(folder, SETTLE_DELETE);
    g_autoptr(Delivery) first = mailbox_next(mailbox, NULL);
    g_autoptr(Delivery) second = mailbox_next(mailbox, NULL);
    assert_null(mailbox_next(mailbox, NULL));
    assert_true(mailbox_settle(mailbox, first, OUTCOME_STORED, NULL));
    assert_true(mailbox_settle(mailbox, first, OUTCOME_STORED, NULL));
    assert_true(mailbox_finish(mailbox, NULL));
    assert_true(scratch_has(folder, "spool"));
    assert_true(mailbox_settle(mailbox, second, OUTCOME_QUARANTINED, NULL));
    assert_true(mailbox_finish(mailbox, NULL));
    assert_false(scratch_has(folder, "spool"));
    scratch_remove(folder);
}

static void
test_a_file_that_grew_stays(void **state)
{
    char *folder = scratch_new();
    g_autofree char *path = g_build_filename(folder, "spool", NULL);
    g_autofree char *got = NULL;
    g_autoptr(Mailbox) mailbox = NULL;
    (void)state;
    scratch_write(folder, "spool", TWO);
    mailbox = open_spool(folder, SETTLE_DELETE);
    auto_fd int fd = open(path, O_WRONLY | O_APPEND);
    assert_int_equal(write(fd, F "E: f\n\n", strlen(F) + 6), strlen(F) + 6);
    got = scratch_read(mailbox, folder, true);
    scratch_expect("what was there at the start", got, TWO_READ);
    assert_true(mailbox_finish(mailbox, NULL));
    assert_true(scratch_has(folder, "spool"));
    scratch_remove(folder);
}

static void
test_a_message_over_the_limit_stays_with_its_file(void **state)
{
    char *folder = scratch_new();
    g_autofree char *path = g_build_filename(folder, "spool", NULL);
    g_autofree char *got = NULL;
    g_autoptr(Mailbox) mailbox = NULL;
    (void)state;
    scratch_write(folder, "spool", F "A: b\n\n");
    auto_fd int fd = open(path, O_WRONLY);
    assert_int_equal(ftruncate(fd, LIMIT_MESSAGE_OCTETS * 2L), 0);
    assert_true(lseek(fd, 0, SEEK_END) > 0);
    assert_int_equal(write(fd, "\n\n" F "C: d\n", strlen(F) + 7), strlen(F) + 7);
    mailbox = open_spool(folder, SETTLE_DELETE);
    got = scratch_read(mailbox, folder, true);
    scratch_expect("passed over", got,
                   "mbox:spool#1!52428757 octets, more than the limit of 26214400|"
                   "mbox:spool#2=C: d\n");
    assert_true(mailbox_finish(mailbox, NULL));
    assert_true(scratch_has(folder, "spool"));
    scratch_remove(folder);
}

/* Moved, its octets are in the done file; a mail over the limit keeps no mbox for ever. */
static void
test_a_message_over_the_limit_moves_with_its_file(void **state)
{
    (void)state;
    uint64_t marks[2] = { 0 };
    for (unsigned round = 0; round < 2; round++) {
        char *folder = scratch_new();
        g_autofree char *path = g_build_filename(folder, "spool", NULL);
        g_autofree char *source =
            g_strconcat(round == 0 ? "mbox:" : "dir:", round == 0 ? path : folder, NULL);
        scratch_write(folder, "spool",
                      round == 0 ? F "A: b\n\n" : "From c Fri Jan 30 09:26:53 2026\nA: b\n\n");
        auto_fd int fd = open(path, O_WRONLY);
        assert_int_equal(ftruncate(fd, LIMIT_MESSAGE_OCTETS * 2L), 0);
        g_autoptr(Mailbox) mailbox = mailbox_open_source(source, SETTLE_MOVE, NULL, NULL);
        g_autoptr(Delivery) delivery = mailbox_next(mailbox, NULL);
        assert_null(delivery->octets);
        marks[round] = delivery->mark;
        assert_null(mailbox_next(mailbox, NULL));
        assert_true(mailbox_settle(mailbox, delivery, OUTCOME_QUARANTINED, NULL));
        assert_true(mailbox_finish(mailbox, NULL));
        assert_false(scratch_has(folder, "spool"));
        scratch_remove(folder);
    }
    assert_int_not_equal(marks[0], 0);
    assert_int_not_equal(marks[0], marks[1]);
}

static void
test_a_done_file_is_never_replaced(void **state)
{
    char *folder = scratch_new();
    g_autofree char *got = NULL;
    g_autoptr(Mailbox) mailbox = NULL;
    (void)state;
    scratch_write(folder, "spool", TWO);
    scratch_write(folder, "spool.done", "older");
    mailbox = open_spool(folder, SETTLE_MOVE);
    got = scratch_read(mailbox, folder, true);
    assert_true(mailbox_finish(mailbox, NULL));
    assert_true(scratch_has(folder, "spool.done.2"));
    assert_true(mailbox_finish(mailbox, NULL)); /* harmless to repeat */
    scratch_remove(folder);
}

static void
test_a_spool_file_that_is_not_there_is_empty(void **state)
{
    char *folder = scratch_new();
    g_autoptr(Mailbox) mailbox = open_spool(folder, SETTLE_DELETE);
    g_autofree char *got = scratch_read(mailbox, folder, true);
    (void)state;
    assert_string_equal(got, "");
    assert_true(mailbox_finish(mailbox, NULL));
    scratch_remove(folder);
}

/* A child that holds an fcntl lock on the file until it is killed. */
static pid_t
child_with_lock(const char *path)
{
    int ready[2];
    char octet;
    pid_t child;
    assert_int_equal(pipe(ready), 0);
    child = fork();
    if (child == 0) {
        int fd = open(path, O_RDWR);
        struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
        if (fcntl(fd, F_SETLK, &lock) != 0 || write(ready[1], "x", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &octet, 1), 1);
    close(ready[0]);
    return child;
}

static void
test_locks_of_others_are_waited_for(void **state)
{
    char *folder = scratch_new();
    g_autofree char *path = g_build_filename(folder, "spool", NULL);
    g_autofree char *dot = g_build_filename(folder, "spool.lock", NULL);
    struct timespec old[2] = { { .tv_sec = 1423795693 }, { .tv_sec = 1423795693 } };
    g_autoptr(GError) first = NULL;
    pid_t child;
    (void)state;
    scratch_write(folder, "spool", TWO);
    auto_fd int dir = open(folder, O_RDONLY | O_DIRECTORY);
    auto_fd int fd = open(path, O_RDWR);
    child = child_with_lock(path);
    assert_false(mbox_lock_quiet(dir, "spool", fd, 100, &first));
    assert_true(g_error_matches(first, FAULT, FAULT_RETRY));
    assert_false(mbox_lock_take(dir, "spool", fd, 100, NULL));
    assert_false(scratch_has(folder, "spool.lock"));
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    assert_true(mbox_lock_quiet(dir, "spool", fd, 100, NULL));
    assert_true(mbox_lock_take(dir, "spool", fd, 100, NULL));
    assert_true(scratch_has(folder, "spool.lock"));
    assert_false(mbox_lock_take(dir, "spool", fd, 100, NULL));
    assert_false(mbox_lock_quiet(dir, "spool", fd, 100, NULL));
    assert_int_equal(utimensat(AT_FDCWD, dot, old, 0), 0); /* left by a program that died */
    assert_true(mbox_lock_quiet(dir, "spool", fd, 100, NULL));
    assert_true(mbox_lock_take(dir, "spool", fd, 100, NULL));
    mbox_lock_drop(dir, "spool");
    assert_false(scratch_has(folder, "spool.lock"));
    scratch_remove(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_and_taken_away),
        cmocka_unit_test(test_dates_of_from_lines_and_of_the_file),
        cmocka_unit_test(test_settling_one_message_twice_is_not_settling_two),
        cmocka_unit_test(test_a_file_that_grew_stays),
        cmocka_unit_test(test_a_message_over_the_limit_stays_with_its_file),
        cmocka_unit_test(test_a_message_over_the_limit_moves_with_its_file),
        cmocka_unit_test(test_a_done_file_is_never_replaced),
        cmocka_unit_test(test_a_spool_file_that_is_not_there_is_empty),
        cmocka_unit_test(test_locks_of_others_are_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
