/* SPDX-License-Identifier: Apache-2.0 */
#include "../mailbox/scratch.h"
#include "study/mail_folders.h"

struct noted {
    GString *text;
};

static void
note_begin(void *self, const char *name)
{
    g_string_append_printf(((struct noted *)self)->text, "[%s]", name);
}

static void
note_mail(void *self, const struct delivery *delivery)
{
    struct span octets = span_of_bytes(delivery->octets);
    g_string_append_len(((struct noted *)self)->text, octets.octets, (gssize)octets.len);
}

static const struct mail_folders noting = { note_begin, note_mail, PROBLEM_REPORT };

static void
test_folders_and_mails_come_by_name(void **state)
{
    char *root = scratch_new();
    g_autoptr(GError) error = NULL;
    struct noted noted = { g_string_new(NULL) };
    struct problems problems;
    (void)state;
    scratch_write(root, "beta/2.eml", "b2\n");
    scratch_write(root, "beta/1.eml", "b1\n");
    scratch_write(root, "alpha/cur/x:2,S", "a\n");
    g_autofree char *new = g_build_filename(root, "alpha", "new", NULL);
    assert_int_equal(g_mkdir(new, 0700), 0);
    scratch_write(root, ".hidden/1.eml", "no\n");
    scratch_write(root, "note.txt", "no\n");
    g_autofree char *empty = g_build_filename(root, "gamma", NULL);
    assert_int_equal(g_mkdir(empty, 0700), 0);
    g_autofree char *large = g_build_filename(root, "beta", "3.eml", NULL);
    scratch_write(root, "beta/3.eml", "");
    assert_int_equal(truncate(large, (off_t)1 << 40), 0);
    problems_init(&problems);
    assert_true(mail_folders_read(root, &noting, &noted, &problems, &error));
    assert_string_equal(noted.text->str, "[alpha]a\n[beta]b1\nb2\n[gamma]");
    assert_int_equal(problems.count[PROBLEM_FILE], 1);
    assert_int_equal(problems.count[PROBLEM_REPORT], 1);
    problems_clear(&problems);
    g_string_free(noted.text, TRUE);
    scratch_remove(root);
}

/* What is neither file nor folder is not read, not waited for, and each is counted. */
static void
test_links_and_fifos_are_counted(void **state)
{
    char *root = scratch_new();
    g_autoptr(GError) error = NULL;
    struct noted noted = { g_string_new(NULL) };
    struct problems problems;
    g_autofree char *dangling = g_build_filename(root, "beta/2.eml", NULL);
    g_autofree char *fifo = g_build_filename(root, "beta/sub/fifo", NULL);
    g_autofree char *top = g_build_filename(root, "gamma", NULL);
    (void)state;
    scratch_write(root, "alpha/1.eml", "a1\n");
    scratch_write(root, "beta/1.eml", "b1\n");
    scratch_write(root, "beta/sub/3.eml", "b3\n");
    assert_int_equal(symlink("nowhere", dangling), 0);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(symlink("nowhere", top), 0);
    problems_init(&problems);
    assert_true(mail_folders_read(root, &noting, &noted, &problems, &error));
    assert_string_equal(noted.text->str, "[alpha]a1\n[beta]b1\nb3\n");
    assert_int_equal(problems.count[PROBLEM_FILE], 3);
    assert_int_equal(problems.named->len, 2); /* gamma, and one line for those in beta */
    const struct problem *beta = g_ptr_array_index(problems.named, 1);
    assert_true(g_str_has_suffix(beta->where, "/beta"));
    assert_string_equal(beta->reason, "not read: 2 names of symbolic links, FIFOs or devices");
    problems_clear(&problems);
    g_string_free(noted.text, TRUE);
    scratch_remove(root);
}

static void
test_no_folder_is_told(void **state)
{
    g_autoptr(GError) error = NULL;
    struct noted noted = { g_string_new(NULL) };
    struct problems problems;
    (void)state;
    problems_init(&problems);
    assert_false(mail_folders_read("/nonexistent", &noting, &noted, &problems, &error));
    assert_true(g_error_matches(error, FAULT, FAULT_OPERATOR));
    assert_string_equal(noted.text->str, "");
    problems_clear(&problems);
    g_string_free(noted.text, TRUE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_folders_and_mails_come_by_name),
        cmocka_unit_test(test_links_and_fifos_are_counted),
        cmocka_unit_test(test_no_folder_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
