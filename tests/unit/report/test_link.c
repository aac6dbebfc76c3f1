/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/limits.h"
#include "base/span.h"
#include "report/link.h"
#include "report/link_set.h"
#include "report/report.h"

static GStringChunk *arena;

static int
setup(void **state)
{
    (void)state;
    arena = g_string_chunk_new(256);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    g_string_chunk_free(arena);
    return 0;
}

static void
test_nothing_found_is_no_link(void **state)
{
    g_autoptr(LinkSet) set = link_set_new(arena);
    const struct link *links = NULL;
    bool full = true;
    (void)state;
    link_scan_text(set, span_of(NULL), TEXT_FIXED);
    link_scan_html(set, span_of(NULL), NULL);
    assert_int_equal(link_set_take(set, &links, &full), 0);
    assert_false(full);
}

static void
test_links_outlive_the_set(void **state)
{
    struct link_set *set = link_set_new(arena);
    const struct link *links;
    bool full;
    (void)state;
    link_scan_text(set, span_of("http://A.test/%7E www.b.test"), TEXT_FIXED);
    assert_int_equal(link_set_take(set, &links, &full), 2);
    link_set_free(set);
    assert_int_equal((uintptr_t)links % _Alignof(struct link), 0);
    assert_string_equal(links[0].url, "http://A.test/%7E");
    assert_string_equal(links[0].key, "http://a.test/~");
    assert_string_equal(links[0].host, "a.test");
    assert_null(links[0].outer);
    assert_string_equal(links[1].url, "www.b.test");
    assert_string_equal(links[1].key, "http://www.b.test/");
}

static void
test_limit_of_links(void **state)
{
    g_autoptr(LinkSet) set = link_set_new(arena);
    const struct link *links;
    bool full;
    (void)state;
    for (int i = 0; i < LIMIT_LINKS; i++) {
        g_autofree char *url = g_strdup_printf("http://a.test/%d", i);
        link_scan_text(set, span_of(url), TEXT_FIXED);
    }
    link_scan_text(set, span_of("http://a.test/0"), TEXT_FIXED); /* there already */
    assert_int_equal(link_set_take(set, &links, &full), LIMIT_LINKS);
    assert_false(full);
    link_scan_text(set, span_of("http://a.test/x"), TEXT_FIXED);
    assert_int_equal(link_set_take(set, &links, &full), LIMIT_LINKS);
    assert_true(full);
}

static void
test_long_url_is_cut_on_a_character(void **state)
{
    g_autoptr(LinkSet) set = link_set_new(arena);
    g_autoptr(GString) text = g_string_new("http://a.test/x");
    const struct link *links;
    bool full;
    (void)state;
    while (text->len < 3 * LIMIT_URL_OCTETS)
        g_string_append(text, "\xC3\xBC");
    link_scan_text(set, (struct span){ text->str, text->len }, TEXT_FIXED);
    assert_int_equal(link_set_take(set, &links, &full), 1);
    assert_int_equal(links[0].flags, LINK_CUT);
    assert_int_equal(strlen(links[0].url), LIMIT_URL_OCTETS - 1);
    assert_true(g_utf8_validate(links[0].url, -1, NULL));
}

static void
test_outer_loses_the_recipient(void **state)
{
    g_autoptr(LinkSet) set = link_set_new(arena);
    const struct link *links;
    bool full;
    (void)state;
    link_scan_text(set,
                   span_of("https://eur01.safelinks.protection.outlook.com/"
                           "?url=http%3A%2F%2Fa.test%2F&data=u%40b.test&reserved=0"),
                   TEXT_FIXED);
    assert_int_equal(link_set_take(set, &links, &full), 1);
    assert_string_equal(links[0].url, "http://a.test/");
    assert_string_equal(links[0].outer, "https://eur01.safelinks.protection.outlook.com/"
                                        "?url=http%3A%2F%2Fa.test%2F&reserved=0");
}

