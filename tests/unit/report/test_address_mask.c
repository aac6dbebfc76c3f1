/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/clock.h"
#include "report/address_mask.h"

/* clang-format off */
static const struct {
    const char *label, *given, *want;
} cases[] = {
    { "empty",               "", "" },
    { "no address",          "Subject: a\r\n\r\nb\r\n", "Subject: a\r\n\r\nb\r\n" },
    { "header",              "To: Trap <trap@example.com>\r\n", "To: Trap <xxx@xxx>\r\n" },
    { "several",             "To: a@example.com, <b.c+d@mx.example>,e@example\n",
                             "To: xxx@xxx, <xxx@xxx>,xxx@xxx\n" },
    { "folded",              "To: a,\r\n\ttrap@example.com\r\n", "To: a,\r\n\txxx@xxx\r\n" },
    { "Received",            "Received: from x by y for <trap@example.com>; Mon",
                             "Received: from x by y for <xxx@xxx>; Mon" },
    { "text",                "Subject: x\n\nDear trap@example.com!\n", "Subject: x\n\nDear xxx@xxx!\n" },
    { "at both ends",        "a@example.com b@example.com", "xxx@xxx xxx@xxx" },
    { "bounce address",      "Return-Path: <b-trap=example.com@list.test>\n",
                             "Return-Path: <xxx@xxx>\n" },
    { "8-bit octets",        "To: \xC3\xA9@\xC3\xA9.test,x\n", "To: xxx@xxx,x\n" },
    { "quoted local part",   "To: <\"tr ap\"@example.com>\n", "To: <xxx@xxx>\n" },
    { "domain literal",      "To: trap@[192.0.2.1] x\n", "To: xxx@xxx x\n" },
    { "slashes",             "To: /G=A/S=B/@x400.test\n", "To: xxx@xxx\n" },
    { "in a URL",            "http://shop.test/off?u=trap@example.com&x=1\n",
                             "http://shop.test/off?xxx@xxx&x=1\n" },
    { "in a URL, encoded",   "<a href=\"http://shop.test/off?u=trap%40example.com\">\n",
                             "<a href=\"http://shop.test/off?xxx@xxx\">\n" },
    { "mailto",              "<mailto:off@list.test?subject=trap%40example.com>\n",
                             "<mailto:xxx@xxx?xxx@xxx>\n" },
    { "quoted-printable",    "Dear trap=40example.com,\n", "Dear xxx@xxx,\n" },
    { "HTML",                "Dear trap&#64;example.com,\n", "Dear xxx@xxx,\n" },
    { "no mark after all",   "<td width=400 size=40.5 x=\"100%40\">\n",
                             "<td width=400 size=40.5 x=\"100%40\">\n" },
    { "two signs",           "a@b.test@example.com x\n", "xxx@xxx x\n" },
    { "sign alone",          "@ a@ @b a @ b @@\n", "@ a@ @b a @ b @@\n" },
    { "Message-ID",          "Message-ID: <1@example.com>\nTo: <a@example.com>\n",
                             "Message-ID: <1@example.com>\nTo: <xxx@xxx>\n" },
    { "any case",            "MESSAGE-id: <1@example.com>\n", "MESSAGE-id: <1@example.com>\n" },
    { "folded Message-ID",   "Message-ID:\r\n <1@example.com>\r\nTo: <a@example.com>\r\n",
                             "Message-ID:\r\n <1@example.com>\r\nTo: <xxx@xxx>\r\n" },
    { "folded References",   "References: <1@a.test>\n\t<2@a.test>\n <3@a.test>\n",
                             "References: <1@a.test>\n\t<2@a.test>\n <3@a.test>\n" },
    { "In-Reply-To",         "In-Reply-To: <1@a.test>\n", "In-Reply-To: <1@a.test>\n" },
    { "behind the header",   "Message-ID: <1@a.test>\n\n trap@example.com\n",
                             "Message-ID: <1@a.test>\n\n xxx@xxx\n" },
    { "a field that only begins so", "X-Message-ID: <1@a.test>\n", "X-Message-ID: <xxx@xxx>\n" },
};
/* clang-format on */

static void
test_masks(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) masked = address_mask_mail(span_of(cases[i].given));
        struct span got = span_of_bytes(masked);
        if (!span_equals(got, cases[i].want))
            fail_msg("%s: got \"%.*s\"", cases[i].label, (int)got.len, got.octets);
    }
}

static void
test_odd_octets(void **state)
{
    (void)state;
    g_autoptr(GBytes) none = address_mask_mail((struct span){ NULL, 0 });
    g_autoptr(GBytes) nul = address_mask_mail((struct span){ "\0a@b\0@\0", 7 });
    assert_int_equal(g_bytes_get_size(none), 0);
    assert_int_equal(g_bytes_get_size(nul), 11);
    assert_memory_equal(g_bytes_get_data(nul, NULL), "\0xxx@xxx\0@\0", 11);
}

/* Each of them would take minutes if the cost went with the square of the length. */
static void
test_linear(void **state)
{
    (void)state;
    static const char *const pieces[] = { "@",     "a",       "a@",    "a@!", "@a",
                                          "%40",   "%40a",    "\"@",   "@[",  "a@[",
                                          "a\"@a", "/?&a@b.", "&#64;", "\n",  "=40a.b" };
    for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
        g_autoptr(GString) input = g_string_new(NULL);
        g_autoptr(GBytes) masked = NULL;
        int64_t began = clock_monotonic_us();
        while (input->len < 4 * 1024 * 1024)
            g_string_append(input, pieces[i]);
        masked = address_mask_mail((struct span){ input->str, input->len });
        if (clock_monotonic_us() - began > 20 * 1000000)
            fail_msg("\"%s\": took %d ms", pieces[i], (int)((clock_monotonic_us() - began) / 1000));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_masks),
                                        cmocka_unit_test(test_odd_octets),
                                        cmocka_unit_test(test_linear) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
