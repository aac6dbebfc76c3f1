/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <gio/gio.h>

#include "base/fault.h"
#include "report/aggregate_report.h"
#include "report/report_parse.h"

#define META                                                                                       \
    "<report_metadata><org_name> Example &amp; Co </org_name><email>d@r.example</email>"           \
    "<report_id>&lt;1@r.example&gt;</report_id><date_range><begin>1695600000</begin>"              \
    "<end>1695686399</end></date_range></report_metadata>"
#define POLICY "<policy_published><domain>A.Example</domain><p>none</p></policy_published>"
#define RECORD "<record><identifiers><header_from>x.example</header_from></identifiers></record>"
#define WHOLE "Example & Co|d@r.example|1@r.example|a.example|1695600000|1695686399|"

static char *
shown(struct span octets)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(AggregateReport) report = aggregate_report_read(octets, &error);
    if (report == NULL) {
        assert_true(g_error_matches(error, FAULT, FAULT_REJECT));
        return g_strdup("-");
    }
    return g_strdup_printf("%s|%s|%s|%s|%d|%d|%u", report->org_name, report->email,
                           report->report_id, report->domain, (int)report->begin, (int)report->end,
                           report->records);
}

/* clang-format off */
static const struct { const char *label, *xml, *want; } cases[] = {
    { "RFC 7489", "<?xml version=\"1.0\"?>\n<feedback>" META POLICY RECORD RECORD "</feedback>", WHOLE "2" },
    { "RFC 9990, namespace", "<feedback xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\"><version>1.0</version>" META POLICY RECORD "</feedback>", WHOLE "1" },
    { "prefix", "<d:feedback xmlns:d=\"urn:x\"><d:report_metadata><d:org_name>o</d:org_name></d:report_metadata><d:policy_published><d:domain>a.example</d:domain></d:policy_published></d:feedback>", "o|(null)|(null)|a.example|0|0|0" },
    { "byte order mark", "\xEF\xBB\xBF<feedback>" META POLICY "</feedback>", WHOLE "0" },
    { "policy first", "<feedback>" POLICY META RECORD "</feedback>", WHOLE "1" },
    { "the end is missing", "<feedback>" META POLICY RECORD "<record><row>", WHOLE "2" },
    { "cut before the policy", "<feedback>" META "<policy_published><dom", "-" },
    { "a domain in a record is none", "<feedback>" META "<record><policy_published><domain>x.example</domain></policy_published></record></feedback>", "-" },
    { "another root", "<html>" META POLICY "</html>", "-" },
    { "entities", "<!DOCTYPE feedback [<!ENTITY a \"aaaa\">]><feedback>" META POLICY "</feedback>", "-" },
    { "an outside entity", "<!DOCTYPE f SYSTEM \"file:///etc/passwd\"><feedback>" META POLICY "</feedback>", "-" },
    { "too deep", "<feedback><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>", "-" },
    { "no domain name", "<feedback>" META "<policy_published><domain>a b</domain></policy_published></feedback>", "-" },
    { "JSON", "{\"policies\": []}", "-" },
    { "empty", "", "-" },
};
/* clang-format on */

static GByteArray *
gzipped(struct span octets)
{
    g_autoptr(GZlibCompressor) zip = g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9);
    GByteArray *out = g_byte_array_new();
    gsize in = 0, wrote = 0;
    g_byte_array_set_size(out, (guint)octets.len + 1000);
    assert_int_equal(g_converter_convert(G_CONVERTER(zip), octets.octets, octets.len, out->data,
                                         out->len, G_CONVERTER_INPUT_AT_END, &in, &wrote, NULL),
                     G_CONVERTER_FINISHED);
    g_byte_array_set_size(out, (guint)wrote);
    return out;
}

static void
test_plain_and_packed(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GByteArray) once = gzipped(span_of(cases[i].xml));
        g_autoptr(GByteArray) twice = gzipped((struct span){ (char *)once->data, once->len });
        const struct span forms[] = { span_of(cases[i].xml),
                                      { (const char *)once->data, once->len },
                                      { (const char *)twice->data, twice->len } };
        for (size_t k = 0; k < G_N_ELEMENTS(forms); k++) {
            g_autofree char *got = shown(forms[k]);
            if (strcmp(got, cases[i].want) != 0)
                fail_msg("%s, packed %zu times: \"%s\", not \"%s\"", cases[i].label, k, got,
                         cases[i].want);
        }
    }
}

/* A zip with one stored member, as a program would write it, less what is not read. */
static void
test_zip_stored(void **state)
{
    static const char head[] = "PK\3\4\24\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\5\0\0\0a.xml";
    g_autoptr(GString) zip = g_string_new_len(head, sizeof head - 1);
    (void)state;
    g_string_append(zip, "<feedback>" META POLICY RECORD "</feedback>");
    zip->str[18] = (char)((zip->len - sizeof head + 1) & 0xff);
    zip->str[19] = (char)((zip->len - sizeof head + 1) >> 8);
    g_string_append_len(zip, "PK\1\2\24\0\24\0", 8);
    g_autofree char *got = shown((struct span){ zip->str, zip->len });
    assert_string_equal(got, WHOLE "1");
}

/* Forty megabytes out of forty kilobytes. */
static void
test_bomb(void **state)
{
    g_autofree char *text = g_malloc(40 * 1024 * 1024);
    g_autoptr(GByteArray) packed = NULL;
    (void)state;
    memset(text, ' ', 40 * 1024 * 1024);
    packed = gzipped((struct span){ text, 40 * 1024 * 1024 });
    g_autofree char *got = shown((struct span){ (const char *)packed->data, packed->len });
    assert_string_equal(got, "-");
}

static void
test_message(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(AggregateReport) report = aggregate_report_of_message(
        span_of("From: d@r.example\nSubject: report\nMIME-Version: 1.0\n"
                "Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/plain\n\nhi\n"
                "--m\nContent-Type: text/xml\nContent-Disposition: attachment; filename="
                "\"R.example!a.example!1!2.xml\"\n\n<feedback>" META POLICY "</feedback>\n--m--\n"),
        &error);
    (void)state;
    assert_non_null(report);
    assert_string_equal(report->domain, "a.example");
    assert_string_equal(report->submitter, "r.example");
    assert_null(aggregate_report_of_message(span_of("Subject: x\n\nhello\n"), &error));
    assert_true(g_error_matches(error, FAULT, FAULT_REJECT));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_and_packed),
        cmocka_unit_test(test_zip_stored),
        cmocka_unit_test(test_bomb),
        cmocka_unit_test(test_message),
    };
    report_open();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
