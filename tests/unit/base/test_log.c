/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* on_exit */
#include "child.h"

#include "base/fault.h"
#include "base/log.h"

/* child_run(), with the "[pid]" behind each program's name checked and taken out. */
static struct child_result
logged(void (*run)(const void *argument), const void *argument)
{
    struct child_result got = child_run(run, argument);
    g_auto(GStrv) lines = g_strsplit(got.err, "\n", -1);
    for (char **line = lines; *line != NULL && **line != '\0'; line++) {
        char *open = strstr(*line, "prog[");
        size_t digits = open != NULL ? strspn(open + 5, "0123456789") : 0;
        if (digits == 0 || open[5 + digits] != ']')
            fail_msg("no process id: %s", *line);
        memmove(open + 4, open + 6 + digits, strlen(open + 6 + digits) + 1);
    }
    g_free(got.err);
    got.err = g_strjoinv("\n", lines);
    return got;
}

static void
run_value(const void *value)
{
    log_open("prog", LOG_LEVEL_INFO);
    log_event(LOG_LEVEL_INFO, "event", "key", (const char *)value, NULL);
}

static void
test_values(void **state)
{
    (void)state;
    static const struct {
        const char *label, *value, *want;
    } cases[] = {
        { "plain", "abc/d.e-1", "abc/d.e-1" },
        { "none", NULL, "-" },
        { "empty", "", "\"\"" },
        { "blank", "a b", "\"a b\"" },
        { "equals sign", "a=b", "\"a=b\"" },
        { "quote", "a\"b", "\"a'b\"" },
        { "a second line is no second line", "a\nerror prog: forged",
          "\"a\\x0Aerror prog: forged\"" },
        { "escape", "\033[2J", "\\x1B[2J" },
        { "UTF-8", "\xC3\xA9", "\\xC3\\xA9" },
        { "backslash", "\\", "\\x5C" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct child_result got = logged(run_value, cases[i].value);
        g_autofree char *want = g_strdup_printf("info prog: event key=%s\n", cases[i].want);
        if (got.code != 0 || strcmp(got.err, want) != 0 || got.out[0] != '\0')
            fail_msg("%s: got %s", cases[i].label, got.err);
        child_clear(&got);
    }
}

static void
test_long_value(void **state)
{
    (void)state;
    g_autofree char *value = g_strnfill(100000, 'x');
    struct child_result got = logged(run_value, value);
    assert_in_range(strlen(got.err), 1000, 1100);
    assert_true(g_str_has_suffix(got.err, "xxx...\n"));
    child_clear(&got);
}

static void
run_all_levels(const void *level)
{
    log_open("prog", *(const enum log_level *)level);
    log_event(LOG_LEVEL_ERROR, "e", NULL);
    log_event(LOG_LEVEL_WARNING, "w", NULL);
    log_event(LOG_LEVEL_INFO, "i", "a", "1", "b", "2", NULL);
    log_event(LOG_LEVEL_DEBUG, "d", NULL);
}

static void
test_levels(void **state)
{
    (void)state;
    static const struct {
        enum log_level level;
        const char *want;
    } cases[] = {
        { LOG_LEVEL_ERROR, "error prog: e\n" },
        { LOG_LEVEL_WARNING, "error prog: e\nwarning prog: w\n" },
        { LOG_LEVEL_INFO, "error prog: e\nwarning prog: w\ninfo prog: i a=1 b=2\n" },
        { LOG_LEVEL_DEBUG,
          "error prog: e\nwarning prog: w\ninfo prog: i a=1 b=2\ndebug prog: d\n" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct child_result got = logged(run_all_levels, &cases[i].level);
        assert_string_equal(got.err, cases[i].want);
        child_clear(&got);
    }
}

static void
run_fault(const void *error)
{
    log_open("prog", LOG_LEVEL_ERROR);
    log_fault("no-database", error);
}

static void
test_fault(void **state)
{
    (void)state;
    g_autoptr(GError) error = g_error_new(FAULT, FAULT_RETRY, "db1: %s", "refused");
    struct child_result got = logged(run_fault, error);
    struct child_result none = logged(run_fault, NULL);
    assert_string_equal(got.err, "error prog: no-database reason=\"db1: refused\"\n");
    assert_string_equal(none.err, "error prog: no-database reason=unknown\n");
    child_clear(&got);
    child_clear(&none);
}

static void *
write_lines(void *letter)
{
    g_autofree char *value = g_strnfill(400, *(const char *)letter);
    for (int i = 0; i < 200; i++)
        log_event(LOG_LEVEL_INFO, "e", "k", value, NULL);
    return NULL;
}

static void
run_threads(const void *unused)
{
    GThread *threads[4];
    char letters[] = "abcd";
    (void)unused;
    log_open("prog", LOG_LEVEL_INFO);
    for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("writer", write_lines, &letters[i]);
    for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
}

static void
test_lines_stay_whole(void **state)
{
    (void)state;
    struct child_result got = logged(run_threads, NULL);
    g_auto(GStrv) lines = g_strsplit(got.err, "\n", -1);
    assert_int_equal(g_strv_length(lines), 801); /* the last one is empty */
    for (int i = 0; i < 800; i++) {
        const char *value = lines[i] + strlen("info prog: e k=");
        assert_int_equal(strlen(lines[i]), strlen("info prog: e k=") + 400);
        assert_int_equal(strspn(value, (char[]){ value[0], '\0' }), 400);
    }
    child_clear(&got);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),           cmocka_unit_test(test_long_value),
        cmocka_unit_test(test_levels),           cmocka_unit_test(test_fault),
        cmocka_unit_test(test_lines_stay_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
