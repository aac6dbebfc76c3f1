/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "render/email_view.h"
#include "render/mask.h"
#include "test.h"

/* clang-format off */
static const struct { const char *label, *text, *want; } masked[] = {
    { "none",               "Dear customer",                 "Dear customer" },
    { "in a sentence",      "For anna.b@example.com, now",   "For ***@example.com, now" },
    { "two",                "<a@b.test>,c@d.test",           "<***@b.test>,***@d.test" },
    { "plus",               "a+tag@b.test",                  "***@b.test" },
    { "quoted",             "x \"anna b\"@b.test",           "x ***@b.test" },
    { "UTF-8",              "\xC3\xBC@b.test",               "***@b.test" },
    { "in a query",         "http://b.test/?e=a@c.test&x=1", "http://b.test/?e=***@c.test&x=1" },
    { "percent-encoded",    "http://b.test/u/a.b%40c.test",  "http://b.test/u/***%40c.test" },
    { "full width",         "a\xEF\xBC\xA0" "b.test",        "***\xEF\xBC\xA0" "b.test" },
    { "no local part",      "@b.test @ c",                   "@b.test @ c" },
    { "chain",              "a@b@c",                         "***@***@c" },
    { "open quote",         "x \"a\" b\"@c",                 "x ***@c" },
    { "escaped quote",      "x \"a\\\"b c\"@d.test",          "x ***@d.test" },
    { "escaped backslash",  "\"x\\\\\" \"a\\\\\"@d.test",      "\"x\\\\\" ***@d.test" },
    { "escaped as a whole", "\\\"john doe\\\"@d.test",        "\\***@d.test" },
    { "quoted and atoms",   "<john.\"q d\".doe@d.test>",     "<***@d.test>" },
    { "a quote alone",      "john\"@d.test",                 "***@d.test" },
    { "only quotes",        "\"\"\"@d.test",                 "***@d.test" },
};
/* clang-format on */

static const struct email_url urls[] = { { 1, "http://x.test/?u=vic@example.com", 0 },
                                         { 2, "b.test/c", 0 } };
static const struct email_file files[] = { { 1, "=a.zip", "0cc1", NULL, -1 } };

static struct email_row
row_of_all(void)
{
    return (struct email_row){
        .email_id = 7,
        .arrival_date = 1795305600,
        .email_type = "normal",
        .email_rule = "direct",
        .feedback_type = "auth-failure",
        .delivery_result = "none",
        .subject = "=Wire to vic@example.com",
        .from = "Victim Name <vic@example.com>",
        .from_address = "vic@example.com",
        .mail_from = "m@a.test",
        .rcpt_to = "rcpt@b.test",
        .reported_domain = "example.com",
        .source_ip = "192.0.2.1",
        .source_domain = "host.example.net",
        .country_code = "DE",
        .source_asn = 64496,
        .reported = true,
        .urls = (struct email_url *)(uintptr_t)urls,
        .url_count = 2,
        .files = (struct email_file *)(uintptr_t)files,
        .file_count = 1,
    };
}

static void
expect_json(json_t *got, const char *want)
{
    char *text = json_dumps(got, JSON_COMPACT);
    assert_string_equal(text, want);
    free(text);
    json_decref(got);
}

static void
test_masks(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(masked); i++) {
        g_autoptr(GString) out = g_string_new("kept@");
        mask_append_addresses(out, span_of(masked[i].text));
        if (strcmp(out->str + 5, masked[i].want) != 0)
            fail_msg("%s: want \"%s\", got \"%s\"", masked[i].label, masked[i].want, out->str + 5);
    }
}

static void
test_json_of_a_mail(void **state)
{
    struct email_row row = row_of_all();
    (void)state;
    expect_json(
        email_view_json(&row, EMAIL_VIEW_WHOLE),
        "{\"emailId\":7,\"arrivalDate\":\"2026-11-22T00:00:00Z\",\"emailType\":\"normal\","
        "\"emailRule\":\"direct\",\"feedbackType\":\"auth-failure\",\"reported\":true,"
        "\"deliveryResult\":\"none\",\"subject\":\"=Wire to vic@example.com\","
        "\"from\":\"Victim Name <vic@example.com>\",\"mailFrom\":\"m@a.test\","
        "\"rcptTo\":\"rcpt@b.test\",\"reportedDomain\":\"example.com\",\"sourceIp\":\"192.0.2.1\","
        "\"sourceDomain\":\"host.example.net\",\"sourceAsn\":64496,\"countryCode\":\"DE\","
        "\"urls\":[\"http://x.test/?u=vic@example.com\",\"b.test/c\"],"
        "\"files\":[{\"filename\":\"=a.zip\",\"size\":null,\"md5\":\"0cc1\",\"sha256\":null}]}");
}

