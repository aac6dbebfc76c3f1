/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "report/derive.h"
#include "report/feedback_report.h"
#include "report/report_build.h"
#include "report/report_parse.h"

/* 3ffe::/16 was the 6bone's: given back, nobody's, and no special-purpose address. */
#define PUBLIC_ONE "3ffe::1"
#define PUBLIC_TWO "3ffe::2"

static char border[] = "mx.example.com";
static char second[] = "mx2.example.com";
static char *borders[] = { border, second, NULL };

/* clang-format off */
static const struct {
    const char *label, *header; /* of the reported mail */
    char *const *received_by;
    const char *ip, *from;
} sources[] = {
    { "unproven", "Received: from a ([" PUBLIC_ONE "]) by mx.example.com; d\n", NULL, PUBLIC_ONE, "received-unproven" },
    { "unproven, first public one", "Received: from a ([127.0.0.1]) by b; d\nReceived: from a ([" PUBLIC_ONE "]) by b; d\nReceived: from a ([" PUBLIC_TWO "]) by b; d\n", NULL, PUBLIC_ONE, "received-unproven" },
    { "special ones say nothing", "Received: from a ([10.0.0.1]) by b; d\nReceived: from a ([203.0.113.1]) by b; d\n", NULL, "", NULL },
    { "trusted", "Received: from a ([203.0.113.5]) by mx.example.com (Postfix); d\nReceived: from a ([" PUBLIC_ONE "]) by x; d\n", borders, "203.0.113.5", "received-trusted" },
    { "trusted, behind our store", "Received: from mx.example.com ([10.0.0.1]) by mx.example.com; d\nReceived: from a ([" PUBLIC_ONE "]) by MX2.example.com.; d\n", borders, PUBLIC_ONE, "received-trusted" },
    { "trusted, behind a hop of ours without an address", "Received: by mx.example.com (Postfix, from userid 0); d\nReceived: from a ([" PUBLIC_ONE "]) by mx2.example.com; d\n", borders, PUBLIC_ONE, "received-trusted" },
    { "a line with our name below a stranger's is forged", "Received: from a ([" PUBLIC_ONE "]) by mx.other.test; d\nReceived: from b ([" PUBLIC_TWO "]) by mx.example.com; d\n", borders, PUBLIC_ONE, "received-unproven" },
    { "and below a stranger's without an address", "Received: by mx.other.test; d\nReceived: from b ([" PUBLIC_TWO "]) by mx.example.com; d\n", borders, PUBLIC_TWO, "received-unproven" },
    { "a hop of ours without an address, then a stranger", "Received: by mx.example.com; d\nReceived: from a ([" PUBLIC_ONE "]) by mx.other.test; d\nReceived: from b ([" PUBLIC_TWO "]) by mx.example.com; d\n", borders, PUBLIC_ONE, "received-unproven" },
    { "trusted, behind our filter", "Received: from localhost ([127.0.0.1]) by mx.example.com; d\nReceived: from a ([" PUBLIC_ONE "]) by mx.example.com; d\n", borders, PUBLIC_ONE, "received-trusted" },
    { "a line with our name below others is not ours", "Received: from localhost ([127.0.0.1]) by mx.example.com; d\nReceived: from a ([" PUBLIC_TWO "]) by other.test; d\nReceived: from b ([" PUBLIC_ONE "]) by mx.example.com; d\n", borders, "127.0.0.1", "received-trusted" },
    { "no line of ours", "Received: from a ([" PUBLIC_ONE "]) by mx.example.com.test; d\n", borders, PUBLIC_ONE, "received-unproven" },
    { "Received-SPF", "Received: from a ([" PUBLIC_ONE "]) by b; d\nReceived-SPF: fail (x) client-ip=203.0.113.9; helo=a\n", NULL, "203.0.113.9", "received-spf" },
    { "Received-SPF, IPv6", "Received-SPF: pass client-ip=2001:db8::9\n", NULL, "2001:db8::9", "received-spf" },
    { "our line is worth more than Received-SPF", "Received: from a ([" PUBLIC_ONE "]) by mx.example.com; d\nReceived-SPF: fail client-ip=203.0.113.9\n", borders, PUBLIC_ONE, "received-trusted" },
    { "nothing", "Subject: x\n", borders, "", NULL },
};
static const struct {
    const char *label, *block, *want; /* of message/feedback-report; NULL: nothing was said */
} dispositions[] = {
    { "delivered", "Delivery-Result: delivered", "none" },
    { "spam", "Delivery-Result: spam", "quarantine" },
    { "policy", "Delivery-Result: policy", "quarantine" },
    { "reject", "Delivery-Result: reject", "reject" },
    { "Delivery-Result first", "Delivery-Result: reject\nAuthentication-Results: m; dmarc=fail (dis=none)", "reject" },
    { "other: the next evidence", "Delivery-Result: other\nAuthentication-Results: m; dmarc=fail (dis=quarantine)", "quarantine" },
    { "other and nothing else", "Delivery-Result: other", NULL },
    { "dis", "Authentication-Results: m; dmarc=fail (p=none dis=reject)", "reject" },
    { "dis, upper case", "Authentication-Results: m; dmarc=fail (p=REJECT dis=NONE)", "none" },
    { "dis before policy", "Authentication-Results: m; dmarc=fail (dis=none) policy.dmarc=reject", "none" },
    { "policy.dmarc", "Authentication-Results: m; dmarc=fail policy.dmarc=quarantine", "quarantine" },
    { "policy before action", "Authentication-Results: m; dmarc=fail policy.dmarc=none action=reject", "none" },
    { "action", "Authentication-Results: dmarc=fail action=reject header.from=a.test", "reject" },
    { "action quarantine", "Authentication-Results: dmarc=fail action=quarantine", "quarantine" },
    { "action oreject", "Authentication-Results: dmarc=fail action=oreject", "quarantine" },
    { "action pct.quarantine", "Authentication-Results: dmarc=fail action=pct.quarantine", "none" },
    { "action pct.reject", "Authentication-Results: dmarc=fail action=pct.reject", "none" },
    { "action none", "Authentication-Results: dmarc=fail action=none", "none" },
    { "dis unknown: the next evidence", "Authentication-Results: dmarc=fail (dis=hm) action=reject", "reject" },
    { "p is not what was done", "Authentication-Results: m; dmarc=fail (p=reject sp=reject)", NULL },
    { "second field", "Authentication-Results: m; spf=fail\nAuthentication-Results: m; dmarc=fail (dis=reject)", "reject" },
    { "the dmarc item's comment alone", "Authentication-Results: m; spf=fail (dis=reject); dmarc=fail", NULL },
    { "nothing said", "Auth-Failure: spf", NULL },
    { "nothing said, abuse", "Feedback-Type: abuse", "none" },
    { "abuse, rejected", "Feedback-Type: abuse\nDelivery-Result: reject", "reject" },
};
static const struct {
    const char *label, *block, *header, *want; /* Reporting-MTA, Authentication-Results; results taken */
} reporters[] = {
    { "host of the reporter's domain", "", "mx.reporter.example.net; dmarc=fail", "mx.reporter.example.net; dmarc=fail" },
    { "its job behind it", "", "mx.reporter.example.net/4X; dmarc=fail", "mx.reporter.example.net/4X; dmarc=fail" },
    { "a stranger's", "", "mx.example.org; dmarc=pass", NULL },
    { "looks like it", "", "mx.reporter-example.net; dmarc=pass", NULL },
    { "nobody's", "", "dmarc=pass header.from=a.test", NULL },
    { "Reporting-MTA", "Reporting-MTA: dns; mx.example.org", "mx.example.org; dmarc=fail", "mx.example.org; dmarc=fail" },
    { "part of Reporting-MTA", "Reporting-MTA: dns; mx.example.org", "mx; dmarc=pass", NULL },
    { "the field that was stated", "Authentication-Results: a; spf=fail", "mx.reporter.example.net; dmarc=fail", "a; spf=fail" },
};
/* clang-format on */

