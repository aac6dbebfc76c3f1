/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "classify/body_digest.h"
#include "classify/pattern.h"

#include "made_report.h"

#define MAIL(from, subject) "To: bob@rcpt.example\nFrom: " from "\nSubject: " subject "\n"

/* clang-format off */
static const struct {
    const char *label;
    struct made_text report;
    const char *want; /* "kind=text" a line */
} cases[] = {
    { "subject and sender", { .header = MAIL("\"Bank Security\" <alerts7@bank.test>", "Transfer 4711 waits") },
      "subject=Transfer # waits\nsender=Bank Security <alerts#@bank.test>\n"
      "subject+sender=Transfer # waits | Bank Security <alerts#@bank.test>\n" },
    { "a person as sender", { .header = MAIL("\"John Smith\" <john.smith@bank.test>", "hello there") },
      "subject=hello there\nsender=* <*@bank.test>\nsubject+sender=hello there | * <*@bank.test>\n" },
    { "the victim as sender", { .header = MAIL("bob@rcpt.example", "hello there") },
      "subject=hello there\nsender=<*@rcpt.example>\nsubject+sender=hello there | <*@rcpt.example>\n" },
    { "random host names of the sender", { .header = MAIL("<x@mail77.bank.test>", "") },
      "sender=<x@mail#.bank.test>\n" },
    { "subject without letters", { .header = MAIL("<>", "Re: 4711") }, "" },
    { "ideographs tell enough", { .header = MAIL("<>", "请求 4711") }, "subject=请求 #\n" },
    { "urls", { .header = "", .links =
      "http://a.test/x/mail.htm\nhttps://b.test/y/mail.htm\nhttp://c.test/4f3a9c217e/mail.htm?id=77&user=bob\n"
      "!http://d.test/logo.png\nhttp://e.test/\nhttp://f.test/p/4711\nhttp://g.test/open/4f3a9c217e.php\n"
      "http://h.test/folder/\nhttp://i.test/?token=1\n" },
      "url=mail.htm\nurl=mail.htm?id&user\nurl=open/*.php\nurl=folder\nurl=?token\n" },
    { "no mail", { .path = "" }, "" },
};
/* clang-format on */

static char *
listed(const struct report *report)
{
    GString *out = g_string_new(NULL);
    size_t count;
    struct masked_pattern *patterns = masked_patterns_of(report, &count);
    for (size_t i = 0; i < count; i++)
        g_string_append_printf(out, "%s=%s\n", patterns[i].kind, patterns[i].text);
    masked_patterns_free(patterns, count);
    return g_string_free(out, FALSE);
}

static void
test_patterns_of_a_mail(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Made) made = made_new(&cases[i].report);
        g_autofree char *got = listed(&made->report);
        if (strcmp(got, cases[i].want) != 0)
            fail_msg("%s: got\n%s", cases[i].label, got);
    }
}

static size_t
count_of(const struct report *report, const char *kind, const char *text)
{
    size_t count;
    size_t found = 0;
    struct masked_pattern *patterns = masked_patterns_of(report, &count);
    for (size_t i = 0; i < count; i++)
        found += strcmp(patterns[i].kind, kind) == 0 &&
                 (text == NULL || strcmp(patterns[i].text, text) == 0);
    masked_patterns_free(patterns, count);
    return found;
}

static void
test_attachments_by_name_and_hash(void **state)
{
    struct made_text text = { .header = "To: bob@rcpt.example\n",
                              .files = "Invoice_4711.zip\nInvoice_4712.zip\n4711.pdf\nbob.doc\n"
                                       "4711.pdf\n" };
    g_autoptr(Made) made = made_new(&text);
    (void)state;
    assert_int_equal(count_of(&made->report, "file", "Invoice_#.zip"), 1);
    assert_int_equal(count_of(&made->report, "file", NULL), 1); /* "#.pdf", "*.doc": too common */
    assert_int_equal(count_of(&made->report, "file-hash", NULL), 4);
    assert_int_equal(count_of(&made->report, "file-hash", made->report.attachments[0].sha256), 1);
}

