/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/limits.h"
#include "report/report_json.h"
#include "report/report_parse.h"

#define EXIM_HEAD "From: MAILER-DAEMON@example.net\n\n"
#define COPY "------ This is a copy of the headers\n\nFrom: a@example.com\nSubject: hi\n"
#define XARF(json) "From: a@example.net\nContent-Type: application/json\n\n" json "\n"
#define V3(more)                                                                                   \
    XARF("{\"Version\":\"3\",\"ReporterInfo\":{},\"Report\":{\"ReportType\":\"Spam\"" more "}}")

/* clang-format off */
static const struct {
    const char *label, *message, *key, *want; /* NULL: no such key; key "error": what it says */
} cases[] = {
    { "prose: domain", EXIM_HEAD "Sender Domain: example.com\nSender IP Address: 192.0.2.4\n", "reported_domain", "[\"example.com\"]" },
    { "prose: IP", EXIM_HEAD "From Domain: example.com\n  Source IP: 2001:db8::4\n", "source_ip", "\"2001:db8::4\"" },
    { "prose: kind", EXIM_HEAD "Header From Domain: example.com\nClient IP: 192.0.2.4\n", "kind", "\"text\"" },
    { "prose: date", EXIM_HEAD "Sender Domain: example.com\nSender IP: 192.0.2.4\nReceived Date: 31 Jan 2026 09:26:53 +0000\n", "arrival_date", "\"2026-01-31T09:26:53Z\"" },
    { "prose: path", EXIM_HEAD "Sender Domain: example.com\nSender IP: 192.0.2.4\nEnvelope From: <u@example.org>\n", "original_mail_from", "\"u@example.org\"" },
    { "prose: accepted", EXIM_HEAD "Sender Domain: example.com\nSender IP: 192.0.2.4\nDMARC Results: Reject, Accept\n", "disposition", "\"none\"" },
    { "prose: quarantined", EXIM_HEAD "Sender Domain: example.com\nSender IP: 192.0.2.4\nDMARC Result: None, Quarantine\n", "disposition", "\"quarantine\"" },
    { "prose: the policy alone says nothing", EXIM_HEAD "Sender Domain: example.com\nSender IP: 192.0.2.4\nDMARC Results: Reject\n", "disposition", NULL },
    { "prose: copy", EXIM_HEAD "A message claiming to be from you\nSender IP: 192.0.2.4\n" COPY, "subject", "\"hi\"" },
    { "prose: labels in the copy do not count", EXIM_HEAD "Sender Domain: example.com\nSender IP: 192.0.2.4\n" COPY "Source IP: 192.0.2.66\n", "source_ip", "\"192.0.2.4\"" },
    { "prose: the first IP counts", EXIM_HEAD "Sender Domain: example.com\nSender IP: 192.0.2.4\nSource IP: 192.0.2.66\n", "source_ip", "\"192.0.2.4\"" },
    { "prose: no IP", EXIM_HEAD "A message claiming to be from you\nSender Domain: example.com\n", "error", "an ordinary mail" },
    { "prose: no domain", EXIM_HEAD "Sender IP: 192.0.2.4\n", "error", "an ordinary mail" },
    { "JMRP: IP of the subject", "Subject: complaint about message from 192.0.2.4\nContent-Type: message/rfc822\n\nFrom: a@example.com\n\nhi\n", "source_ip", "\"192.0.2.4\"" },
    { "JMRP: by its field", "Subject: x\nContent-Type: message/rfc822\n\nX-HmXmrOriginalRecipient: <u@example.net>\nFrom: a@example.com\n\nhi\n", "original_rcpt_to", "[\"u@example.net\"]" },
    { "a mail with a mail in it is none", "Subject: x\nContent-Type: message/rfc822\n\nFrom: a@example.com\n\nhi\n", "error", "an ordinary mail" },
    { "Apple", "From: U <u@example.com>\nX-Apple-Unsubscribe: true\n\nhi\n", "feedback_type", "\"opt-out\"" },
    { "Apple: not so", "From: u@example.com\nX-Apple-Unsubscribe: false\n\nhi\n", "error", "an ordinary mail" },
    { "v4: type", XARF("{\"xarf_version\":\"4.2.0\",\"type\":\"phishing\"}"), "feedback_type", "\"fraud\"" },
    { "v4: malware", XARF("{\"xarf_version\":\"4.2.0\",\"type\":\"malware\"}"), "feedback_type", "\"virus\"" },
    { "v4: other type", XARF("{\"xarf_version\":\"4.2.0\",\"type\":\"ddos\"}"), "feedback_type", "\"other\"" },
    { "v4: version", XARF("{\"xarf_version\":\"4.2.0\",\"type\":\"spam\"}"), "version", "\"4.2.0\"" },
    { "v4: URL as source", XARF("{\"xarf_version\":\"4.2.0\",\"source_identifier\":\"http://a.test/\",\"url\":\"http://a.test/\"}"), "reported_uri", "[\"http://a.test/\"]" },
    { "v4: IPv6", XARF("{\"xarf_version\":\"4.2.0\",\"source_identifier\":\"2001:DB8::1\"}"), "source_ip", "\"2001:db8::1\"" },
    { "v4: port", XARF("{\"xarf_version\":\"4.2.0\",\"source_port\":65535}"), "source_port", "65535" },
    { "v4: port too large", XARF("{\"xarf_version\":\"4.2.0\",\"source_port\":65536}"), "source_port", NULL },
    { "v4: zone", XARF("{\"xarf_version\":\"4.2.0\",\"timestamp\":\"2026-01-31T10:26:53+01:00\"}"), "arrival_date", "\"2026-01-31T09:26:53Z\"" },
    { "v4: no zone is UTC", XARF("{\"xarf_version\":\"4.2.0\",\"timestamp\":\"2026-01-31T09:26:53\"}"), "arrival_date", "\"2026-01-31T09:26:53Z\"" },
    { "v4: wrong types", XARF("{\"xarf_version\":\"4.2.0\",\"source_identifier\":[],\"timestamp\":7,\"evidence\":{\"a\":1},\"source_port\":\"x\"}"), "source_ip", NULL },
    { "v4: evidence", XARF("{\"xarf_version\":\"4.2.0\",\"evidence\":[7,{\"content_type\":\"message/rfc822\",\"payload\":\"U3ViamVjdDogaGkKCg==\"}]}"), "subject", "\"hi\"" },
    { "v4: evidence is empty", XARF("{\"xarf_version\":\"4.2.0\",\"evidence\":[{\"content_type\":\"message/rfc822\",\"payload\":\"\"}]}"), "subject", NULL },
    { "v3: IP", V3(",\"SourceIp\":\"192.0.2.5\""), "source_ip", "\"192.0.2.5\"" },
    { "v3: source", V3(",\"Source\":{\"IP\":\"192.0.2.5\",\"Port\":25}"), "source_port", "25" },
    { "v3: URL", V3(",\"SourceUrl\":\"http://a.test/\""), "reported_uri", "[\"http://a.test/\"]" },
    { "v3: sample as it is", V3(",\"Samples\":[{\"ContentType\":\"message/rfc822\",\"Base64Encoded\":false,\"Payload\":\"Subject: hi\\n\\n\"}]"), "subject", "\"hi\"" },
    { "v3: attachment", V3(",\"Attachment\":[{\"ContentType\":\"message/rfc822\",\"Data\":\"U3ViamVjdDogaGkKCg==\"}]"), "subject", "\"hi\"" },
    { "other JSON", XARF("{\"a\":1}"), "error", "an ordinary mail" },
    { "key twice", XARF("{\"xarf_version\":\"4.2.0\",\"xarf_version\":\"4.2.0\"}"), "error", "an ordinary mail" },
    { "text form", "From: a@example.net\n\nReported-From: a@example.net\nReport-Type: spam\nSource: 192.0.2.5\nDate: Sat, 31 Jan 2026 09:26:53 +0000\n", "source_ip", "\"192.0.2.5\"" },
    { "text form without a source", "From: a@example.net\n\nReported-From: a@example.net\nReport-Type: spam\n", "error", "an ordinary mail" },
    { "feedback part alone", "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n", "feedback_type", "\"abuse\"" },
    { "feedback part without a field", "Content-Type: message/feedback-report\n\nhello\n", "kind", "\"arf\"" },
    { "upper case", "CONTENT-TYPE: MESSAGE/FEEDBACK-REPORT\n\nFEEDBACK-TYPE: ABUSE\n", "feedback_type", "\"abuse\"" },
    { "xarf announced, nothing there", "Content-Type: message/feedback-report\n\nFeedback-Type: xarf\n", "kind", "\"arf\"" },
    { "bare file", "<feedback><report_metadata/></feedback>", "kind", "\"aggregate\"" },
    { "empty", "", "error", "message is empty" },
    { "blank", "\r\n \r\n", "error", "message is empty" },
    { "no mail", "hello\n", "error", "no mail at all: it has no header" },
};
/* clang-format on */