static struct report *
made(const char *block, const char *header, char *const *received_by)
{
    static const char outer[] = "From: fbl@reporter.example.net\n\n";
    GMimeMessage *message = gmime_border_parse(span_of(outer));
    struct report *report = report_new(REPORT_ARF, message);
    const struct report_settings settings = { .received_by = received_by };
    g_autofree char *mail = g_strconcat(header, "\n", NULL);
    feedback_report_read(span_of(block), report);
    report_read_original_octets(report, span_of(mail), true);
    report_finish(report, &settings);
    g_object_unref(message);
    return report;
}

static const char *
derived_from(const struct report *report, const char *field)
{
    for (size_t i = 0; i < report->derived_count; i++)
        if (strcmp(report->derived[i].field, field) == 0)
            return report->derived[i].from;
    return NULL;
}

static void
test_source_ip(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(sources); i++) {
        g_autoptr(Report) report =
            made("Feedback-Type: abuse", sources[i].header, sources[i].received_by);
        char text[IP_TEXT_MAX];
        if (strcmp(ip_text(&report->source_ip, text), sources[i].ip) != 0 ||
            g_strcmp0(derived_from(report, "source_ip"), sources[i].from) != 0)
            fail_msg("%s: got %s", sources[i].label, text);
    }
}

static void
test_stated_ip_stays(void **state)
{
    g_autoptr(Report) report =
        made("Source-IP: 192.0.2.1", "Received-SPF: x client-ip=192.0.2.2\n", borders);
    char text[IP_TEXT_MAX];
    (void)state;
    assert_string_equal(ip_text(&report->source_ip, text), "192.0.2.1");
    assert_null(derived_from(report, "source_ip"));
}

