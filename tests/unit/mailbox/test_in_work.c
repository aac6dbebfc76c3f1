/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/scratch.h"

#include <signal.h>
#include <sys/wait.h>

#include "mailbox/in_work.h"

typedef unsigned char digest_octets[IN_WORK_DIGEST_OCTETS];

static int
set_up(void **state)
{
    *state = scratch_new();
    return 0;
}

static int
tear_down(void **state)
{
    scratch_remove(*state);
    return 0;
}

static void
digest_of(unsigned n, digest_octets digest)
{
    memset(digest, 0, IN_WORK_DIGEST_OCTETS);
    memcpy(digest + 20, &n, sizeof(n));
}

static struct in_work *
open_journal(const char *folder)
{
    g_autoptr(GError) error = NULL;
    struct in_work *journal = in_work_open(folder, "mailbox", &error);
    if (journal == NULL)
        fail_msg("%s", error->message);
    return journal;
}

static bool
is_suspect(struct in_work *journal, unsigned n)
{
    digest_octets digest;
    digest_of(n, digest);
    return in_work_is_suspect(journal, digest);
}

static void
clear(struct in_work *journal, unsigned n)
{
    digest_octets digest;
    digest_of(n, digest);
    in_work_clear_suspect(journal, digest);
}

static int
begin(struct in_work *journal, unsigned n)
{
    digest_octets digest;
    digest_of(n, digest);
    return in_work_begin(journal, digest);
}

/* A run that takes the messages first to last into work, ends the first, and is killed. */
static void
run_and_die(const char *folder, unsigned first, unsigned last)
{
    int ready[2], status;
    char octet;
    pid_t child;
    assert_int_equal(pipe(ready), 0);
    child = fork();
    if (child == 0) {
        struct in_work *journal = in_work_open(folder, "mailbox", NULL);
        int slot = begin(journal, first);
        for (unsigned n = first + 1; n <= last; n++)
            begin(journal, n);
        in_work_end(journal, slot);
        if (write(ready[1], "x", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &octet, 1), 1);
    close(ready[0]);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status));
}

static void
test_what_ended_is_not_suspect(void **state)
{
    struct in_work *journal = open_journal(*state);
    int first = begin(journal, 1), second = begin(journal, 2);
    assert_true(first >= 0 && second >= 0 && first != second);
    assert_false(is_suspect(journal, 1)); /* in work in this run */
    in_work_end(journal, first);
    in_work_end(journal, second);
    in_work_end(journal, IN_WORK_NO_SLOT);
    in_work_free(journal);
    journal = open_journal(*state);
    assert_int_equal(in_work_suspects(journal, NULL, 0), 0);
    assert_false(is_suspect(journal, 1));
    in_work_free(journal);
}

static void
test_what_was_in_work_when_killed_is_suspect_until_cleared(void **state)
{
    struct in_work *journal;
    digest_octets digests[2], want;
    run_and_die(*state, 1, 3);
    for (int run = 0; run < 2; run++) { /* a second run that did not get to it */
        journal = open_journal(*state);
        assert_int_equal(in_work_suspects(journal, NULL, 0), 2);
        assert_false(is_suspect(journal, 1));
        assert_true(is_suspect(journal, 2));
        assert_true(is_suspect(journal, 3));
        assert_int_equal(in_work_suspects(journal, digests, 1), 2);
        digest_of(2, want);
        assert_memory_equal(digests[0], want, sizeof(want));
        in_work_free(journal);
    }
    journal = open_journal(*state);
    clear(journal, 2);
    clear(journal, 2);
    assert_false(is_suspect(journal, 2));
    assert_true(is_suspect(journal, 3));
    in_work_free(journal);
    journal = open_journal(*state);
    assert_int_equal(in_work_suspects(journal, NULL, 0), 1);
    clear(journal, 3);
    assert_false(is_suspect(journal, 3));
    in_work_free(journal);
}

static void
test_suspects_of_many_deaths(void **state)
{
    struct in_work *journal;
    run_and_die(*state, 0, 2);
    run_and_die(*state, 0, 2); /* the same again: not twice */
    journal = open_journal(*state);
    assert_int_equal(in_work_suspects(journal, NULL, 0), 2);
    in_work_free(journal);
    for (unsigned i = 1; i <= 6; i++)
        run_and_die(*state, i * 1000, i * 1000 + IN_WORK_SLOTS - 1);
    journal = open_journal(*state);
    assert_int_equal(in_work_suspects(journal, NULL, 0), IN_WORK_SUSPECTS);
    assert_true(is_suspect(journal, 6001));
    assert_false(is_suspect(journal, 6000)); /* it had ended */
    in_work_free(journal);
}

static void
test_more_messages_than_slots(void **state)
{
    struct in_work *journal = open_journal(*state);
    int slots[IN_WORK_SLOTS];
    for (unsigned i = 0; i < IN_WORK_SLOTS; i++) {
        slots[i] = begin(journal, i);
        assert_true(slots[i] >= 0);
    }
    assert_int_equal(begin(journal, 1000), IN_WORK_NO_SLOT);
    in_work_end(journal, slots[17]);
    assert_int_equal(begin(journal, 1000), slots[17]);
    in_work_free(journal);
}

static void
test_a_damaged_file_is_begun_anew(void **state)
{
    struct in_work *journal;
    run_and_die(*state, 1, 3);
    scratch_write(*state, "mailbox.inwork", "something else");
    journal = open_journal(*state);
    assert_int_equal(in_work_suspects(journal, NULL, 0), 0);
    assert_true(begin(journal, 7) >= 0);
    in_work_free(journal);
    journal = open_journal(*state);
    assert_true(is_suspect(journal, 7));
    in_work_free(journal);
}

static void
test_a_link_in_its_place_is_refused(void **state)
{
    g_autofree char *path = g_build_filename(*state, "mailbox.inwork", NULL);
    g_autoptr(GError) error = NULL;
    assert_int_equal(symlink("target", path), 0);
    assert_null(in_work_open(*state, "mailbox", &error));
    assert_true(g_error_matches(error, FAULT, FAULT_OPERATOR));
    assert_false(scratch_has(*state, "target"));
}

/* Notes and ends messages, and sees that nobody else has its slot. */
static _Atomic int owners[IN_WORK_SLOTS];
static gpointer
worker(gpointer journal)
{
    for (unsigned i = 0; i < 20000; i++) {
        int slot = begin(journal, i);
        if (slot == IN_WORK_NO_SLOT || owners[slot]++ != 0)
            return GINT_TO_POINTER(1);
        is_suspect(journal, i);
        clear(journal, i % 5);
        owners[slot]--;
        in_work_end(journal, slot);
    }
    return NULL;
}

static void
test_threads_never_share_a_slot(void **state)
{
    struct in_work *journal;
    GThread *threads[4];
    run_and_die(*state, 0, 9);
    journal = open_journal(*state);
    for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("worker", worker, journal);
    for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
        assert_null(g_thread_join(threads[i]));
    assert_int_equal(in_work_suspects(journal, NULL, 0), 5);
    in_work_free(journal);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_ended_is_not_suspect, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_was_in_work_when_killed_is_suspect_until_cleared,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_suspects_of_many_deaths, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_more_messages_than_slots, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_damaged_file_is_begun_anew, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_link_in_its_place_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_threads_never_share_a_slot, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
