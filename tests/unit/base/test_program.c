/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* on_exit */
#include "child.h"

#include <signal.h>

#include "base/program.h"

static gboolean all;
static const GOptionEntry entries[] = {
    { "all", 'a', 0, G_OPTION_ARG_NONE, &all, "All of them", NULL },
    G_OPTION_ENTRY_NULL,
};
static const struct program program = {
    .name = "prog",
    .arguments = "[FILE]...",
    .summary = "Counts beans.",
    .description = "Exit codes: 0 good.",
    .entries = entries,
};

/* Prints what the options came to; the command line is parted by "|". */
static void
run_program(const void *line)
{
    g_auto(GStrv) argv = g_strsplit(line, "|", -1);
    g_autofree char **copy = g_memdup2(argv, sizeof *argv * (g_strv_length(argv) + 1));
    struct program_options options;
    struct sigaction pipe_action;
    program_start(&program, (int)g_strv_length(copy), copy, &options);
    printf("config=%s quiet=%d verbose=%d all=%d", options.config != NULL ? options.config : "-",
           options.quiet, options.verbose, all);
    for (char **argument = options.arguments; *argument != NULL; argument++)
        printf(" (%s)", *argument);
    sigaction(SIGPIPE, NULL, &pipe_action);
    if (pipe_action.sa_handler != SIG_IGN)
        printf(" SIGPIPE kills");
}

static void
test_options(void **state)
{
    (void)state;
    static const struct {
        const char *label, *line, *want;
    } cases[] = {
        { "none", "prog", "config=- quiet=0 verbose=0 all=0" },
        { "short", "prog|-c|x.cfg|-q|-a", "config=x.cfg quiet=1 verbose=0 all=1" },
        { "long", "prog|--config=x.cfg|--verbose", "config=x.cfg quiet=0 verbose=1 all=0" },
        { "arguments", "prog|a|-v|b", "config=- quiet=0 verbose=1 all=0 (a) (b)" },
        { "stdin", "prog|-", "config=- quiet=0 verbose=0 all=0 (-)" },
        { "behind --", "prog|--|-x", "config=- quiet=0 verbose=0 all=0 (-x)" },
        { "argument, then --", "prog|a|--|-x", "config=- quiet=0 verbose=0 all=0 (a) (-x)" },
        { "option, then --", "prog|-v|--|-x", "config=- quiet=0 verbose=1 all=0 (-x)" },
        { "the file --", "prog|--|--|a", "config=- quiet=0 verbose=0 all=0 (--) (a)" },
        { "-- and no option behind", "prog|a|--|b", "config=- quiet=0 verbose=0 all=0 (a) (b)" },
        { "-- alone", "prog|--", "config=- quiet=0 verbose=0 all=0" },
        { "empty argument", "prog|", "config=- quiet=0 verbose=0 all=0 ()" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct child_result got = child_run(run_program, cases[i].line);
        if (got.code != 0 || strcmp(got.out, cases[i].want) != 0 || got.err[0] != '\0')
            fail_msg("%s: exit %d, \"%s\", \"%s\"", cases[i].label, got.code, got.out, got.err);
        child_clear(&got);
    }
}

static void
test_ends(void **state)
{
    (void)state;
    static const struct {
        const char *label, *line;
        int code;
        const char *out, *err; /* what must stand in there; NULL: nothing at all */
    } cases[] = {
        { "help", "prog|--help", 0, "prog [OPTION\xE2\x80\xA6] [FILE]...", NULL },
        { "help tells options", "prog|--help", 0, "--all", NULL },
        { "help tells exit codes", "prog|-h", 0, "Exit codes: 0 good.", NULL },
        { "version", "prog|--version", 0, "prog " LAFAYETTE_VERSION "\n", NULL },
        { "unknown option", "prog|--nonsense", 64, NULL, "see prog --help\n" },
        { "its name is told", "prog|--nonsense", 64, NULL, "prog: Unknown option --nonsense" },
        { "no value", "prog|-c", 64, NULL, "see prog --help\n" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct child_result got = child_run(run_program, cases[i].line);
        if (got.code != cases[i].code ||
            (cases[i].out != NULL ? strstr(got.out, cases[i].out) == NULL : got.out[0] != '\0') ||
            (cases[i].err != NULL ? strstr(got.err, cases[i].err) == NULL : got.err[0] != '\0'))
            fail_msg("%s: exit %d, \"%s\", \"%s\"", cases[i].label, got.code, got.out, got.err);
        child_clear(&got);
    }
}

static void
run_usage(const void *name)
{
    program_usage(&program, "no file %s", (const char *)name);
}

static void
test_usage(void **state)
{
    (void)state;
    struct child_result got = child_run(run_usage, "x");
    assert_int_equal(got.code, 64);
    assert_string_equal(got.err, "prog: no file x\nsee prog --help\n");
    child_clear(&got);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_options), cmocka_unit_test(test_ends),
                                        cmocka_unit_test(test_usage) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