static void
test_disposition(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(dispositions); i++) {
        g_autofree char *block =
            g_strconcat("Feedback-Type: auth-failure\n", dispositions[i].block, NULL);
        g_autoptr(Report) report = made(block, "Subject: x\n", NULL);
        if (g_strcmp0(report->disposition, dispositions[i].want) != 0)
            fail_msg("%s: got %s", dispositions[i].label,
                     report->disposition != NULL ? report->disposition : "nothing");
    }
}

static void
test_reporter(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(reporters); i++) {
        g_autofree char *header =
            g_strconcat("Authentication-Results: ", reporters[i].header, "\n", NULL);
        g_autoptr(Report) report = made(reporters[i].block, header, NULL);
        const struct string_list *list = &report->authentication_results;
        if (list->count != (reporters[i].want != NULL) ||
            (list->count > 0 && strcmp(list->items[0], reporters[i].want) != 0))
            fail_msg("%s: %zu taken", reporters[i].label, list->count);
    }
}

static void
test_other_fields(void **state)
{
    g_autoptr(Report) report = made("Identity-Alignment: none",
                                    "Return-Path: <>\nX-HmXmrOriginalRecipient: "
                                    "<u@example.org>\nReceived: from a by b; 31 Jan 2026 "
                                    "09:26:53 +0000\nDate: 1 Jan 2026 00:00:00 +0000\nFrom: "
                                    "a@Example.COM\nMessage-ID: <m@example.com>\n",
                                    NULL);
    (void)state;
    assert_string_equal(report->original_mail_from, "");
    assert_string_equal(derived_from(report, "original_mail_from"), "return-path");
    assert_string_equal(report->original_rcpt_to.items[0], "u@example.org");
    assert_string_equal(derived_from(report, "original_rcpt_to"), "x-hmxmroriginalrecipient");
    assert_int_equal(report->arrival_date, 1769851613);
    assert_string_equal(derived_from(report, "arrival_date"), "received");
    assert_string_equal(report->reported_domain.items[0], "example.com");
    assert_string_equal(derived_from(report, "reported_domain"), "from");
    assert_string_equal(report->feedback_type, "auth-failure");
    assert_string_equal(derived_from(report, "feedback_type"), "form");
    assert_string_equal(report->auth_failure, "dmarc");
    assert_string_equal(derived_from(report, "auth_failure"), "identity-alignment");
    assert_string_equal(report->message_id, "<m@example.com>");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_source_ip),    cmocka_unit_test(test_stated_ip_stays),
        cmocka_unit_test(test_disposition),  cmocka_unit_test(test_reporter),
        cmocka_unit_test(test_other_fields),
    };
    report_open();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
