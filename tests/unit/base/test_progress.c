/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* posix_openpt */
#include "child.h"

#include "base/progress.h"

static void
test_text(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        uint64_t done, expected;
        double seconds;
        const char *want;
    } cases[] = {
        { "as in the header", 1200, 5000, 4, "1200 of 5000 mails, 24 %, 300/s, 13 s left" },
        { "nothing done: no rate", 0, 5000, 3, "0 of 5000 mails" },
        { "no time gone", 7, 5000, 0, "7 of 5000 mails" },
        { "all done", 5000, 5000, 10, "5000 of 5000 mails, 100 %, 500/s, 0 s left" },
        { "not yet all", 9999, 10000, 10, "9999 of 10000 mails, 99 %, 1000/s, 0 s left" },
        { "number unknown", 1200, 0, 4, "1200 mails, 300/s" },
        { "more than expected", 5001, 5000, 1, "5001 mails, 5001/s" },
        { "nothing at all", 0, 0, 0, "0 mails, 0/s" },
        { "clock went back", 10, 20, -1, "10 of 20 mails" },
        { "very many", UINT64_MAX / 2, UINT64_MAX, 1e6,
          "9223372036854775807 of 18446744073709551615 mails, 50 %, 9223372036855/s, 1000000 s "
          "left" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got =
            progress_text("mails", cases[i].done, cases[i].expected, cases[i].seconds);
        if (strcmp(got, cases[i].want) != 0)
            fail_msg("%s: got \"%s\"", cases[i].label, got);
    }
}

static void
run_progress(const void *quiet)
{
    g_autoptr(Progress) progress = progress_new("mails", 0, *(const bool *)quiet);
    progress_expect(progress, 40);
    for (uint64_t i = 10; i < 40; i++) /* one drawing: they are a tenth of a second apart */
        progress_show(progress, i);
}

static void
run_on_terminal(const void *quiet)
{
    char text[4096];
    size_t len = 0;
    ssize_t got = 1;
    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    int line;
    if (terminal < 0 || grantpt(terminal) != 0 || unlockpt(terminal) != 0 ||
        (line = open(ptsname(terminal), O_RDWR | O_NOCTTY)) < 0)
        _exit(77);
    dup2(line, STDERR_FILENO);
    close(line);
    run_progress(quiet);
    close(STDERR_FILENO); /* the last one: reading ends in EIO */
    while (got > 0 && len < sizeof text) {
        got = read(terminal, text + len, sizeof text - len);
        len += got > 0 ? (size_t)got : 0;
    }
    fwrite(text, 1, len, stdout);
    fflush(stdout);
}

static void
test_drawing(void **state)
{
    (void)state;
    bool quiet = true;
    bool loud = false;
    struct child_result file = child_run(run_progress, &loud);
    struct child_result silent = child_run(run_on_terminal, &quiet);
    struct child_result drawn = child_run(run_on_terminal, &loud);
    progress_free(NULL);
    assert_string_equal(file.err, "");
    if (drawn.code == 77)
        print_message("no pseudo terminal here\n");
    else {
        assert_string_equal(silent.out, "");
        assert_true(g_str_has_prefix(drawn.out, "\r\033[K10 of 40 mails"));
        assert_true(g_str_has_suffix(drawn.out, "\r\033[K"));
        assert_null(strstr(drawn.out, "\n"));
        assert_null(strstr(drawn.out, "11 of"));
    }
    child_clear(&file);
    child_clear(&silent);
    child_clear(&drawn);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_text),
                                        cmocka_unit_test(test_drawing) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
