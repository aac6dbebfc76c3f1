/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "packed.h"
#include "study/history_scan.h"

#define ROW(n)                                                                                     \
    "{\"unix_time\": 1695652403.5, \"message-id\": \"" n "@x.example\", \"sender_smtp\": "         \
    "\"goodrua@gmailcom.a.example\", \"rcpt_smtp\": [\"test@gmail.com\"], \"symbols\": "           \
    "{\"DKIM_SIGNED\": {\"options\": [\"a.example:s=dkim\"]}}}"

struct seen {
    GString *ids;
    struct problems problems;
};

static void
take(void *user, const struct history_row *row, const char *where)
{
    struct seen *seen = user;
    assert_true(g_str_has_prefix(where, "h:"));
    g_string_append_printf(seen->ids, "%.1s", row->message_id);
    assert_string_equal(row->rcpt_smtp, "test@gmail.com");
}

/* "12 1": ids of the rows, number of broken ones. */
static char *
scanned(struct span octets)
{
    struct seen seen = { g_string_new(NULL), { 0 } };
    struct history_scan scan = { .row = take, .user = &seen, .problems = &seen.problems };
    char *out;
    problems_init(&seen.problems);
    history_scan_stream(&scan, octet_stream_of(octets), "h");
    assert_int_equal(seen.ids->len, scan.rows);
    assert_int_equal(scan.broken, seen.problems.count[PROBLEM_HISTORY_ROW]);
    out = g_strdup_printf("%s %u", seen.ids->str, (unsigned)scan.broken);
    g_string_free(seen.ids, TRUE);
    problems_clear(&seen.problems);
    return out;
}

static char *
quoted(const char *row)
{
    g_autofree char *escaped = g_strescape(row, NULL);
    return g_strdup_printf("\"%s\"", escaped);
}

static void
test_forms(void **state)
{
    g_autofree char *one = quoted(ROW("1"));
    g_autofree char *two = quoted(ROW("2"));
    g_autofree char *numbered = g_strdup_printf(" 1) %s\n10) %s\n", one, two);
    g_autofree char *bare = g_strdup_printf("%s\n%s\n", one, two);
    g_autofree char *protocol =
        g_strdup_printf("*2\r\n$%zu\r\n%s\r\n$%zu\r\n%s\r\n", strlen(ROW("1")), ROW("1"),
                        strlen(ROW("2")), ROW("2"));
    g_autofree char *append_only =
        g_strdup_printf("*3\r\n$5\r\nLPUSH\r\n$10\r\nrs_history\r\n$%zu\r\n"
                        "%s\r\n",
                        strlen(ROW("1")), ROW("1"));
    const struct {
        const char *label, *text, *want;
    } cases[] = {
        { "lines", ROW("1") "\n" ROW("2") "\n", "12 0" },
        { "CRLF, empty lines, no end", ROW("1") "\r\n\r\n" ROW("2"), "12 0" },
        { "array in a line", "[" ROW("1") ", " ROW("2") "]\n", "12 0" },
        { "the controller's answer", "{\"version\": 2, \"rows\": [" ROW("1") "]}", "1 0" },
        { "redis-cli, numbered", numbered, "12 0" },
        { "redis-cli, quoted alone", bare, "12 0" },
        { "protocol", protocol, "12 0" },
        { "append-only file", append_only, "1 0" },
        { "protocol, cut: the rest is no row either", "$500\r\n{\"sender", " 2" },
        { "a broken row is passed over", ROW("1") "\n{\"a\": \n" ROW("2") "\n", "12 1" },
        { "another object", "{\"a\": 1}\n" ROW("1"), "1 1" },
        { "no JSON", "nonsense\n" ROW("1"), "1 1" },
        { "a number in an array", "[1, " ROW("1") "]", "1 1" },
        { "octets that are no UTF-8",
          "{\"sender_smtp\": \"\xff\", \"message-id\": \"7\", "
          "\"rcpt_smtp\": [\"test@gmail.com\"]}",
          "7 0" },
        { "byte order mark, lines", "\xEF\xBB\xBF" ROW("1") "\n" ROW("2"), "12 0" },
        { "byte order mark, array", "\xEF\xBB\xBF[" ROW("1") ", " ROW("2") "]", "12 0" },
        { "byte order mark, rows", "\xEF\xBB\xBF{\"rows\": [" ROW("1") "]}", "1 0" },
        { "byte order mark of the second line", ROW("1") "\n\xEF\xBB\xBF" ROW("2"), "1 1" },
        { "two byte order marks", "\xEF\xBB\xBF\xEF\xBB\xBF" ROW("1"), " 1" },
        { "nothing but a byte order mark", "\xEF\xBB\xBF\n", " 0" },
        { "nothing", "", " 0" },
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = scanned(span_of(cases[i].text));
        if (strcmp(got, cases[i].want) != 0)
            fail_msg("%s: \"%s\", not \"%s\"", cases[i].label, got, cases[i].want);
    }
}

