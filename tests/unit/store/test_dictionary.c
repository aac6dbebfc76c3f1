/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <string.h>

#include "store/dictionary.h"

static void
test_tail(void **state)
{
    (void)state;
    g_autofree char *long_name = g_strnfill(300, 'a');
    g_autofree char *long_url = g_strconcat("http://example.com/", long_name, "z", NULL);
    g_autofree char *long_tail = g_strconcat(long_name + 46, "z", NULL); /* the last 255 */
    g_autoptr(GString) wide_url = g_string_new("http://example.com/");
    g_autoptr(GString) wide_tail = g_string_new(NULL);
    for (int i = 0; i < 300; i++) {
        g_string_append(wide_url, "\303\244");
        if (i < 255)
            g_string_append(wide_tail, "\303\244");
    }
    const struct {
        const char *label, *url, *want;
    } cases[] = {
        { "file", "http://example.com/a/mail.htm", "mail.htm" },
        { "with its query", "http://example.com/a/mail.htm?u=1", "mail.htm?u=1" },
        { "a slash in the query", "http://example.com/a?u=/b", "b" },
        { "folder", "http://example.com/a/", "" },
        { "no slash", "example.com", "example.com" },
        { "empty", "", "" },
        { "its end when it is long", long_url, long_tail },
        { "characters, not octets", wide_url->str, wide_tail->str },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct span tail = url_tail(span_of(cases[i].url));
        if (!span_equals(tail, cases[i].want))
            fail_msg("%s: got %.*s", cases[i].label, (int)tail.len, tail.octets);
    }
}

static void
test_equal_texts_are_one_entry_and_octets_decide(void **state)
{
    (void)state;
    struct wanted *wanted = wanted_new();
    struct entry *lower = wanted_local(wanted, span_of("jan"));
    assert_ptr_equal(lower, wanted_local(wanted, span_of("jan")));
    assert_ptr_not_equal(lower, wanted_local(wanted, span_of("Jan")));
    assert_ptr_not_equal(lower, wanted_domain(wanted, span_of("jan")));
    g_autoptr(GPtrArray) locals = wanted_sorted(wanted, DICTIONARY_LOCAL);
    assert_int_equal(locals->len, 2);
    const struct entry *first = locals->pdata[0], *second = locals->pdata[1];
    assert_true(memcmp(first->key, second->key, KEY_OCTETS) < 0);
    wanted_free(wanted);
}

static void
test_dates_widen(void **state)
{
    (void)state;
    struct wanted *wanted = wanted_new();
    struct span key = span_of("http://example.com/");
    wanted_url(wanted, key, span_of("http://EXAMPLE.com/"), NULL, 200);
    wanted_url(wanted, key, span_of("http://example.com"), NULL, 100);
    const struct entry *entry = wanted_url(wanted, key, key, NULL, 300);
    assert_int_equal(entry->first, 100);
    assert_int_equal(entry->last, 300);
    assert_true(span_equals(entry->text, "http://EXAMPLE.com/")); /* as first written */
    wanted_free(wanted);
}

static void
test_long_names_are_cut_before_their_key(void **state)
{
    (void)state;
    struct wanted *wanted = wanted_new();
    g_autofree char *name = g_strnfill(300, 'a');
    const struct entry *entry = wanted_local(wanted, span_of(name));
    assert_int_equal(entry->text.len, 255);
    name[255] = '\0';
    assert_ptr_equal(entry, wanted_local(wanted, span_of(name)));
    wanted_free(wanted);
}

static void
test_pattern_kinds_are_apart(void **state)
{
    (void)state;
    struct wanted *wanted = wanted_new();
    const struct entry *subject = wanted_pattern(wanted, "subject", span_of("x"));
    assert_ptr_not_equal(subject, wanted_pattern(wanted, "url", span_of("x")));
    assert_ptr_equal(subject, wanted_pattern(wanted, "subject", span_of("x")));
    wanted_free(wanted);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tail),
        cmocka_unit_test(test_equal_texts_are_one_entry_and_octets_decide),
        cmocka_unit_test(test_dates_widen),
        cmocka_unit_test(test_long_names_are_cut_before_their_key),
        cmocka_unit_test(test_pattern_kinds_are_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
