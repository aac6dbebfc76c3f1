/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/scratch.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "mailbox/in_work_trial.h"

/* A parser that does what the message says. */
static bool
parse(struct span octets, void *user)
{
    (void)user;
    if (span_equals(octets, "refuse"))
        return false;
    if (span_equals(octets, "segv")) {
        signal(SIGSEGV, SIG_DFL); /* the sanitizer has a handler of its own */
        raise(SIGSEGV);
    }
    if (span_equals(octets, "kill"))
        raise(SIGKILL);
    if (span_equals(octets, "exit"))
        _exit(1);
    while (span_equals(octets, "loop"))
        pause();
    return true;
}

/* clang-format off */
static const struct {
    const char *octets;
    bool lives;
    const char *died;
} cases[] = {
    { "good",   true,  NULL },
    { "refuse", true,  NULL },
    { "",       true,  NULL },
    { "segv",   false, "the parser died of signal 11 (Segmentation fault)" },
    { "kill",   false, "the parser died of signal 9 (Killed)" },
    { "exit",   false, "the parser left with status 1" },
    { "loop",   false, "the parser did not end within 1 s" },
    { "good",   true,  NULL },
};
/* clang-format on */

static void
test_trials(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *died = NULL;
        bool lived = in_work_trial(span_of(cases[i].octets), parse, NULL, 1, &died);
        if (lived != cases[i].lives || g_strcmp0(died, cases[i].died) != 0)
            fail_msg("%s: %d %s", cases[i].octets, lived, died != NULL ? died : "NULL");
    }
}

static void
test_trials_through_the_quiet_process(void **state)
{
    g_autoptr(InWorkTrials) trials = in_work_trials_open(parse, NULL, NULL);
    g_autofree char *large = g_strnfill(LIMIT_MESSAGE_OCTETS, 'x');
    g_autofree char *died = NULL;
    (void)state;
    assert_non_null(trials);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *reason = NULL;
        bool lived = in_work_trials_run(trials, span_of(cases[i].octets), 1, &reason);
        if (lived != cases[i].lives || g_strcmp0(reason, cases[i].died) != 0)
            fail_msg("%s: %d %s", cases[i].octets, lived, reason != NULL ? reason : "NULL");
    }
    assert_true(in_work_trials_run(trials, span_of(large), 10, &died));
    assert_null(died);
}

static bool
parse_and_tell_pids(struct span octets, void *user)
{
    const int *out = user;
    pid_t pids[2] = { getppid(), getpid() };
    (void)octets;
    if (write(*out, pids, sizeof(pids)) != sizeof(pids))
        return false;
    for (;;)
        pause();
}

static bool
is_gone(pid_t pid)
{
    for (int i = 0; i < 500; i++) {
        g_autofree char *path = g_strdup_printf("/proc/%d/stat", (int)pid);
        g_autofree char *text = NULL;
        /* Whoever inherits it may be slow to reap it. */
        if (!g_file_get_contents(path, &text, NULL, NULL) || strstr(text, ") Z ") != NULL)
            return true;
        g_usleep(10000);
    }
    return false;
}

/* An orphan would hold the run's lock for ever. */
static void
test_children_die_with_the_run(void **state)
{
    int told[2];
    pid_t run, pids[2];
    (void)state;
    assert_int_equal(pipe(told), 0);
    run = fork();
    if (run == 0) {
        char *died = NULL;
        struct in_work_trials *trials = in_work_trials_open(parse_and_tell_pids, &told[1], NULL);
        in_work_trials_run(trials, span_of("x"), 60, &died);
        _exit(0);
    }
    assert_int_equal(read(told[0], pids, sizeof(pids)), sizeof(pids));
    kill(run, SIGKILL);
    waitpid(run, NULL, 0);
    assert_true(is_gone(pids[0]));
    assert_true(is_gone(pids[1]));
    close(told[0]);
    close(told[1]);
}

static void
test_a_lost_process_tells_nothing_of_the_message(void **state)
{
    int told[2];
    pid_t pids[2];
    char *died = NULL;
    struct in_work_trials *trials;
    (void)state;
    assert_int_equal(pipe(told), 0);
    trials = in_work_trials_open(parse_and_tell_pids, &told[1], NULL);
    assert_non_null(trials);
    assert_false(in_work_trials_run(trials, span_of("x"), 1, &died));
    assert_string_equal(died, "the parser did not end within 1 s");
    g_clear_pointer(&died, g_free);
    assert_int_equal(read(told[0], pids, sizeof(pids)), sizeof(pids));
    kill(pids[0], SIGKILL);
    for (int i = 0; i < 2; i++) {
        assert_false(in_work_trials_run(trials, span_of("x"), 1, &died));
        assert_null(died);
    }
    in_work_trials_free(trials);
    close(told[0]);
    close(told[1]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trials),
        cmocka_unit_test(test_trials_through_the_quiet_process),
        cmocka_unit_test(test_children_die_with_the_run),
        cmocka_unit_test(test_a_lost_process_tells_nothing_of_the_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
