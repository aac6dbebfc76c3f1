/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "packed.h"
#include "report/report_parse.h"
#include "study/report_mail.h"

static char *
subject_shown(const char *subject, bool (*read)(const char *, struct report_subject *))
{
    struct report_subject got = { NULL, NULL, NULL };
    char *text = read(subject, &got)
                     ? g_strdup_printf("%s %s %s", got.domain, got.submitter, got.report_id)
                     : g_strdup("-");
    report_subject_clear(&got);
    return text;
}

/* clang-format off */
static const struct {
    const char *label, *subject, *correct, *paper;
} subjects[] = {
    { "RFC 7489", "Report Domain: a.example Submitter: b.example Report-ID: <12.34@b.example>", "a.example b.example 12.34@b.example", "a.example b.example <12.34@b.example>" },
    { "no blank behind the colon", "Report Domain:a.example Submitter:b.example Report-ID:<12>", "a.example b.example 12", "a.example b.example <12>" },
    { "Google", "Report domain: A.example Submitter: google.com Report-ID: 0815XY", "a.example google.com 0815XY", "a.example google.com 0815xy" },
    { "tabs", "Report Domain: a.example\tSubmitter: b.example\tReport-ID: 7", "a.example b.example 7", "a.example b.example 7" },
    { "semicolons", "Report Domain: a.example; Submitter: b.example; Report-ID: 7", "a.example b.example 7", "a.example b.example 7" },
    { "braces", "Dmarc Aggregate Report Domain: {a.example}  Submitter: {b.example}  Date: {2023-09-25}  Report-ID: {7}", "a.example b.example 7", "a.example b.example 7" },
    { "no Report-ID", "Report Domain: a.example Submitter: b.example", "a.example b.example ", "-" },
    { "no Submitter", "Report Domain: a.example Report-ID: 7", "-", "-" },
    { "order", "Submitter: b.example Report Domain: a.example Report-ID: 7", "-", "-" },
    { "paper takes the last", "Report Domain: a.example Submitter: b.example Submitter: c.example Report-ID: 7 Report-ID: 8", "a.example b.example 7", "a.example c.example 8" },
    { "prefix", "[Preview] Re: Report Domain: a.example Submitter: b.example Report-ID: 7", "a.example b.example 7", "a.example b.example 7" },
    { "no domain", "Report Domain: <> Submitter: b.example Report-ID: 7", "-", "<> b.example 7" },
    { "words missing behind", "Report Domain: Submitter: Report-ID:", "-", "-" },
    { "another mail", "Undelivered Mail Returned to Sender", "-", "-" },
    { "empty", "", "-", "-" },
};
/* clang-format on */

static void
test_subjects(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(subjects); i++) {
        g_autofree char *correct = subject_shown(subjects[i].subject, report_subject_read);
        g_autofree char *paper = subject_shown(subjects[i].subject, report_subject_read_paper);
        if (strcmp(correct, subjects[i].correct) != 0)
            fail_msg("%s: \"%s\", not \"%s\"", subjects[i].label, correct, subjects[i].correct);
        if (strcmp(paper, subjects[i].paper) != 0)
            fail_msg("%s, paper: \"%s\", not \"%s\"", subjects[i].label, paper, subjects[i].paper);
    }
}

#define XML                                                                                        \
    "<?xml version=\"1.0\"?><feedback><report_metadata><org_name>Example Mail</org_name>"          \
    "<email>dmarc@reporter.example</email><report_id>&lt;x-1&gt;</report_id></report_metadata>"    \
    "<policy_published><domain>a.example</domain></policy_published><record/></feedback>"

/* A message with the XML attached in gzip. */
static char *
with_attachment(const char *header, const char *xml, const char *filename)
{
    g_autoptr(GByteArray) packed = g_byte_array_new();
    g_autofree char *coded = NULL;
    pack_gzip(span_of(xml), packed);
    coded = g_base64_encode(packed->data, packed->len);
    return g_strdup_printf("%sMIME-Version: 1.0\nContent-Type: application/gzip; name=\"%s\"\n"
                           "Content-Transfer-Encoding: base64\n\n%s\n",
                           header, filename, coded);
}

