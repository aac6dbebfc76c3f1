/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/domain.h"

#define L62 "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijab"
#define L63 L62 "c"
#define D192 L63 "." L63 "." L63 "."

/* clang-format off */
static const struct {
    const char *label, *given, *want; /* NULL: no host name */
} names[] = {
    { "plain",                    "example.com",                "example.com" },
    { "capitals",                 "Example.COM",                "example.com" },
    { "one label",                "localhost",                  "localhost" },
    { "final dot",                "example.com.",               "example.com" },
    { "two final dots",           "example.com..",              NULL },
    { "dot alone",                ".",                          NULL },
    { "dot in front",             ".example.com",               NULL },
    { "empty label",              "a..example.com",             NULL },
    { "empty",                    "",                           NULL },
    { "underscore",               "_dmarc.Example.com",         "_dmarc.example.com" },
    { "digits and hyphens",       "1-2--3.example",             "1-2--3.example" },
    { "space",                    "exa mple.com",               NULL },
    { "space behind",             "example.com ",               NULL },
    { "slash",                    "example.com/x",              NULL },
    { "at sign",                  "a@example.com",              NULL },
    { "colon",                    "example.com:25",             NULL },
    { "control",                  "example\x01.com",            NULL },
    { "label of 63",              L63 ".example",               L63 ".example" },
    { "label of 64",              L63 "d.example",              NULL },
    { "A-labels",                 "XN--BCHER-KVA.example",      "xn--bcher-kva.example" },
    { "U-label",                  "b\xC3\xBC" "cher.example",   "xn--bcher-kva.example" },
    { "U-label, capital",         "B\xC3\x9C" "CHER.example",   "xn--bcher-kva.example" },
    { "U-label, decomposed",      "bu\xCC\x88" "cher.example",  "xn--bcher-kva.example" },
    { "U-label, underscore",      "_dmarc.b\xC3\xBC" "cher.example", "_dmarc.xn--bcher-kva.example" },
    { "sharp s stays itself",     "fa\xC3\x9F.example",         "xn--fa-hia.example" },
    { "Cyrillic",                 "\xD0\xBF\xD1\x80\xD0\xB8\xD0\xBC\xD0\xB5\xD1\x80.test",
                                  "xn--e1afmkfd.test" },
    { "full-width letters",       "\xEF\xBD\x85\xEF\xBD\x98.example", "ex.example" },
    { "soft hyphen goes",         "ex\xC2\xAD" "ample.com",     "example.com" },
    { "ideographic dot",          "b\xC3\xBC" "cher\xE3\x80\x82" "example", "xn--bcher-kva.example" },
    { "full-width dot",           "www\xEF\xBC\x8E" "example\xEF\xBC\x8E" "com", "www.example.com" },
    { "half-width dot",           "example\xEF\xBD\xA1" "com",  "example.com" },
    { "full-width final dot",     "example\xE3\x80\x82",        "example" },
    { "both final dots",          "example\xE3\x80\x82.",       NULL },
    { "full-width slash",         "example.com\xEF\xBC\x8F" "x", NULL },
    { "maps to a slash",          "\xE2\x84\x80.example",       NULL },
    { "right-to-left override",   "\xE2\x80\xAE" "abc.example", NULL },
    { "combining mark in front",  "\xCC\x81x.example",          NULL },
    { "no UTF-8",                 "caf\xE9.example",            NULL },
    { "overlong dot",             "example\xC0\xAE" "com",      NULL },
    { "surrogate",                "\xED\xA0\x80.example",       NULL },
    { "replacement character",    "\xEF\xBF\xBD.example",       NULL },
    { "private use",              "\xEE\x80\x80.example",       NULL },
    { "emoji",                    "\xF0\x9F\x92\xA9.example",   "xn--ls8h.example" },
    { "letter and symbol",        "i\xE2\x9D\xA4.example",      "xn--i-7iq.example" },
    { "symbol and selector",      "\xE2\x9D\xA4\xEF\xB8\x8F.example", "xn--qei.example" },
    { "emoji and IDN",            "\xF0\x9F\x92\xA9.b\xC3\xBC" "cher.example",
                                  "xn--ls8h.xn--bcher-kva.example" },
    { "emoji joined: no browser takes it",
                                  "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9.example", NULL },
    { "emoji and sharp s: which way is unclear",
                                  "\xF0\x9F\x92\xA9" "fa\xC3\x9F.example", NULL },
    { "emoji and hyphen behind",  "\xF0\x9F\x92\xA9-.example",  NULL },
};
/* clang-format on */

