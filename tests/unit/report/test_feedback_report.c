/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <jansson.h>
#include <stdlib.h>

#include "report/feedback_report.h"
#include "report/report_build.h"
#include "report/report_json.h"
#include "report/report_parse.h"

/* clang-format off */
static const struct {
    const char *label, *block, *key, *want; /* the key's JSON; NULL: no such key */
} cases[] = {
    { "type", "Feedback-Type: Abuse", "feedback_type", "\"abuse\"" },
    { "type, comment", "feedback-type: auth-failure (RFC 6591)", "feedback_type", "\"auth-failure\"" },
    { "type, empty", "Feedback-Type:", "feedback_type", NULL },
    { "agent", "User-Agent: x/1.0 (c)", "user_agent", "\"x/1.0 (c)\"" },
    { "agent, encoded word", "User-Agent: =?utf-8?q?J=C3=B6rg?=", "user_agent", "\"J\xC3\xB6rg\"" },
    { "the last one that says something", "Version: 0.1\nVersion: 1\nVersion:\n", "version", "\"1\"" },
    { "IP", "Source-IP: 192.0.2.1", "source_ip", "\"192.0.2.1\"" },
    { "IP with comment", "Source-IP: 192.0.2.1 (mx.example.com)", "source_ip", "\"192.0.2.1\"" },
    { "IP list", "Source-IP: 192.0.2.1, 192.0.2.2", "source_ip", "\"192.0.2.1\"" },
    { "IPv6", "Source-Ip: 2001:DB8:0::1", "source_ip", "\"2001:db8::1\"" },
    { "IPv6 in brackets", "Source-IP: [IPv6:2001:db8::1]", "source_ip", "\"2001:db8::1\"" },
    { "IPv4 in IPv6", "Source-IP: ::ffff:192.0.2.1", "source_ip", "\"192.0.2.1\"" },
    { "no IP", "Source-IP: unknown", "source_ip", NULL },
    { "no IP does not undo one", "Source-IP: 192.0.2.1\nSource-IP: ?", "source_ip", "\"192.0.2.1\"" },
    { "port", "Source-Port: 65535", "source_port", "65535" },
    { "port too large", "Source-Port: 65536", "source_port", NULL },
    { "port, no number", "Source-Port: -1", "source_port", NULL },
    { "date", "Arrival-Date: Sat, 31 Jan 2026 10:26:53 +0100", "arrival_date", "\"2026-01-31T09:26:53Z\"" },
    { "date, comment", "Arrival-Date: 31 Jan 2026 09:26:53 +0000 (UTC)", "arrival_date", "\"2026-01-31T09:26:53Z\"" },
    { "date, wrong weekday", "Arrival-Date: Mon, 31 Jan 2026 09:26:53 GMT", "arrival_date", "\"2026-01-31T09:26:53Z\"" },
    { "no date", "Arrival-Date: yesterday", "arrival_date", NULL },
    { "historic name", "Received-Date: 31 Jan 2026 09:26:53 +0000", "arrival_date", "\"2026-01-31T09:26:53Z\"" },
    { "both names, in this order", "Arrival-Date: 31 Jan 2026 09:26:53 +0000\nReceived-Date: 1 Jan 2026 00:00:00 +0000", "arrival_date", "\"2026-01-31T09:26:53Z\"" },
    { "both names, in that order", "Received-Date: 1 Jan 2026 00:00:00 +0000\nArrival-Date: 31 Jan 2026 09:26:53 +0000", "arrival_date", "\"2026-01-31T09:26:53Z\"" },
    { "mail from", "Original-Mail-From: <a@example.com>", "original_mail_from", "\"a@example.com\"" },
    { "mail from, null path", "Original-Mail-From: <>", "original_mail_from", "\"\"" },
    { "mail from, empty", "Original-Mail-From:", "original_mail_from", "\"\"" },
    { "mail from, absent", "Version: 1", "original_mail_from", NULL },
    { "recipients", "Original-Rcpt-To: <a@example.com>\nOriginal-Rcpt-To: b@example.com\nOriginal-Rcpt-To:", "original_rcpt_to", "[\"a@example.com\",\"b@example.com\"]" },
    { "domains", "Reported-Domain: Example.COM.\nReported-Domain: (c) example.org", "reported_domain", "[\"example.com\",\"example.org\"]" },
    { "URIs", "Reported-Uri: <http://a.test/x y>\nReported-URI: mailto:u@a.test", "reported_uri", "[\"http://a.test/x y\",\"mailto:u@a.test\"]" },
    { "failure", "Auth-Failure: DMARC (policy)", "auth_failure", "\"dmarc\"" },
    { "result", "Delivery-Result: Delivered", "delivery_result", "\"delivered\"" },
    { "result, as written", "Delivery-Result: smg-policy-action", "delivery_result_raw", "\"smg-policy-action\"" },
    { "results, folded; empty one", "Authentication-Results: a;\n\tb=c\nAuthentication-Results:\n", "authentication_results", "[\"a; b=c\"]" },
    { "alignment", "Identity-Alignment: dkim, spf", "identity_alignment", "\"dkim, spf\"" },
    { "envelope id", "Original-Envelope-Id: QQ314159", "original_envelope_id", "\"QQ314159\"" },
    { "MTA", "Reporting-MTA: dns; mx.example.com", "reporting_mta", "\"dns; mx.example.com\"" },
    { "DKIM domain", "DKIM-Domain: example.com", "dkim_domain", "\"example.com\"" },
    { "DKIM selector", "DKIM-Selector: s1", "dkim_selector", "\"s1\"" },
    { "DKIM identity", "DKIM-Identity: @mail.example.com", "dkim_identity", "\"@mail.example.com\"" },
    { "incidents", "Incidents: 4294967295", "incidents", "4294967295" },
    { "incidents, too many", "Incidents: 4294967296", "incidents", NULL },
    { "Message-ID", "Message-ID: <a@example.com>", "message_id", "\"<a@example.com>\"" },
    { "byte order mark", "\xEF\xBB\xBF" "Feedback-Type: abuse", "feedback_type", "\"abuse\"" },
    { "empty lines between", "Version: 1\n\n \nFeedback-Type: abuse", "feedback_type", "\"abuse\"" },
};
static const struct {
    const char *raw, *want;
} results[] = {
    { "delivered", "delivered" }, { "spam", "spam" }, { "policy", "policy" }, { "reject", "reject" }, { "other", "other" },
    { "REJECT", "reject" }, { "reject (policy)", "reject" }, { "spam; policy", "spam" }, { "smg-policy-action", "policy" },
    { "quarantine", "policy" }, { "quarantined as spam", "policy" }, { "junk folder", "spam" }, { "rejected", "reject" },
    { "something-else", "other" }, { "", "other" },
};
/* clang-format on */

