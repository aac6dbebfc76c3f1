/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "enrich/contact_wish.h"

/* Words one after the other; what is wished then. "!": refused, nothing changed. */
/* clang-format off */
static const struct {
    const char *label, *words, *want;
} texts[] = {
    { "nothing",          "", "" },
    { "each",             "zip=no mail=rfc822 xarf=yes", "zip=no mail=rfc822 xarf=yes" },
    { "their order",      "xarf=no mail=headers zip=whole", "zip=whole mail=headers xarf=no" },
    { "the last counts",  "zip=whole zip=redacted", "zip=redacted" },
    { "taken back",       "zip=whole xarf=yes zip=default", "xarf=yes" },
    { "blanks",           "  zip=no   xarf=no ", "zip=no xarf=no" },
    { "no key",           "zap=no", "!" },
    { "no value",         "zip", "!" },
    { "empty value",      "zip=", "!" },
    { "another's value",  "zip=rfc822", "!" },
    { "longer",           "zip=nothing", "!" },
    { "case counts",      "ZIP=no", "!" },
    { "one bad of two",   "zip=whole mail=x", "!" },
    { "key alone",        "=no", "!" },
};
/* clang-format on */

static void
test_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        struct contact_wish wish = { { 0 } };
        char out[CONTACT_WISH_OCTETS_MAX];
        bool good = contact_wish_read(&wish, span_of(texts[i].words));
        const char *got = good ? contact_wish_text(&wish, out) : "!";
        if (strcmp(got, texts[i].want) != 0)
            fail_msg("%s: %s", texts[i].label, got);
        assert_int_equal(contact_wish_is_empty(&wish), !good || got[0] == '\0');
    }
}

static void
test_subjects(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        { "Desk@Example.COM", "address desk@example.com" },
        { "@Example.COM", "domain example.com" },
        { "example.com", "-" },
        { "@com", "-" },
        { "@192.0.2.1", "-" },
        { "@", "-" },
        { "", "-" },
        { "@a@example.com", "-" },
        { "a b@example.com", "-" },
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *kind = NULL;
        g_autofree char *subject = NULL;
        bool good = contact_wish_subject(span_of(cases[i].text), &kind, &subject);
        g_autofree char *got = good ? g_strdup_printf("%s %s", kind, subject) : g_strdup("-");
        assert_string_equal(got, cases[i].want);
    }
}

/* Key by key the address' own word, then its domain's. */
static void
test_of(void **state)
{
    static const struct {
        const char *address, *want;
    } cases[] = {
        { "DESK@example.com", "zip=whole mail=rfc822" },
        { "other@Example.com", "zip=no mail=rfc822" },
        { "desk@below.example.com", "" },
        { "desk@example.org", "" },
        { "example.com", "" },
    };
    g_autoptr(ContactWishes) wishes = contact_wishes_new();
    struct contact_wish own = { { 0 } }, all = { { 0 } }, wish;
    (void)state;
    assert_true(contact_wish_read(&own, span_of("zip=whole")));
    assert_true(contact_wish_read(&all, span_of("zip=no mail=rfc822")));
    contact_wishes_add(wishes, "address", "Desk@example.com", &own);
    contact_wishes_add(wishes, "domain", "example.com", &all);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char out[CONTACT_WISH_OCTETS_MAX];
        contact_wishes_of(wishes, cases[i].address, &wish);
        assert_string_equal(contact_wish_text(&wish, out), cases[i].want);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_subjects),
        cmocka_unit_test(test_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
