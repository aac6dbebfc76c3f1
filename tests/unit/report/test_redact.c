/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "report/redact.h"
#include "report/report_parse.h"

/* clang-format off */
/* "#" is the token of jane.roe@example.com. LF stands for CRLF in `want`. */
static const struct {
    const char *label, *mail, *want;
} cases[] = {
    { "nothing to do", "From: a@x.example\r\nSubject: s\r\n\r\nb\r\n", "From: a@x.example\nSubject: s\n\nb\n" },
    { "LF", "Subject: s\n\nb\n", "Subject: s\n\nb\n" },
    { "CR", "Subject: s\r\rb\r", "Subject: s\n\nb\n" },
    { "no end of line", "Subject: s\n\nb", "Subject: s\n\nb\n" },
    { "masked fields, with folds", "x-secret: a\n b\nSubject: s\nX-SECRET : c\n\nX-Secret: d\n", "Subject: s\n\nX-Secret: d\n" },
    { "recipients, without names", "To: \"Jane Roe\" <jane.roe@example.com>, \"Doe, J\" <jane.roe@example.com>\n\n", "To: #@example.com,\n #@example.com\n\n" },
    { "no addresses", "To: undisclosed recipients: ;\n\n", "To: undisclosed-recipients:;\n\n" },
    { "any field with recipient", "X-Some-Recipient: jane.roe@example.com\nX-RcptTo: <jane.roe@example.com>\n\n", "X-Some-Recipient: #@example.com\nX-RcptTo: #@example.com\n\n" },
    { "Reply-To is the sender's", "Reply-To: a@x.example\n\n", "Reply-To: a@x.example\n\n" },
    { "found in Received", "Received: from a by b for <jane.roe@example.com>; d\n\njane.roe@example.com\n", "Received: from a by b for <#@example.com>; d\n\n#@example.com\n" },
    { "found in rcptto", "A-R: x; spf=pass smtp.rcptto=jane.roe@example.com;\n\njane.roe@example.com\n", "A-R: x; spf=pass smtp.rcptto=#@example.com;\n\n#@example.com\n" },
    { "found in a masked field", "X-Secret: rcpt=jane.roe@example.com\n\njane.roe@example.com\n", "MIME-Version: 1.0\n\n#@example.com\n" },
    { "a body like a header, its own gone", "X-Secret: a\n\nSubject: s\n", "MIME-Version: 1.0\n\nSubject: s\n" },
    { "field name", "X-jane.roe@example.com: a\nTo: jane.roe@example.com\n\n", "X-#@example.com: a\nTo: #@example.com\n\n" },
    { "control in a field", "Subject: a\x01 b\n\n", "Subject: a b\n\n" },
    { "a fold that is made", "Received: from a by xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx for <jane.\x01roe@example.com>; d\nTo: jane.roe@example.com\n\n", "Received: from a by xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx for <#@example.com>; d\nTo: #@example.com\n\n" },
    { "a letter that is taken away", "To: jane.roe@example.com\nContent-Type: multipart/mixed; boundary=b\n\nJane.Roe\xC3\xA9 x\n--b\n", "To: #@example.com\nContent-Type: multipart/mixed;\n boundary=\"b\"\n\n#** x\n--b\n\n\n--b--\n" },
    { "in a multipart's type", "To: jane.roe@example.com\nContent-Type: multipart/jane.roe%40example.com; boundary=b\n\n--b\n", "To: #@example.com\nContent-Type: multipart/mixed;\n boundary=\"b\"\n\n\n--b\n\n\n--b--\n" },
    { "8-bit field", "Subject: \303\244\n\n", "Subject: =?utf-8?B?w6Q=?=\n\n" },
    { "blank line in a fold", "Subject: a\n \t\n b\n\n", "Subject: a\n b\n\n" },
    { "no field", "Subject: a\nno field\nTo: b\n", "Subject: a\n\nno field\nTo: b\n" },
    { "mailbox mark", "From a Sat Jan 31 2026\nSubject: a\n\n", "Subject: a\n\n" },
    { "Content-Type twice", "Content-Type: text/html\nContent-Type: multipart/mixed; boundary=b\n\n--b\n", "Content-Type: text/html\n\n--b\n" },
    { "coding with a comment", "MIME-Version: 1.0 (x)\nContent-Transfer-Encoding: Base64 (x)\n\nYQ==\n", "MIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\nYQ==\n" },
    { "8-bit body", "\n\303\244\n", "MIME-Version: 1.0\nContent-Transfer-Encoding: quoted-printable\n\n=C3=A4\n" },
    { "8-bit that is none", "Content-Transfer-Encoding: 8bit\n\na\n", "Content-Transfer-Encoding: 7bit\n\na\n" },
    { "open multipart", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\n", "Content-Type: multipart/mixed;\n boundary=\"b\"\n\n\n--b\n\na\n\n--b--\n" },
    { "uuencode", "Content-Transfer-Encoding: uuencode\n\nbegin 644 a\n", "Content-Transfer-Encoding: 7bit\n\n[left out: its encoding can't be searched for recipients]\n" },
    { "List-Unsubscribe", "List-Unsubscribe: <http://esp.example/u/123?a=b>\n\n", NULL /* see below */ },
    { "empty", "", "MIME-Version: 1.0\n\n" },
};
/* clang-format on */