/* A list whose key ends in _zst: each row is a frame. */
static void
test_zstd_rows(void **state)
{
    g_autoptr(GByteArray) frame = g_byte_array_new();
    g_autoptr(GByteArray) raw = g_byte_array_new();
    g_autoptr(GString) escaped = g_string_new("1) \"");
    g_autoptr(GString) protocol = g_string_new(NULL);
    (void)state;
    pack_zstd(span_of(ROW("3")), frame);
    for (guint i = 0; i < frame->len; i++)
        g_string_append_printf(escaped, "\\x%02x", frame->data[i]);
    g_string_append(escaped, "\"\n");
    g_autofree char *numbered = scanned((struct span){ escaped->str, escaped->len });
    assert_string_equal(numbered, "3 0");
    g_string_printf(protocol, "*1\r\n$%u\r\n", frame->len);
    g_string_append_len(protocol, (const char *)frame->data, frame->len);
    g_string_append(protocol, "\r\n");
    g_autofree char *in_protocol = scanned((struct span){ protocol->str, protocol->len });
    assert_string_equal(in_protocol, "3 0");
    for (unsigned i = 0; i < 2; i++) {
        g_byte_array_append(raw, frame->data, frame->len);
        g_byte_array_append(raw, (const guint8 *)"\n", 1);
    }
    g_autofree char *printed = scanned((struct span){ (const char *)raw->data, raw->len });
    assert_string_equal(printed, "33 0");
}

static void
test_test_mail(void **state)
{
    static const struct test_mail_words words = { "goodrua", "badrua", "dkimfalse" };
    /* clang-format off */
    static const struct {
        const char *label, *sender, *rcpt, *signed_by, *want;
    } cases[] = {
        { "SPF passes", "goodrua@gmailcom.a.example", "x@Gmail.com", "d:s=dkim", "gmailcom a.example gmail.com spf 1" },
        { "SPF fails", "badrua@gmailcom.a.example", "x@gmail.com", "d:s=dkimfalse", "gmailcom a.example gmail.com - 0" },
        { "unsigned", "badrua@gmailcom.a.example", "x@gmail.com", NULL, "gmailcom a.example gmail.com - 2" },
        { "other mail", "postmaster@gmailcom.a.example", "x@gmail.com", NULL, "none" },
        { "begins like it", "goodruax@gmailcom.a.example", "x@gmail.com", NULL, "none" },
        { "case counts", "Goodrua@gmailcom.a.example", "x@gmail.com", NULL, "none" },
        { "no dot", "goodrua@gmailcom", "x@gmail.com", NULL, "none" },
        { "empty label", "goodrua@.a.example", "x@gmail.com", NULL, "none" },
        { "no label", "goodrua@<b>.a.example", "x@gmail.com", NULL, "none" },
        { "no recipient", "goodrua@gmailcom.a.example", "", NULL, "gmailcom a.example  spf 2" },
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct history_row row = { .sender_smtp = cases[i].sender,
                                   .rcpt_smtp = cases[i].rcpt,
                                   .dkim_signed = cases[i].signed_by };
        struct test_mail mail = { 0 };
        g_autofree char *got = NULL;
        if (test_mail_read(&row, &words, &mail))
            got =
                g_strdup_printf("%s %s %s %s %d", mail.label, mail.sender_domain, mail.rcpt_domain,
                                mail.spf_aligned ? "spf" : "-", mail.dkim_aligned);
        if (strcmp(got != NULL ? got : "none", cases[i].want) != 0)
            fail_msg("%s: \"%s\", not \"%s\"", cases[i].label, got, cases[i].want);
        test_mail_clear(&mail);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_zstd_rows),
        cmocka_unit_test(test_test_mail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