static void
test_messages(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) reports = reports_parse(span_of(cases[i].message), NULL, &error);
        json_t *object;
        char *got;
        if (strcmp(cases[i].key, "error") == 0) {
            if (reports != NULL || !g_error_matches(error, FAULT, FAULT_REJECT) ||
                !g_str_has_suffix(error->message, cases[i].want))
                fail_msg("%s: %s", cases[i].label, error != NULL ? error->message : "a report");
            continue;
        }
        if (reports == NULL || reports->len != 1)
            fail_msg("%s: %s", cases[i].label, error != NULL ? error->message : "not one report");
        object = report_json(g_ptr_array_index(reports, 0));
        got = json_dumps(json_object_get(object, cases[i].key), JSON_COMPACT | JSON_ENCODE_ANY);
        if (g_strcmp0(got, cases[i].want) != 0)
            fail_msg("%s: got %s", cases[i].label, got != NULL ? got : "nothing");
        free(got);
        json_decref(object);
    }
}

static void
test_spamtrap(void **state)
{
    static const char mail[] = "From: a@example.com\nSubject: buy\n\nhttp://a.test/x\n";
    const struct report_settings settings = { .spamtrap = true };
    g_autoptr(GPtrArray) reports = reports_parse(span_of(mail), &settings, NULL);
    const struct report *report;
    (void)state;
    assert_non_null(reports);
    report = g_ptr_array_index(reports, 0);
    assert_int_equal(report->kind, REPORT_SPAMTRAP);
    assert_string_equal(report->feedback_type, "abuse");
    assert_string_equal(report->original->subject, "buy");
    assert_int_equal(report->link_count, 1);
}

