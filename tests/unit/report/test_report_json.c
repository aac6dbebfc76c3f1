/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <stdlib.h>

#include "report/derive.h"
#include "report/feedback_report.h"
#include "report/report_build.h"
#include "report/report_json.h"

static void
demand_json(const struct report *report, const char *want)
{
    json_t *object = report_json(report);
    char *got = json_dumps(object, JSON_COMPACT);
    assert_string_equal(got, want);
    free(got);
    json_decref(object);
}

#define NO_LISTS_1 "\"original_rcpt_to\":[],\"reported_domain\":[],\"reported_uri\":[],"

static void
test_empty(void **state)
{
    g_autoptr(Report) report = report_new(REPORT_ARF, NULL);
    (void)state;
    demand_json(report, "{\"kind\":\"arf\"," NO_LISTS_1 "\"authentication_results\":[],"
                        "\"headers_only\":false,\"urls\":[],\"attachments\":[],\"derived\":{}}");
}

static void
test_kinds(void **state)
{
    static const char *const names[] = { "arf", "text", "xarf", "spamtrap", "aggregate", "tlsrpt" };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        assert_string_equal(report_kind_name((enum report_kind)i), names[i]);
}

/* One that is not read further tells what it is, and from whom. */
static void
test_aggregate(void **state)
{
    static const char octets[] =
        "From: A <a@example.net>\nSubject: Report Domain: x\nMessage-ID: <m@a.test>\n\n";
    GMimeMessage *message = gmime_border_parse(span_of(octets));
    g_autoptr(Report) report = report_new(REPORT_AGGREGATE, message);
    (void)state;
    demand_json(report, "{\"kind\":\"aggregate\",\"report_message_id\":\"<m@a.test>\","
                        "\"reporter\":\"a@example.net\",\"report_subject\":\"Report Domain: x\"}");
    g_object_unref(message);
}

static void
test_full(void **state)
{
    static const struct link links[] = {
        { .url = "http://a.test/", .key = "k", .host = "a.test" }
    };
    struct attachment *attachment = g_new0(struct attachment, 1);
    g_autoptr(Report) report = report_new(REPORT_ARF, NULL);
    (void)state;
    report->part = 2;
    report->feedback_type = "auth-failure";
    report->source_ip = (struct ip){ { 192, 0, 2, 1 }, 4 };
    report->source_port = 25;
    report->arrival_date = 0;
    report->original_mail_from = "";
    feedback_list_add(report, &report->original_rcpt_to, "\xC3\xBC@example.com");
    report->incidents = 7;
    report->disposition = "none";
    report->headers_only = true;
    report->links = links;
    report->link_count = 1;
    attachment->size = 5000000000;
    g_strlcpy(attachment->md5, "m", sizeof attachment->md5);
    g_strlcpy(attachment->sha256, "s", sizeof attachment->sha256);
    report->attachments = attachment;
    report->attachment_count = 1;
    derive_note(report, "source_ip", "text");
    report->truncated = true;
    demand_json(
        report,
        "{\"kind\":\"arf\",\"part\":2,\"feedback_type\":\"auth-failure\",\"source_ip\":\"192.0.2."
        "1\","
        "\"source_port\":25,\"arrival_date\":\"1970-01-01T00:00:00Z\",\"original_mail_from\":\"\","
        "\"original_rcpt_to\":[\"\xC3\xBC@example.com\"],\"reported_domain\":[],\"reported_uri\":[]"
        ","
        "\"disposition\":\"none\",\"authentication_results\":[],\"incidents\":7,\"headers_only\":"
        "true,"
        "\"urls\":[\"http://a.test/\"],\"attachments\":[{\"size\":5000000000,\"md5\":\"m\","
        "\"sha256\":\"s\"}],\"derived\":{\"source_ip\":\"text\"},\"truncated\":true}");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_aggregate),
        cmocka_unit_test(test_full),
    };
    gmime_border_open();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