static void
test_at_most_twenty_urls(void **state)
{
    g_autoptr(GString) links = g_string_new(NULL);
    (void)state;
    for (int i = 0; i < 60; i++)
        g_string_append_printf(links, "http://a.test/page%c%c.htm\n", 'a' + i % 26, 'a' + i / 26);
    struct made_text text = { .links = links->str };
    g_autoptr(Made) made = made_new(&text);
    assert_int_equal(count_of(&made->report, "url", NULL), PATTERN_URLS_MAX);
}

static void
test_long_subjects_leave_room_for_the_sender(void **state)
{
    g_autoptr(GString) header = g_string_new("From: x <y@example.com>\nSubject: ");
    size_t count;
    (void)state;
    for (int i = 0; i < 2000; i++)
        g_string_append(header, "wörd ");
    struct made_text text = { .header = header->str };
    g_autoptr(Made) made = made_new(&text);
    struct masked_pattern *patterns = masked_patterns_of(&made->report, &count);
    assert_int_equal(count, 3);
    assert_int_equal(g_utf8_strlen(patterns[0].text, -1), PATTERN_CHARS_MAX);
    assert_true(g_str_has_suffix(patterns[2].text, " | x <y@example.com>"));
    masked_patterns_free(patterns, count);
}

/* clang-format off */
#define LETTER "Dear %s,\n\nyour account 77 was limited. Please confirm your details within 24 hours.\n" \
               "  http://%s.test/login.php\n\nWe thank you for your business.\n"
static const struct { const char *label, *text; bool same; } bodies[] = {
    { "other name, number and link", "Dear Ann,\n\nyour account 8123 was limited. Please confirm your details within "
      "48 hours.\n  https://www.x.test/a/b?c=d\n\nWe thank you for your business.\n", true },
    { "other white space",  "Dear Bob,\r\n  your account 77  was limited.  Please confirm your details within 24 hours.\r\n"
      "\r\nWe thank you for your business.", true },
    { "another text",  "Dear Bob,\n\nyour parcel 77 was not delivered. Please confirm your address within 24 hours.\n"
      "We thank you for your business.\n", false },
};
/* clang-format on */

static void
test_near_equal_texts_have_one_digest(void **state)
{
    g_autofree char *first = g_strdup_printf(LETTER, "Bob", "evil");
    g_autofree char *want = body_digest(span_of(first), NULL);
    (void)state;
    assert_int_equal(strlen(want), 32);
    for (size_t i = 0; i < G_N_ELEMENTS(bodies); i++) {
        g_autofree char *got = body_digest(span_of(bodies[i].text), NULL);
        if ((strcmp(got, want) == 0) != bodies[i].same)
            fail_msg("%s", bodies[i].label);
    }
}

static void
test_short_texts_have_no_digest(void **state)
{
    g_autofree char *got =
        body_digest(span_of("Please look at the attached file. Thanks!\n"), NULL);
    g_autofree char *none = body_digest(span_of(NULL), NULL);
    (void)state;
    assert_null(got);
    assert_null(none);
}

/* They stand in databases: a text has the digest that it had. */
static void
test_digests_stay(void **state)
{
    /* clang-format off */
    static const struct { const char *label, *line, *want; int times; } kept[] = {
        { "a letter", "Your account PO4711 was limited by DHLQWRTZ on the 5th of May, dear John Smith.\n", "075647aaf76001f8d3cb20ed0c2ca684", 2 },
        { "a line longer than a template", "Please read this, Иван, and écrivez à www.x.test 漢字様 now ", "2f474948ef331a48f31aa904201de956", 40 },
        { "more letters than count", "your account was limited until you confirm your details with us\n", "e303c851efae9710a43b34031a2c5976", 60 },
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(kept); i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        for (int k = 0; k < kept[i].times; k++)
            g_string_append(text, kept[i].line);
        g_autofree char *got = body_digest((struct span){ text->str, text->len }, NULL);
        print_message("%s\n", kept[i].label);
        assert_string_equal(got, kept[i].want);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patterns_of_a_mail),
        cmocka_unit_test(test_attachments_by_name_and_hash),
        cmocka_unit_test(test_at_most_twenty_urls),
        cmocka_unit_test(test_long_subjects_leave_room_for_the_sender),
        cmocka_unit_test(test_near_equal_texts_have_one_digest),
        cmocka_unit_test(test_short_texts_have_no_digest),
        cmocka_unit_test(test_digests_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
