/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/scratch.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "mailbox/in_work.h"
#include "mailbox/run_lock.h"
#include "mailbox/state_folder.h"

static int
set_up(void **state)
{
    *state = scratch_new();
    g_setenv("LAFAYETTE_STATE", *state, TRUE);
    g_unsetenv("LAFAYETTE_NOW");
    return 0;
}

static int
tear_down(void **state)
{
    scratch_remove(*state);
    return 0;
}

static void
test_taken_held_and_free_again(void **state)
{
    bool held = true;
    int64_t since = 0;
    g_autofree char *folder = NULL, *told = NULL;
    g_autofree char *path = g_build_filename(*state, "mailbox.lock", NULL);
    g_autoptr(GError) error = NULL;
    struct run_lock *other = NULL;
    struct run_lock *lock = run_lock_take("mailbox", &held, NULL, &folder, &error);
    struct stat there;
    assert_non_null(lock);
    assert_false(held);
    assert_string_equal(folder, *state);
    assert_int_equal(stat(path, &there), 0);
    assert_int_equal(there.st_mode & 07777, 0600);
    assert_null(run_lock_take("mailbox", &held, &since, &told, &error));
    assert_true(held);
    assert_null(error);
    assert_string_equal(told, *state);
    other = run_lock_take("spamtrap", &held, NULL, NULL, &error);
    assert_non_null(other);
    assert_false(held);
    run_lock_free(lock);
    lock = run_lock_take("mailbox", &held, NULL, NULL, &error);
    assert_non_null(lock);
    assert_false(held);
    run_lock_free(lock);
    run_lock_free(other);
}

static void
test_since_when_it_is_held(void **state)
{
    bool held;
    int64_t since = 0;
    struct run_lock *lock;
    (void)state;
    g_setenv("LAFAYETTE_NOW", "1423795693", TRUE);
    lock = run_lock_take("mailbox", &held, NULL, NULL, NULL);
    g_setenv("LAFAYETTE_NOW", "1423799999", TRUE);
    assert_null(run_lock_take("mailbox", &held, &since, NULL, NULL));
    assert_true(since == 1423795693);
    run_lock_free(lock);
    g_unsetenv("LAFAYETTE_NOW");
}

