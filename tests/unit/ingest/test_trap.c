/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/trap.h"
#include "report/report_parse.h"
#include "test.h"

static const char mail[] =
    "Return-Path: <bounce+hidden-trap=example.org@bot.test>\r\n"
    "Delivered-To: hidden-trap@example.org\r\n"
    "From: \"Shop\" <sales@shop.test>\r\n"
    "To: hidden-trap@example.org\r\n"
    "Message-ID: <1@shop.test>\r\n"
    "Subject: hidden-trap@example.org, you won\r\n\r\n"
    "http://shop.test/off?u=hidden-trap@example.org&c=1 http://shop.test/plain\r\n";

static GPtrArray *
hidden(const char *octets)
{
    const struct report_settings settings = { .spamtrap = true };
    GPtrArray *reports = reports_parse(span_of(octets), &settings, NULL);
    assert_non_null(reports);
    trap_hide(g_ptr_array_index(reports, 0));
    return reports;
}

static void
test_no_text_names_the_trap(void **state)
{
    g_autoptr(GPtrArray) reports = hidden(mail);
    const struct report *report = g_ptr_array_index(reports, 0);
    (void)state;
    assert_string_equal(report->original->subject, "xxx@xxx, you won");
    assert_string_equal(report->original_mail_from, "xxx@bot.test");
    assert_string_equal(report->original->from_address, "sales@shop.test");
    assert_string_equal(report->message_id, "<1@shop.test>");
    assert_int_equal(report->original_rcpt_to.count, 0);
    assert_int_equal(report->link_count, 2);
    for (size_t i = 0; i < report->link_count; i++) {
        assert_null(strstr(report->links[i].url, "trap"));
        assert_null(strstr(report->links[i].key, "trap"));
    }
    assert_string_equal(report->links[1].url, "http://shop.test/plain");
}

static void
test_mail_to_oneself(void **state)
{
    g_autoptr(GPtrArray) reports =
        hidden("From: hidden-trap@example.org\r\n"
               "To: <Hidden-Trap@example.org>\r\nSubject: x\r\n\r\nhi\r\n");
    const struct report *report = g_ptr_array_index(reports, 0);
    (void)state;
    assert_string_equal(report->original->from_address, "xxx@example.org");
    assert_string_equal(report->original->from, "xxx@xxx");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_text_names_the_trap),
        cmocka_unit_test(test_mail_to_oneself),
    };
    report_open();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
