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
    g_autoptr(Trap) trap = trap_new(span_of(octets));
    trap_hide(trap, g_ptr_array_index(reports, 0));
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

/* The trap's address and its local part in all that a mail may hide them in. */
static const char hiding[] =
    "Delivered-To: secrettrap@trap.example\r\n"
    "Received: from x ([192.0.2.4]) by mx.example.org for <secrettrap@trap.example>; x\r\n"
    "From: \"secrettrap\" <x@spam.test>\r\n"
    "To: =?utf-8?B?c2VjcmV0dHJhcA==?= <secrettrap@trap.example>\r\n"
    "Subject: Hi secrettrap, =?utf-8?Q?secrettrap=40trap=2Eexample?= caf=?utf-8?Q?=C3=A9?=\r\n"
    "Message-ID: <t11@spam.test>\r\n"
    "List-Unsubscribe: <mailto:u+secrettrap=trap.example@spam.test>\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    "--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n"
    "--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    "<a href=3D\"http://q.test/secrettrap=40trap.exam=\r\nple\">secrettrap=40trap.example</a> "
    "secrettrap&#64;trap.example\r\n"
    "--b\r\nContent-Type: application/pdf; name=\"secrettrap.pdf\"\r\n"
    "Content-Disposition: attachment; filename=\"for secrettrap.pdf\"\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQKYUBiLnRlc3QK\r\n--b--\r\n";
/* The second URL has the address in base64. */
static const char coded_text[] = "Dear secrettrap@trap.example and other@else.test, click "
                                 "http://e.test/?m=c2VjcmV0dHJhcEB0cmFwLmV4YW1wbGU= or "
                                 "http://e.test/?m=secrettrap%40trap.example "
                                 "http://e.test/secrettrap http://secrettrap.e.test/ "
                                 "http://e.test/plain\n";

static char *
hiding_mail(void)
{
    g_autofree char *coded =
        g_base64_encode((const guchar *)coded_text, strlen(coded_text)); /* one line */
    GString *whole = g_string_new(hiding);
    g_string_replace(whole, "%s", coded, 1);
    return g_string_free(whole, FALSE);
}

/* Nothing in the text, and nothing in what any run of base64 digits stands for. */
static void
demand_hidden(const char *label, const char *text)
{
    static const char *const secrets[] = { "secrettrap", "trap.example", "c2VjcmV0dHJhc", "other@",
                                           "else.test" };
    g_autofree char *lower = text != NULL ? g_ascii_strdown(text, -1) : g_strdup("");
    for (size_t i = 0; i < G_N_ELEMENTS(secrets); i++)
        if (strstr(lower, secrets[i]) != NULL || (text != NULL && strstr(text, secrets[i]) != NULL))
            fail_msg("%s: %s in %s", label, secrets[i], text);
}

static void
demand_report_hidden(const struct report *report)
{
    demand_hidden("subject", report->original->subject);
    demand_hidden("from", report->original->from);
    demand_hidden("from address", report->original->from_address);
    assert_int_equal(report->link_count, 6);
    for (size_t i = 0; i < report->link_count; i++) {
        demand_hidden("URL", report->links[i].url);
        demand_hidden("URL's key", report->links[i].key);
        demand_hidden("URL's host", report->links[i].host);
    }
    assert_int_equal(report->attachment_count, 1);
    demand_hidden("file", report->attachments[0].filename);
}

static void
test_however_it_is_coded(void **state)
{
    g_autofree char *octets = hiding_mail();
    g_autoptr(GPtrArray) reports = hidden(octets);
    g_autoptr(Trap) trap = trap_new(span_of(octets));
    g_autoptr(GBytes) masked = trap_mail(trap);
    g_autofree char *text = span_dup(span_of_bytes(masked));
    const struct report_settings settings = { .spamtrap = true };
    const struct report *report = g_ptr_array_index(reports, 0);
    g_autoptr(GPtrArray) again = reports_parse(span_of(text), &settings, NULL);
    (void)state;
    demand_report_hidden(report);
    demand_hidden("mail", text);
    assert_non_null(again); /* it is a mail still */
    const struct report *masked_report = g_ptr_array_index(again, 0);
    demand_report_hidden(masked_report);
    demand_hidden("text", masked_report->original->text);
    assert_string_equal(masked_report->message_id, "<t11@spam.test>");
    assert_string_equal(masked_report->original->subject, report->original->subject);
    assert_string_equal(masked_report->attachments[0].sha256, report->attachments[0].sha256);
    g_autoptr(Trap) twice = trap_new(span_of(text));
    g_autoptr(GBytes) same = trap_mail(twice);
    assert_true(g_bytes_equal(masked, same));
}

static void
test_without_header(void **state)
{
    g_autoptr(Trap) trap = trap_new(span_of("no field\n<a@b.test>\n"));
    g_autoptr(GBytes) masked = trap_mail(trap);
    (void)state;
    assert_true(span_equals(span_of_bytes(masked), "no field\n<xxx@xxx>\n"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_however_it_is_coded),
        cmocka_unit_test(test_without_header),
        cmocka_unit_test(test_no_text_names_the_trap),
        cmocka_unit_test(test_mail_to_oneself),
    };
    report_open();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