static void
test_xml_when_the_subject_does_not_tell(void **state)
{
    /* clang-format off */
    static const struct { const char *label, *header, *xml, *filename, *want; } cases[] = {
        { "file name tells the submitter", "From: x@y.example\nSubject: hello\n", XML, "b.example!a.example!1!2.xml.gz", "a.example b.example x-1 xml" },
        { "else the report's address", "From: x@y.example\nSubject: hello\n", XML, "report.xml.gz", "a.example reporter.example x-1 xml" },
        { "the subject wins", "Subject: Report Domain: c.example Submitter: d.example Report-ID: 9\n", XML, "b.example!a.example!1!2.xml.gz", "c.example d.example 9 subject" },
        { "broken XML", "From: x@y.example\nSubject: hello\n", "<feedback><report_metadata><org_name>x", "r.xml.gz", "-" },
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *message =
            with_attachment(cases[i].header, cases[i].xml, cases[i].filename);
        g_autoptr(ReportMail) mail = report_mail_read(span_of(message));
        g_autofree char *got =
            mail->has_correct
                ? g_strdup_printf("%s %s %s %s", mail->correct.domain, mail->correct.submitter,
                                  mail->correct.report_id, mail->source)
                : g_strdup("-");
        if (strcmp(got, cases[i].want) != 0)
            fail_msg("%s: \"%s\", not \"%s\"", cases[i].label, got, cases[i].want);
        assert_int_equal(mail->reason != NULL, !mail->has_correct);
    }
}

static void
test_failure_report_without_subject(void **state)
{
    g_autoptr(ReportMail) mail = report_mail_read(span_of(
        "From: dmarc@b.example\nTo: ruf@x.a.example\nSubject: FW: bad mail\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=feedback-report; boundary=m\n\n--m\n"
        "Content-Type: message/feedback-report\n\nFeedback-Type: auth-failure\nVersion: 1\n"
        "Reported-Domain: x.a.example\nSource-IP: 192.0.2.1\n\n--m--\n"));
    (void)state;
    assert_int_equal(mail->kind, REPORT_MAIL_RUF);
    assert_true(mail->has_correct);
    assert_string_equal(mail->correct.domain, "x.a.example");
    assert_string_equal(mail->correct.submitter, "b.example");
    assert_string_equal(mail->source, "feedback");
}

static void
test_addresses(void **state)
{
    /* clang-format off */
    static const struct { const char *label, *to, *paper_local; bool is_rua, is_redirect; } cases[] = {
        { "bare", "rua@a.example", "rua", true, false },
        { "display name: paper misses it", "\"R\" <rua@a.example>", "\"R\" <rua", true, false },
        { "comma in a display name", "\"R, S\" <rua@a.example>", "\"R, S\" <rua", true, false },
        { "two", "x@a.example, rua@a.example", "x", true, false },
        { "another local part", "wrongrua@a.example", "wrongrua", false, false },
        { "begins like it", "ruap@a.example", "ruap", false, false },
        { "other address", "Redirect@C.example", "Redirect", false, true },
        { "nobody", "undisclosed-recipients:;", "undisclosed-recipients:;", false, false },
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *message = g_strdup_printf("To: %s\nSubject: x\n\n", cases[i].to);
        g_autoptr(ReportMail) mail = report_mail_read(span_of(message));
        if (strcmp(mail->paper_local, cases[i].paper_local) != 0 ||
            report_mail_is_to_local(mail, "rua") != cases[i].is_rua ||
            report_mail_is_to(mail, "redirect@c.example") != cases[i].is_redirect)
            fail_msg("%s: \"%s\"", cases[i].label, mail->paper_local);
    }
}

static void
test_encoded_subject(void **state)
{
    g_autoptr(ReportMail) mail = report_mail_read(
        span_of("Subject: =?utf-8?B?UmVwb3J0IERvbWFpbjogYS5leGFtcGxlIFN1Ym1pdHRl?=\n"
                " =?utf-8?B?cjogYi5leGFtcGxlIFJlcG9ydC1JRDogNw==?=\n\n"));
    (void)state;
    assert_string_equal(mail->subject,
                        "Report Domain: a.example Submitter: b.example Report-ID: 7");
    assert_true(mail->has_paper && mail->has_correct);
}

/* Google's TLS reports have the same subject. */
static void
test_tls_report_is_told_apart(void **state)
{
    g_autoptr(ReportMail) mail = report_mail_read(span_of(
        "Subject: Report Domain: a.example Submitter: google.com Report-ID: <7@google.com>\n"
        "MIME-Version: 1.0\nContent-Type: application/tlsrpt+json\n\n"
        "{\"organization-name\": \"Google\", \"date-range\": {}, \"policies\": []}\n"));
    (void)state;
    assert_int_equal(mail->kind, REPORT_MAIL_TLS);
}

static void
test_nonsense(void **state)
{
    static const char *const messages[] = {
        "", "\n", "x", "Subject:\n", "\xff\xfe\n\n", "To: @\n\n"
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(messages); i++) {
        g_autoptr(ReportMail) mail = report_mail_read(span_of(messages[i]));
        assert_false(mail->has_correct);
        assert_non_null(mail->reason);
        assert_non_null(mail->subject);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_subjects),
        cmocka_unit_test(test_xml_when_the_subject_does_not_tell),
        cmocka_unit_test(test_failure_report_without_subject),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_encoded_subject),
        cmocka_unit_test(test_tls_report_is_told_apart),
        cmocka_unit_test(test_nonsense),
    };
    report_open();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
