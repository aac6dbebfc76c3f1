/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <string.h>

#include "store/upgrade_text.h"

struct pair {
    const char *label;
    const char *stored;
    const char *want;
};

static void
test_subjects(void **state)
{
    (void)state;
    static const struct pair cases[] = {
        { "plain", "Hello", "Hello" },
        { "empty", "", "" },
        { "folded", "a\r\n\t b\n c", "a b c" },
        { "encoded words, parted by a fold",
          "=?utf-8?Q?=C3=A4?=\n =?utf-8?B?w7w=?=", "\u00e4\u00fc" },
        { "reference", "a&#252;&#8364;&#65533;", "a\u00fc\u20ac\uFFFD" },
        { "reference made by an encoded word", "=?utf-8?Q?=26=23252=3B?=", "&#252;" },
        { "ASCII, surrogate, too large, not decimal, cut",
          "&#38; &#55296; &#1114112; &#99999999; &#xfc; &#; &# & &#252",
          "&#38; &#55296; &#1114112; &#99999999; &#xfc; &#; &# & &#252" },
        { "cut encoded word", "=?utf-8?Q?a", "=?utf-8?Q?a" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *subject = upgrade_subject(span_of(cases[i].stored));
        if (strcmp(subject, cases[i].want) != 0)
            fail_msg("%s: %s", cases[i].label, subject);
    }
    g_autofree char *none = upgrade_subject((struct span){ NULL, 0 });
    assert_string_equal(none, "");
}

static void
test_content_and_urls(void **state)
{
    (void)state;
    static const struct pair contents[] = {
        { "none", "plain", "plain" },
        { "several", "&#65533;&#65533;a&#65533;", "\uFFFD\uFFFDa\uFFFD" },
        { "other references are the mail's own", "&#252; &#6553; &#65533",
          "&#252; &#6553; &#65533" },
        { "empty", "", "" },
    };
    static const struct pair urls[] = {
        { "quotes", "http://a/\\'b\\\"", "http://a/'b\"" },
        { "other backslashes", "http://a\\b\\\\c\\", "http://a\\b\\\\c\\" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(contents); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        upgrade_content(out, span_of(contents[i].stored));
        if (strcmp(out->str, contents[i].want) != 0)
            fail_msg("%s: %s", contents[i].label, out->str);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(urls); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        upgrade_url(out, span_of(urls[i].stored));
        if (strcmp(out->str, urls[i].want) != 0)
            fail_msg("%s: %s", urls[i].label, out->str);
    }
}

static void
test_names(void **state)
{
    (void)state;
    static const struct pair locals[] = {
        { "clean", "bob", "bob" },
        { "stray", "<bob", "bob" },
        { "two", "<<bob", "bob" },
        { "display name", "a bank <bob", "bob" },
        { "quoted", "\"a<b\"", "\"a<b\"" },
        { "quoted and stray", "<\"a<b\"", "\"a<b\"" },
        { "empty", "", "" },
        { "nothing else", "<", "" },
        { "closed", "<bob>", "bob" },
    };
    static const struct pair domains[] = {
        { "clean", "example.com", "example.com" },
        { "stray", "example.com>", "example.com" },
        { "more", "example.com> (x)", "example.com" },
        { "both", "<example.com>", "example.com" },
        { "empty", "", "" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(locals); i++)
        if (!span_equals(upgrade_local(span_of(locals[i].stored)), locals[i].want))
            fail_msg("local part: %s", locals[i].label);
    for (size_t i = 0; i < G_N_ELEMENTS(domains); i++)
        if (!span_equals(upgrade_domain(span_of(domains[i].stored)), domains[i].want))
            fail_msg("domain: %s", domains[i].label);
}

static void
test_bodies(void **state)
{
    (void)state;
    assert_true(upgrade_has_body(span_of("A: b\n\nbody")));
    assert_true(upgrade_has_body(span_of("A: b\r\n\r\n\r\nbody")));
    assert_false(upgrade_has_body(span_of("A: b\nC: d\n")));
    assert_false(upgrade_has_body(span_of("A: b\n\n \r\n")));
    assert_false(upgrade_has_body((struct span){ NULL, 0 }));
}

static void
test_addresses(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        const char *stored;
        size_t len;
        const char *want; /* NULL: none */
    } cases[] = {
        { "v4", "\xC0\x00\x02\x01", 4, "192.0.2.1" },
        { "v6", "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01", 16, "2001:db8::1" },
        { "mapped", "\0\0\0\0\0\0\0\0\0\0\xFF\xFF\xC0\x00\x02\x01", 16, "192.0.2.1" },
        { "digits", "3221225985", 10, "192.0.2.1" },
        { "few digits", "16909060", 8, "1.2.3.4" },
        { "digits that are too many", "4294967296", 10, NULL },
        { "empty", "", 0, NULL },
        { "cut", "\xC0\x00\x02", 3, NULL },
        { "text", "192.0.2.1", 9, NULL },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct ip ip = { 0 };
        char text[IP_TEXT_MAX] = "";
        bool is = upgrade_ip((struct span){ cases[i].stored, cases[i].len }, &ip);
        if (is != (cases[i].want != NULL) || (is && strcmp(ip_text(&ip, text), cases[i].want) != 0))
            fail_msg("%s: %s", cases[i].label, text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_subjects),  cmocka_unit_test(test_content_and_urls),
        cmocka_unit_test(test_names),     cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
