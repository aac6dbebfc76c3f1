/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <gio/gio.h>

#include "base/fault.h"
#include "report/content_kind.h"

#define XML "<?xml version=\"1.0\"?>\n<feedback><report_metadata/></feedback>"
#define TLS "{\"organization-name\":\"x\",\"policies\":[]}"

/* clang-format off */
static const struct {
    const char *label, *octets;
    int kind; /* -1: neither */
} plain[] = {
    { "aggregate", XML, REPORT_AGGREGATE },
    { "namespace", "<feedback xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\"><policy_published/></feedback>", REPORT_AGGREGATE },
    { "byte order mark, blanks", "\xEF\xBB\xBF \r\n" XML, REPORT_AGGREGATE },
    { "another feedback", "<feedback><rating>5</rating></feedback>", -1 },
    { "HTML", "<html><body>feedback report_metadata</body></html>", -1 },
    { "TLS", TLS, REPORT_TLSRPT },
    { "TLS, dates", "{\"date-range\":{},\"policies\":[]}", REPORT_TLSRPT },
    { "another JSON", "{\"policies\":[]}", -1 },
    { "text that speaks of it", "the <feedback><report_metadata> element", -1 },
    { "empty", "", -1 },
    { "gzip mark alone", "\x1f\x8b", -1 },
    { "zip mark alone", "PK\x03\x04", -1 },
};
static const struct {
    const char *label, *message, *looks;
} others[] = {
    { "bounce", "From: a\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x--\n", "a delivery status notification (bounce)" },
    { "receipt", "From: a\nContent-Type: multipart/report; report-type=disposition-notification; boundary=x\n\n--x--\n", "a read receipt" },
    { "Exim bounce", "X-Failed-Recipients: a@example.com\n\nhi\n", "a bounce" },
    { "vacation", "Auto-Submitted: auto-replied\n\nhi\n", "an automatic message" },
    { "mail", "From: a\nAuto-Submitted: no\n\nhi\n", "an ordinary mail" },
    { "no mail", "\nhello\n", "no mail at all: it has no header" },
};
/* clang-format on */

static int
kind_of(struct span octets)
{
    enum report_kind kind = REPORT_ARF;
    return content_kind_of_octets(octets, &kind) ? (int)kind : -1;
}

static GByteArray *
packed(struct span octets, GZlibCompressorFormat format)
{
    g_autoptr(GZlibCompressor) compressor = g_zlib_compressor_new(format, 6);
    GByteArray *out = g_byte_array_new();
    gsize read = 0;
    gsize wrote = 0;
    g_byte_array_set_size(out, (guint)octets.len + 1000);
    g_converter_convert(G_CONVERTER(compressor), octets.octets, octets.len, out->data, out->len,
                        G_CONVERTER_INPUT_AT_END, &read, &wrote, NULL);
    g_byte_array_set_size(out, (guint)wrote);
    return out;
}

/* A zip of one member: its local header is all that is looked at. */
static GByteArray *
zipped(struct span octets, bool deflated)
{
    g_autoptr(GByteArray) body = packed(octets, G_ZLIB_COMPRESSOR_FORMAT_RAW);
    guint8 header[30] = { 'P', 'K', 3, 4, 20, 0, 0, 0, deflated ? 8 : 0 };
    GByteArray *out = g_byte_array_new();
    header[26] = 5; /* length of the name */
    g_byte_array_append(out, header, sizeof header);
    g_byte_array_append(out, (const guint8 *)"a.xml", 5);
    if (deflated)
        g_byte_array_append(out, body->data, body->len);
    else
        g_byte_array_append(out, (const guint8 *)octets.octets, (guint)octets.len);
    return out;
}

static void
test_plain(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(plain); i++)
        if (kind_of(span_of(plain[i].octets)) != plain[i].kind)
            fail_msg("%s: got %d", plain[i].label, kind_of(span_of(plain[i].octets)));
}

static struct span
octets_of(const GByteArray *array)
{
    return (struct span){ (const char *)array->data, array->len };
}

static void
test_packed(void **state)
{
    g_autoptr(GByteArray) once = packed(span_of(XML), G_ZLIB_COMPRESSOR_FORMAT_GZIP);
    g_autoptr(GByteArray) twice = packed(octets_of(once), G_ZLIB_COMPRESSOR_FORMAT_GZIP);
    g_autoptr(GByteArray) tls = packed(span_of(TLS), G_ZLIB_COMPRESSOR_FORMAT_GZIP);
    g_autoptr(GByteArray) other = packed(span_of("hello"), G_ZLIB_COMPRESSOR_FORMAT_GZIP);
    g_autoptr(GByteArray) deflated = zipped(span_of(XML), true);
    g_autoptr(GByteArray) stored = zipped(span_of(TLS), false);
    (void)state;
    assert_int_equal(kind_of(octets_of(once)), REPORT_AGGREGATE);
    assert_int_equal(kind_of(octets_of(twice)), REPORT_AGGREGATE);
    assert_int_equal(kind_of(octets_of(tls)), REPORT_TLSRPT);
    assert_int_equal(kind_of(octets_of(other)), -1);
    assert_int_equal(kind_of(octets_of(deflated)), REPORT_AGGREGATE);
    assert_int_equal(kind_of(octets_of(stored)), REPORT_TLSRPT);
    /* Damaged: what came before the damage tells enough, or nothing does. */
    assert_int_equal(kind_of(span_head(octets_of(once), once->len - 8)), REPORT_AGGREGATE);
    assert_int_equal(kind_of(span_head(octets_of(deflated), 36)), -1);
}

/* 50 MB of blanks behind the root cost no more than the head. */
static void
test_bomb(void **state)
{
    g_autoptr(GString) text = g_string_new(XML);
    g_autoptr(GByteArray) bomb = NULL;
    (void)state;
    g_string_set_size(text, 50 * 1024 * 1024);
    memset(text->str + strlen(XML), ' ', text->len - strlen(XML));
    bomb = packed((struct span){ text->str, text->len }, G_ZLIB_COMPRESSOR_FORMAT_GZIP);
    assert_true(bomb->len < 100 * 1024);
    for (unsigned i = 0; i < 1000; i++)
        assert_int_equal(kind_of(octets_of(bomb)), REPORT_AGGREGATE);
}

static void
test_explain(void **state)
{
    (void)state;
    gmime_border_open();
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        g_autoptr(GError) error = NULL;
        content_kind_explain(span_of(others[i].message), &error);
        assert_true(g_error_matches(error, FAULT, FAULT_REJECT));
        if (!g_str_has_suffix(error->message, others[i].looks))
            fail_msg("%s: %s", others[i].label, error->message);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_packed),
        cmocka_unit_test(test_bomb),
        cmocka_unit_test(test_explain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