static void
expect_canonical(const char *label, struct span given, const char *want)
{
    g_autofree char *got = domain_canonical(given);
    if (g_strcmp0(got, want) != 0)
        fail_msg("%s: got %s", label, got != NULL ? got : "no name");
    if (got != NULL) {
        g_autofree char *again = domain_canonical(span_of(got));
        if (g_strcmp0(got, again) != 0)
            fail_msg("%s: twice gives %s", label, again != NULL ? again : "no name");
    }
}

static void
test_canonical(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        expect_canonical(names[i].label, span_of(names[i].given), names[i].want);
    expect_canonical("null", (struct span){ NULL, 0 }, NULL);
    expect_canonical("NUL inside", (struct span){ "example\0.com", 12 }, NULL);
    expect_canonical("NUL behind", (struct span){ "example.com\0", 12 }, NULL);
    expect_canonical("only its octets", (struct span){ "example.com", 7 }, "example");
}

static void
test_lengths(void **state)
{
    (void)state;
    const char *tail = &(L62)[1]; /* 61 octets */
    g_autofree char *fits = g_strconcat(D192, tail, NULL);
    g_autofree char *dotted = g_strconcat(fits, ".", NULL);
    g_autofree char *longer = g_strconcat(D192, L62, NULL);
    g_autofree char *huge = g_strnfill(1 << 20, 'a');
    g_autofree char *wide = g_strconcat(D192, tail + 6, "\xC3\xBC", NULL); /* xn-- makes it 254 */
    assert_int_equal(strlen(fits), DOMAIN_OCTETS_MAX);
    expect_canonical("253 octets", span_of(fits), fits);
    expect_canonical("253 and the dot", span_of(dotted), fits);
    expect_canonical("254 octets", span_of(longer), NULL);
    expect_canonical("a megabyte", span_of(huge), NULL);
    expect_canonical("over 253 as A-labels", span_of(wide), NULL);
}

static void
test_registrable(void **state)
{
    (void)state;
    static const struct {
        const char *label, *name, *want;
    } cases[] = {
        { "itself", "example.com", "example.com" },
        { "below", "mail.example.co.uk", "example.co.uk" },
        { "far below", "a.b.c.d.example.com", "example.com" },
        { "suffix", "co.uk", NULL },
        { "TLD", "com", NULL },
        { "unlisted TLD", "test", NULL },
        { "below an unlisted TLD", "a.b.test", "b.test" },
        { "right below one", "b.test", "b.test" },
        { "wildcard", "x.a.b.ck", "a.b.ck" },
        { "wildcard itself", "b.ck", NULL },
        { "exception to it", "a.www.ck", "www.ck" },
        { "private suffix", "x.a.github.io", "a.github.io" },
        { "IDN TLD", "a.b.xn--p1ai", "b.xn--p1ai" },
        { "underscore", "_dmarc.example.com", "example.com" },
        { "IPv4 address", "192.0.2.1", NULL },
        { "empty", "", NULL },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *got = domain_registrable(cases[i].name);
        if (g_strcmp0(got, cases[i].want) != 0)
            fail_msg("%s: got %s", cases[i].label, got != NULL ? got : "none");
        if (got != NULL && (got < cases[i].name || got > cases[i].name + strlen(cases[i].name)))
            fail_msg("%s: not borrowed from the name", cases[i].label);
    }
}

static void
test_known_tld(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool want;
    } cases[] = {
        { "example.com", true },  { "com", true },        { "a.b.uk", true },
        { "wildcard.ck", true },  { "x.xn--p1ai", true }, { "a.test", false },
        { "mail.htm", false },    { "localhost", false }, { "192.0.2.1", false },
        { "invoice.pdf", false }, { "", false },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        if (domain_has_known_tld(cases[i].name) != cases[i].want)
            fail_msg("%s", cases[i].name);
}

static void
test_within(void **state)
{
    (void)state;
    static const struct {
        const char *name, *parent;
        bool want;
    } cases[] = {
        { "example.com", "example.com", true },
        { "EXAMPLE.com", "example.COM", true },
        { "a.example.com", "example.com", true },
        { "a.b.Example.com", "example.com", true },
        { "evilexample.com", "example.com", false },
        { "example.com", "a.example.com", false },
        { "example.com.evil.test", "example.com", false },
        { "example.org", "example.com", false },
        { "example.com", "com", true },
        { "example.com", "", false },
        { "", "", false },
        { "", "example.com", false },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        if (domain_is_within(cases[i].name, cases[i].parent) != cases[i].want)
            fail_msg("\"%s\" in \"%s\"", cases[i].name, cases[i].parent);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_canonical),   cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_registrable), cmocka_unit_test(test_known_tld),
        cmocka_unit_test(test_within),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
