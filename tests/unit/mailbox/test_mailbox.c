/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/scratch.h"

#include "mailbox/stdin_source.h"

#define F "From a@example.com Fri Feb 13 02:48:13 2015\n"

/* clang-format off */
static const struct {
    const char *label, *name, *octets, *want;
} files[] = {
    { "a message",              "m",      "A: b\r\n\r\nFrom x\r\n",   "m=A: b\r\n\r\nFrom x\r\n" },
    { "empty",                  "m",      "",                         "m=" },
    { "an mbox of one",         "m",      F "A: b\n\n>From x\n",      "m=A: b\n\nFrom x\n" },
    { "an mbox of two",         "m",      F "A: b\n\n" F "C: d\n",    "mbox:m#1=A: b\n|mbox:m#2=C: d\n" },
    { "an empty mbox",          "m.mbox", "",                         "" },
    { "an mbox by name",        "m.mbox", F "A: b\n\n",               "m.mbox=A: b\n" },
    { "begins with >From_",     "m",      ">From x\nA: b\n\n" F "y",  "m=A: b\n\n" F "y" },
    { "one message by name",    "m.eml",  F "A: b\n\n" F "C: d\n",    "m.eml=A: b\n\n" F "C: d\n" },
    { "begins with From: ",     "m",      "From: x\n\n" F "y",        "m=From: x\n\n" F "y" },
};
static const struct {
    const char *label, *octets, *want;
} inputs[] = {
    { "a message",      "A: b\r\n\r\nFrom x\r\n", "-=A: b\r\n\r\nFrom x\r\n" },
    { "an mbox of one", F "A: b\n\n",             "-=A: b\n" },
    { "an mbox of two", F "A: b\n\n" F "C: d\n",  "mbox:-#1=A: b\n|mbox:-#2=C: d\n" },
    { "nothing",        "",                       "-=" },
};
static const struct {
    const char *label, *source;
} wrong[] = {
    { "unknown kind", "pop3:/x" },     { "no kind", "/x" },           { "no path", "maildir:" },
    { "no Maildir", "maildir:/nonexistent" }, { "no folder", "dir:/nonexistent" },
    { "no folder of the mbox", "mbox:/nonexistent/x" }, { "empty", "" },
};
/* clang-format on */

static void
test_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        char *folder = scratch_new();
        g_autofree char *got = NULL;
        g_autoptr(Mailbox) mailbox = NULL;
        scratch_write(folder, files[i].name, files[i].octets);
        mailbox = scratch_open(folder, files[i].name, SETTLE_KEEP);
        got = scratch_read(mailbox, folder, true);
        scratch_expect(files[i].label, got, files[i].want);
        assert_true(mailbox_finish(mailbox, NULL));
        assert_true(scratch_has(folder, files[i].name));
        scratch_remove(folder);
    }
}

static void
test_one_file_settled(void **state)
{
    const struct {
        const char *label, *octets;
        enum settle settle;
        const char *there; /* NULL: nowhere */
    } cases[] = {
        { "message moved", "A: b\n", SETTLE_MOVE, "Done/m" },
        { "message deleted", "A: b\n", SETTLE_DELETE, NULL },
        { "mbox moved", F "A: b\n", SETTLE_MOVE, "m.done" },
        { "mbox deleted", F "A: b\n", SETTLE_DELETE, NULL },
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *folder = scratch_new();
        g_autofree char *got = NULL;
        g_autoptr(Mailbox) mailbox = NULL;
        scratch_write(folder, "m", cases[i].octets);
        mailbox = scratch_open(folder, "m", cases[i].settle);
        got = scratch_read(mailbox, folder, true);
        assert_true(mailbox_finish(mailbox, NULL));
        if (scratch_has(folder, "m") ||
            (cases[i].there != NULL && !scratch_has(folder, cases[i].there)))
            fail_msg("%s", cases[i].label);
        scratch_remove(folder);
    }
}

static void
test_the_named_path_may_be_a_link(void **state)
{
    char *folder = scratch_new();
    g_autofree char *link = g_build_filename(folder, "link", NULL);
    g_autofree char *to_folder = g_build_filename(folder, "links", NULL);
    g_autofree char *got = NULL, *below = NULL;
    g_autoptr(Mailbox) file = NULL;
    g_autoptr(Mailbox) all = NULL;
    (void)state;
    scratch_write(folder, "real/m", "A: b\n");
    assert_int_equal(symlink("real/m", link), 0);
    assert_int_equal(symlink("real", to_folder), 0);
    all = scratch_open(folder, "links/", SETTLE_KEEP);
    below = scratch_read(all, folder, false);
    scratch_expect("folder", below, "links/m=A: b\n");
    file = scratch_open(folder, "link", SETTLE_DELETE);
    got = scratch_read(file, folder, true);
    scratch_expect("file", got, "link=A: b\n");
    assert_false(scratch_has(folder, "real/m")); /* the message, not only its link */
    scratch_remove(folder);
}

static void
test_paths_that_are_no_mailbox(void **state)
{
    const char *paths[] = { "/nonexistent", "/dev/null", "", "/dev/null/x" };
    char *folder = scratch_new();
    g_autofree char *fifo = g_build_filename(folder, "fifo", NULL);
    g_autoptr(GError) error = NULL;
    (void)state;
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_null(mailbox_open_path(fifo, SETTLE_KEEP, &error));
    assert_true(g_error_matches(error, FAULT, FAULT_OPERATOR));
    for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_clear_error(&error);
        if (mailbox_open_path(paths[i], SETTLE_KEEP, &error) != NULL ||
            !g_error_matches(error, FAULT, FAULT_OPERATOR))
            fail_msg("%s", paths[i]);
    }
    scratch_remove(folder);
}

static void
test_sources_that_are_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;
        if (mailbox_open_source(wrong[i].source, SETTLE_KEEP, "Done", &error) != NULL ||
            !g_error_matches(error, FAULT, FAULT_OPERATOR))
            fail_msg("%s", wrong[i].label);
    }
    for (size_t i = 0; i < 2; i++) {
        g_autoptr(GError) error = NULL;
        assert_null(mailbox_open_source("dir:/", SETTLE_KEEP, i == 0 ? ".." : "/x", &error));
        assert_true(g_error_matches(error, FAULT, FAULT_OPERATOR));
    }
}

static void
test_standard_input(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(inputs); i++) {
        int ends[2];
        g_autofree char *got = NULL;
        g_autoptr(Mailbox) mailbox = NULL;
        assert_int_equal(pipe(ends), 0);
        assert_true(write(ends[1], inputs[i].octets, strlen(inputs[i].octets)) >= 0);
        close(ends[1]);
        mailbox = stdin_source_open(ends[0]);
        got = scratch_read(mailbox, "", true);
        scratch_expect(inputs[i].label, got, inputs[i].want);
        assert_true(mailbox_finish(mailbox, NULL));
        close(ends[0]);
    }
}

static void
test_standard_input_that_breaks(void **state)
{
    g_autoptr(Mailbox) mailbox = stdin_source_open(-1);
    g_autoptr(GError) error = NULL;
    (void)state;
    assert_null(mailbox_next(mailbox, &error));
    assert_true(error != NULL && error->domain == FAULT);
    assert_null(mailbox_next(mailbox, NULL));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_one_file_settled),
        cmocka_unit_test(test_the_named_path_may_be_a_link),
        cmocka_unit_test(test_paths_that_are_no_mailbox),
        cmocka_unit_test(test_sources_that_are_wrong),
        cmocka_unit_test(test_standard_input),
        cmocka_unit_test(test_standard_input_that_breaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