static void
test_message_limit(void **state)
{
    g_autofree char *octets = g_malloc0(LIMIT_MESSAGE_OCTETS + 1);
    g_autoptr(GError) error = NULL;
    (void)state;
    assert_null(reports_parse((struct span){ octets, LIMIT_MESSAGE_OCTETS + 1 }, NULL, &error));
    assert_true(g_error_matches(error, FAULT, FAULT_REJECT));
    assert_non_null(strstr(error->message, "over the limit"));
}

/* What parts of an attached message are there, for the classifier. */
static void
test_original_as_a_mail(void **state)
{
    static const char message[] =
        "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: "
        "message/feedback-report\n\n"
        "Feedback-Type: abuse\n\n--x\nContent-Type: message/rfc822\n\nSubject: =?utf-8?q?a?=\n b\n"
        "Content-Type: multipart/report; report-type=Delivery-Status; boundary=y\n\n--y\n"
        "Content-Type: text/html\n\n<b>hi</b>\n--y\nContent-Type: message/delivery-status\n\n"
        "Action: failed\n--y--\n--x--\n";
    g_autoptr(GPtrArray) reports = reports_parse(span_of(message), NULL, NULL);
    const struct report *report = g_ptr_array_index(reports, 0);
    const struct mail *mail = report->original;
    (void)state;
    assert_string_equal(mail_field(mail, "SUBJECT"), "a b");
    assert_null(mail_field(mail, "Subjec"));
    assert_int_equal(mail->part_count, 3);
    assert_string_equal(mail->parts[0].report_type, "delivery-status");
    assert_string_equal(mail->parts[1].type, "text/html");
    assert_int_equal(mail->parts[1].depth, 1);
    assert_non_null(strstr(mail->text, "hi"));
    assert_null(strstr(mail->text, "<b>"));
    assert_non_null(strstr(mail->delivery_status, "Action: failed"));
    assert_int_equal(report->attachment_count, 0);
    assert_int_equal(mail->date, CLOCK_UNKNOWN);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_spamtrap),
        cmocka_unit_test(test_message_limit),
        cmocka_unit_test(test_original_as_a_mail),
    };
    report_open();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