/* A wrapper around a wrapper: google.com/url?q= seven times. */
static void
test_wrappers_in_wrappers(void **state)
{
    g_autoptr(LinkSet) set = link_set_new(arena);
    g_autofree char *url = g_strdup("http://a.test/");
    const struct link *links;
    bool full;
    (void)state;
    for (int i = 0; i < 7; i++) {
        g_autofree char *escaped = g_uri_escape_string(url, NULL, FALSE);
        g_free(url);
        url = g_strconcat("https://www.google.com/url?q=", escaped, NULL);
        link_scan_text(set, span_of(url), TEXT_FIXED);
    }
    /* One to five deep are one link; six and seven leave a wrapper. */
    assert_int_equal(link_set_take(set, &links, &full), 3);
    assert_string_equal(links[0].url, "http://a.test/");
    assert_string_equal(links[0].outer, "https://www.google.com/url?q=http%3A%2F%2Fa.test%2F");
    assert_string_equal(links[1].host, "www.google.com");
}

/* What the same URL met twice makes of the flags. */
static void
test_flags_of_a_link_met_again(void **state)
{
    static const struct {
        const char *label;
        unsigned first, second, want;
    } cases[] = {
        { "form adds", 0, LINK_FORM, LINK_FORM },
        { "comment, then shown", LINK_IN_COMMENT, 0, 0 },
        { "shown, then comment", 0, LINK_IN_COMMENT, 0 },
        { "picture, then link", LINK_NOT_REPORTABLE, 0, 0 },
        { "picture twice", LINK_NOT_REPORTABLE, LINK_NOT_REPORTABLE, LINK_NOT_REPORTABLE },
        { "form and refresh", LINK_FORM, LINK_REFRESH, LINK_FORM | LINK_REFRESH },
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(LinkSet) set = link_set_new(arena);
        const struct link *links;
        bool full;
        link_set_add(set, span_of("http://a.test/"), cases[i].first);
        link_set_add(set, span_of("http://a.test"), cases[i].second);
        if (link_set_take(set, &links, &full) != 1 || links[0].flags != cases[i].want)
            fail_msg("%s: got flags %#x", cases[i].label, links[0].flags);
    }
}

static void
test_long_base_is_not_joined_for_ever(void **state)
{
    g_autoptr(LinkSet) set = link_set_new(arena);
    g_autoptr(GString) html = g_string_new("<base href=http://a.test/");
    const struct link *links;
    bool full;
    (void)state;
    while (html->len < LIMIT_URL_OCTETS)
        g_string_append(html, "b/");
    g_string_append(html, ">");
    for (int i = 0; i < 10000; i++)
        g_string_append(html, "<a href=x>");
    link_scan_html(set, (struct span){ html->str, html->len }, NULL);
    assert_int_equal(link_set_take(set, &links, &full), 2);
    assert_true(full);
}

/* Inputs that would take minutes if any part of the scan were quadratic. */
static void
test_hostile_repetition_takes_linear_time(void **state)
{
    static const char *const pieces[] = {
        "a.",
        "a.a/",
        "http:",
        "<http://a ",
        "<http://a\n",
        "[.]",
        "www.",
        "<",
        "<!--",
        "<script>",
        "<a href=\"",
        "&",
        "x.com/",
        "-.",
        "<!--<title>",
        "url(",
        "a@b.c/",
        "<p style=\"url(",
        "<!--<!-->",
        "http://a:",
        "\xEF\xBC\x8E",
        "<a href='x\" ",
        "http://b.test/\n",
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
        g_autoptr(GString) text = g_string_new("<base href=http://a.test/b/>");
        g_autoptr(LinkSet) set = link_set_new(arena);
        gint64 start = g_get_monotonic_time();
        while (text->len < 2 * 1024 * 1024)
            g_string_append(text, pieces[i]);
        link_scan_text(set, (struct span){ text->str, text->len }, TEXT_FLOWED_DELSP);
        link_scan_html(set, (struct span){ text->str, text->len }, NULL);
        if (g_get_monotonic_time() - start > 30 * G_USEC_PER_SEC)
            fail_msg("\"%s\" repeated takes too long", pieces[i]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nothing_found_is_no_link, setup, teardown),
        cmocka_unit_test_setup_teardown(test_links_outlive_the_set, setup, teardown),
        cmocka_unit_test_setup_teardown(test_limit_of_links, setup, teardown),
        cmocka_unit_test_setup_teardown(test_long_url_is_cut_on_a_character, setup, teardown),
        cmocka_unit_test_setup_teardown(test_outer_loses_the_recipient, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wrappers_in_wrappers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_flags_of_a_link_met_again, setup, teardown),
        cmocka_unit_test_setup_teardown(test_long_base_is_not_joined_for_ever, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hostile_repetition_takes_linear_time, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