static void
test_fields(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Report) report = report_new(REPORT_ARF, NULL);
        json_t *object;
        char *got;
        if (feedback_report_read(span_of(cases[i].block), report) == 0 || report->truncated)
            fail_msg("%s: no field read, or truncated", cases[i].label);
        object = report_json(report);
        got = json_dumps(json_object_get(object, cases[i].key), JSON_COMPACT | JSON_ENCODE_ANY);
        if (g_strcmp0(got, cases[i].want) != 0)
            fail_msg("%s: got %s", cases[i].label, got != NULL ? got : "nothing");
        free(got);
        json_decref(object);
    }
}

static void
test_nothing_known(void **state)
{
    static const char *const blocks[] = { "", "\n\n", "no field", "X-Unknown: 1\n" };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(blocks); i++) {
        g_autoptr(Report) report = report_new(REPORT_ARF, NULL);
        assert_int_equal(feedback_report_read(span_of(blocks[i]), report), 0);
        assert_null(report->feedback_type);
    }
}

static void
test_delivery_result(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(results); i++)
        if (strcmp(feedback_delivery_result(results[i].raw), results[i].want) != 0)
            fail_msg("%s: got %s", results[i].raw, feedback_delivery_result(results[i].raw));
}

static void
test_limit(void **state)
{
    g_autoptr(Report) report = report_new(REPORT_ARF, NULL);
    (void)state;
    for (unsigned i = 0; i < FEEDBACK_VALUES_MAX; i++)
        feedback_list_add(report, &report->reported_uri, "http://a.test/");
    assert_false(report->truncated);
    feedback_list_add(report, &report->reported_uri, "");
    assert_false(report->truncated);
    feedback_list_add(report, &report->reported_uri, "http://a.test/");
    assert_true(report->truncated);
    assert_int_equal(report->reported_uri.count, FEEDBACK_VALUES_MAX);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_nothing_known),
        cmocka_unit_test(test_delivery_result),
        cmocka_unit_test(test_limit),
    };
    report_open();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