static void
test_it_dies_with_the_process(void **state)
{
    int ready[2];
    char octet;
    bool held = false;
    pid_t child;
    struct run_lock *lock;
    (void)state;
    assert_int_equal(pipe(ready), 0);
    child = fork();
    if (child == 0) {
        if (run_lock_take("mailbox", &held, NULL, NULL, NULL) == NULL ||
            write(ready[1], "x", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &octet, 1), 1);
    close(ready[0]);
    assert_null(run_lock_take("mailbox", &held, NULL, NULL, NULL));
    assert_true(held);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    lock = run_lock_take("mailbox", &held, NULL, NULL, NULL);
    assert_non_null(lock);
    run_lock_free(lock);
}

static void
test_let_go_while_a_child_lives(void **state)
{
    bool held = false;
    struct run_lock *lock = run_lock_take("mailbox", &held, NULL, NULL, NULL);
    pid_t child = fork();
    (void)state;
    while (child == 0)
        pause();
    run_lock_free(lock);
    lock = run_lock_take("mailbox", &held, NULL, NULL, NULL);
    assert_non_null(lock);
    run_lock_free(lock);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

static void
test_names_become_one_file_each(void **state)
{
    const struct {
        const char *name, *want;
    } cases[] = {
        { "mailbox", "mailbox.lock" }, { "../x", "%2E%2E%2Fx.lock" }, { "a b", "a%20b.lock" },
        { "a%20b", "a%2520b.lock" },   { "\xc3\xa4", "%C3%A4.lock" }, { "", ".lock" },
    };
    g_autofree char *name = g_strnfill(300, '/');
    g_autofree char *file = state_folder_file(name, ".lock");
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = state_folder_file(cases[i].name, ".lock");
        scratch_expect(cases[i].name, got, cases[i].want);
    }
    assert_true(strlen(file) < 255);
}

static void
test_a_link_or_fifo_in_its_place_is_refused(void **state)
{
    g_autofree char *path = g_build_filename(*state, "mailbox.lock", NULL);
    g_autofree char *fifo = g_build_filename(*state, "spamtrap.lock", NULL);
    g_autoptr(GError) error = NULL;
    bool held;
    assert_int_equal(symlink("target", path), 0);
    assert_null(run_lock_take("mailbox", &held, NULL, NULL, &error));
    assert_true(g_error_matches(error, FAULT, FAULT_OPERATOR));
    assert_non_null(strstr(error->message, path));
    assert_false(held);
    assert_false(scratch_has(*state, "target"));
    g_clear_error(&error);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_null(run_lock_take("spamtrap", &held, NULL, NULL, &error));
    assert_true(g_error_matches(error, FAULT, FAULT_OPERATOR));
}

static void
test_a_folder_for_everybody_is_refused(void **state)
{
    g_autoptr(GError) error = NULL;
    bool held;
    assert_int_equal(g_chmod(*state, 01777), 0);
    assert_null(run_lock_take("mailbox", &held, NULL, NULL, &error));
    assert_true(g_error_matches(error, FAULT, FAULT_OPERATOR));
    assert_int_equal(g_chmod(*state, 0700), 0);
}

/* A folder that cannot be written to says so by its own name, not by that of a lock. */
static void
test_a_folder_that_is_not_ours_is_named(void **state)
{
    g_autoptr(GError) error = NULL;
    bool held;
    if (geteuid() == 0) /* to whom nothing is forbidden */
        return;
    assert_int_equal(g_chmod(*state, 0500), 0);
    assert_null(run_lock_take("mailbox", &held, NULL, NULL, &error));
    assert_true(g_error_matches(error, FAULT, FAULT_OPERATOR));
    assert_true(g_str_has_suffix(error->message, ": Permission denied"));
    assert_non_null(strstr(error->message, *state));
    assert_null(strstr(error->message, "mailbox.lock"));
    assert_int_equal(g_chmod(*state, 0700), 0);
}

/* root looks after the service by hand: what it leaves in the folder of the service's account must
 * not shut that account out. A file that was there already is nobody's to give away. */
static void
test_what_root_makes_is_the_folders_owner_s(void **state)
{
    const uid_t nobody = 65534;
    g_autofree char *was_there = g_build_filename(*state, "old.lock", NULL);
    bool held;
    if (geteuid() != 0)
        return;
    assert_true(g_file_set_contents(was_there, "", 0, NULL));
    assert_int_equal(chown(*state, nobody, nobody), 0);
    run_lock_free(run_lock_take("old", &held, NULL, NULL, NULL));
    run_lock_free(run_lock_take("mailbox", &held, NULL, NULL, NULL));
    in_work_free(in_work_open(*state, "mailbox", NULL));
    for (size_t i = 0; i < 3; i++) {
        static const char *const names[] = { "old.lock", "mailbox.lock", "mailbox.inwork" };
        g_autofree char *path = g_build_filename(*state, names[i], NULL);
        struct stat there;
        print_message("%s\n", names[i]);
        assert_int_equal(stat(path, &there), 0);
        assert_true(i == 0 || (there.st_mode & 07777) == 0600);
        assert_int_equal(there.st_uid, i == 0 ? 0 : nobody);
        assert_int_equal(there.st_gid, i == 0 ? 0 : nobody);
    }
}

static void
test_where_the_folder_is(void **state)
{
    g_autofree char *deeper = g_build_filename(*state, "a", "b", NULL);
    g_autofree char *runtime = g_build_filename(*state, "lafayette", NULL);
    g_autofree char *was = g_get_current_dir();
    g_autofree char *path = NULL;
    bool system = faccessat(AT_FDCWD, "/run/lafayette", W_OK | X_OK, AT_EACCESS) == 0;
    int fd;
    g_setenv("LAFAYETTE_STATE", deeper, TRUE);
    fd = state_folder_open(&path, NULL);
    assert_true(fd >= 0);
    close(fd);
    assert_string_equal(path, deeper);
    if (system) /* on a machine where it is installed the others are not reached */
        return;
    g_setenv("LAFAYETTE_STATE", "", TRUE);
    g_setenv("XDG_RUNTIME_DIR", *state, TRUE);
    g_clear_pointer(&path, g_free);
    fd = state_folder_open(&path, NULL);
    assert_true(fd >= 0);
    close(fd);
    assert_string_equal(path, runtime);
    g_unsetenv("XDG_RUNTIME_DIR");
    assert_int_equal(chdir(*state), 0);
    g_clear_pointer(&path, g_free);
    fd = state_folder_open(&path, NULL);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(chdir(was), 0);
    assert_string_equal(path, "var/run");
    assert_true(scratch_has(*state, "var/run"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_taken_held_and_free_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_since_when_it_is_held, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_it_dies_with_the_process, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_let_go_while_a_child_lives, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_names_become_one_file_each, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_link_or_fifo_in_its_place_is_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_folder_for_everybody_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_folder_that_is_not_ours_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_root_makes_is_the_folders_owner_s, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_where_the_folder_is, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