static void
test_nobody_is_named_to_viewers(void **state)
{
    struct email_row row = row_of_all();
    row.rcpt_to = "victor rcpt@doe@b.test";
    json_t *json = email_view_json(&row, EMAIL_VIEW_MASKED);
    char *text = json_dumps(json, 0);
    g_autoptr(GString) out = g_string_new(NULL);
    struct csv csv = { .out = out };
    (void)state;
    email_view_csv(&csv, &row, EMAIL_VIEW_MASKED);
    assert_null(strstr(text, "vic"));
    assert_null(strstr(text, "Victim"));
    assert_null(strstr(text, "rcpt@"));
    assert_null(strstr(out->str, "vic"));
    assert_null(strstr(out->str, "Victim"));
    assert_null(strstr(out->str, "rcpt@"));
    assert_string_equal(json_string_value(json_object_get(json, "from")), "***@example.com");
    assert_string_equal(json_string_value(json_object_get(json, "rcptTo")), "***@b.test");
    free(text);
    json_decref(json);
}

static void
test_what_is_not_known_is_null(void **state)
{
    struct email_row row = { .email_id = 1, .arrival_date = CLOCK_UNKNOWN };
    struct email_rows rows = { .rows = &row, .count = 1 };
    static const char nothing[] = "{\"emailId\":1,\"arrivalDate\":null,\"emailType\":null,"
                                  "\"emailRule\":null,\"feedbackType\":null,"
                                  "\"reported\":false,\"deliveryResult\":null,\"subject\":null,"
                                  "\"from\":null,\"mailFrom\":null,"
                                  "\"rcptTo\":null,\"reportedDomain\":null,\"sourceIp\":null,"
                                  "\"sourceDomain\":null,\"sourceAsn\":null,"
                                  "\"countryCode\":null,\"urls\":[],\"files\":[]}";
    g_autofree char *want =
        g_strdup_printf("{\"emails\":[%s],\"total\":null,\"next\":null}", nothing);
    char next[] = "abc";
    (void)state;
    expect_json(email_view_json(&row, EMAIL_VIEW_MASKED), nothing);
    expect_json(email_view_list(&rows, -1, EMAIL_VIEW_WHOLE), want);
    rows.count = 0;
    rows.next = next;
    expect_json(email_view_list(&rows, 12, EMAIL_VIEW_WHOLE),
                "{\"emails\":[],\"total\":12,\"next\":\"abc\"}");
}

static void
test_csv_of_a_mail(void **state)
{
    struct email_row row = row_of_all();
    g_autoptr(GString) out = g_string_new(NULL);
    struct csv csv = { .out = out };
    (void)state;
    email_view_csv_header(&csv);
    assert_true(g_str_has_prefix(out->str, "\"emailId\",\"arrivalDate\",\"emailType\""));
    assert_true(g_str_has_suffix(out->str, "\"urls\",\"files\"\r\n"));
    g_string_truncate(out, 0);
    email_view_csv(&csv, &row, EMAIL_VIEW_WHOLE);
    assert_string_equal(
        out->str, "7,\"2026-11-22T00:00:00Z\",\"normal\",\"direct\",\"auth-failure\",1,\"none\","
                  "\"'=Wire to vic@example.com\",\"Victim Name "
                  "<vic@example.com>\",\"m@a.test\",\"rcpt@b.test\","
                  "\"example.com\",\"192.0.2.1\",\"host.example.net\",64496,\"DE\","
                  "\"hxxp://x[.]test/?u=vic@example.com\nb[.]test/c\",\"'=a.zip\"\r\n");
}

/* That a count took too long does not say that there are more. */
static void
test_totals(void **state)
{
    static const struct {
        int64_t total;
        const char *want;
    } totals[] = { { 0, "0" },
                   { EMAIL_TOTAL_MAX, "10,000" },
                   { -1, "more than 10,000" },
                   { EMAIL_TOTAL_SLOW, "many" } };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(totals); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        email_view_append_total(out, totals[i].total);
        assert_string_equal(out->str, totals[i].want);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_masks),
        cmocka_unit_test(test_json_of_a_mail),
        cmocka_unit_test(test_nobody_is_named_to_viewers),
        cmocka_unit_test(test_what_is_not_known_is_null),
        cmocka_unit_test(test_csv_of_a_mail),
        cmocka_unit_test(test_totals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