static GBytes *
redact(struct span mail)
{
    static const char *const mask[] = { "X-Secret", NULL };
    const struct redact_wish wish = { .mask_headers = mask, .key = "key" };
    g_autoptr(Redactor) redactor = redactor_new(mail, &wish);
    return redactor_mail(redactor, REDACT_WHOLE);
}

static char *
filled(const char *want)
{
    g_autoptr(Conceal) conceal = conceal_new("key");
    g_autofree char *token = conceal_token(conceal, span_of("jane.roe@example.com"));
    GString *out = g_string_new(want);
    g_string_replace(out, "#", token, 0);
    g_string_replace(out, "\n", "\r\n", 0);
    return g_string_free(out, FALSE);
}

static void
test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) got = redact(span_of(cases[i].mail));
        g_autoptr(GBytes) again = redact(span_of_bytes(got));
        g_autofree char *text = span_dup(span_of_bytes(got));
        g_autofree char *want = cases[i].want != NULL ? filled(cases[i].want) : NULL;
        if (want != NULL && strcmp(text, want) != 0)
            fail_msg("%s: \"%s\"", cases[i].label, text);
        if (want == NULL && (strstr(text, "123") != NULL || strstr(text, "a=b") != NULL ||
                             strstr(text, "<http://esp.example/redacted-") == NULL))
            fail_msg("%s: \"%s\"", cases[i].label, text);
        if (!g_bytes_equal(got, again))
            fail_msg("%s: twice is not once", cases[i].label);
    }
}

static void
test_text(void **state)
{
    static const char *const recipients[] = { "jane.roe@example.com", NULL };
    const struct redact_wish wish = { .recipients = recipients, .key = "key" };
    g_autoptr(Redactor) redactor = redactor_new(span_of("Cc: b.roe@example.org\r\n\r\n"), &wish);
    g_autofree char *given = redactor_text(redactor, "jane.roe%40example.com", 0);
    g_autofree char *found = redactor_text(redactor, "b.roe@example.org", 0);
    g_autofree char *other = redactor_text(redactor, "c@example.org", 0);
    (void)state;
    assert_true(g_str_has_prefix(given, CONCEAL_TOKEN_FRONT));
    assert_true(g_str_has_prefix(found, CONCEAL_TOKEN_FRONT));
    assert_string_equal(other, "c@example.org");
    assert_null(redactor_text(redactor, NULL, 0));
}

static void
test_fields(void **state)
{
    static const char *const mask[] = { "X-Secret", NULL };
    g_autoptr(GBytes) got =
        redact_fields(span_of("\r\nx-secret: a\r\n\tb\r\nTo: c\r\n\r\nX-Secret: d"), mask);
    g_autofree char *text = span_dup(span_of_bytes(got));
    (void)state;
    assert_string_equal(text, "To: c\r\n\r\nX-Secret: d");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_fields),
    };
    report_open();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
