/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/span.h"
#include "report/link.h"
#include "report/link_entity.h"
#include "report/report.h"

#define NR LINK_NOT_REPORTABLE
#define TD LINK_TEXT_DIFFERS
#define IC LINK_IN_COMMENT

/* clang-format off */
static const struct {
    const char *label, *html;
    struct { const char *url; unsigned flags; } want[4];
} cases[] = {
    { "href", "<a href=\"http://a.test/\">x</a>", { { "http://a.test/", 0 } } },
    { "upper case, no quotes", "<A HREF=http://a.test/x>y", { { "http://a.test/x", 0 } } },
    { "single quotes, blanks", "<a\n href = 'http://a.test/x'>y", { { "http://a.test/x", 0 } } },
    { "references", "<a href='http&#58;&#x2f;&#47a.test/?a=1&amp;b=2&copy=3'>", { { "http://a.test/?a=1&b=2&copy=3", 0 } } },
    { "named references", "<a href='http&colon;&sol;&sol;a&period;test/'>", { { "http://a.test/", 0 } } },
    { "line breaks in a value", "<a href=' ht\ntp://a.te\tst/x\r\n'>", { { "http://a.test/x", 0 } } },
    { "first of two", "<a href=http://a.test/ href=http://b.test/>", { { "http://a.test/", 0 } } },
    { "not a tag", "a < b http://a.test/<5", { { "http://a.test/", 0 } } },
    { "no closing quote", "<a href=\"http://a.test/x y>z", { { "http://a.test/x", 0 } } },
    { "no closing quote, next tag", "<a href=\"http://a.test</body>", { { "http://a.test", 0 } } },
    { "quoted-printable not undone", "<a href=3D\"http://a.test/?b=3Dc=\r\nd\">", { { "http://a.test/?b=cd", 0 } } },
    { "tag never closed", "<a href=http://a.test/x", { { "http://a.test/x", 0 } } },
    { "src of a picture", "<img src=http://a.test/x>", { { "http://a.test/x", NR } } },
    { "src of a frame", "<iframe src=http://a.test/x>", { { "http://a.test/x", 0 } } },
    { "picture and link", "<img src=http://a.test/x><a href=http://a.test/x>", { { "http://a.test/x", 0 } } },
    { "style sheet", "<link rel=stylesheet href=http://a.test/x>", { { "http://a.test/x", NR } } },
    { "background, poster, cite", "<td background=http://a.test/><video poster=http://b.test/><q cite=http://c.test/>", { { "http://a.test/", NR }, { "http://b.test/", NR }, { "http://c.test/", NR } } },
    { "srcset", "<img srcset='http://a.test/1 1x, http://b.test/2 2x'>", { { "http://a.test/1", NR }, { "http://b.test/2", NR } } },
    { "style", "<p style=\"background: URL( 'http://a.test/x' )\">", { { "http://a.test/x", NR } } },
    { "style element", "<style>@import \"http://a.test/\"; p{x:url(http://b.test/)}</style>", { { "http://a.test/", NR }, { "http://b.test/", NR } } },
    { "object", "<object data=http://a.test/x>", { { "http://a.test/x", 0 } } },
    { "form", "<form action=http://a.test/x><button formaction=http://b.test/>", { { "http://a.test/x", LINK_FORM }, { "http://b.test/", LINK_FORM } } },
    { "refresh", "<meta content=\"0; URL='http://a.test/?b&amp;c'\" http-equiv=Refresh>", { { "http://a.test/?b&c", LINK_REFRESH } } },
    { "other meta", "<meta name=x content=\"0;url=http://a.test/\">", { { NULL, 0 } } },
    { "base", "<base href=http://a.test/b/><a href=c>", { { "http://a.test/b/", NR }, { "http://a.test/b/c", 0 } } },
    { "relative without base", "<a href=c><a href=/d><a href='#e'>", { { NULL, 0 } } },
    { "without scheme", "<a href=//a.test/x><a href=www.b.test>", { { "a.test/x", LINK_NO_SCHEME }, { "www.b.test", LINK_NO_SCHEME } } },
    { "defanged", "<a href=hxxp://a[.]test/x>", { { "http://a.test/x", LINK_DEFANGED } } },
    { "other schemes", "<a href=mailto:u@a.test><a href='java\nscript:x'><img src=data:x><img src=cid:y><a href=tel:1>", { { NULL, 0 } } },
    { "conditional comment", "<!--[if mso]><v:rect href=http://a.test/><![endif]--><a href=http://b.test/>", { { "http://a.test/", IC }, { "http://b.test/", 0 } } },
    { "text of a comment", "<!-- http://a.test/ -->", { { "http://a.test/", IC } } },
    { "comment, then seen", "<!--<a href=http://a.test/>--><a href=http://a.test/>", { { "http://a.test/", 0 } } },
    { "comment never closed", "<!-- <a href=http://a.test/>", { { "http://a.test/", IC } } },
    { "empty comments", "<!--><a href=http://a.test/><!---><a href=http://b.test/>", { { "http://a.test/", 0 }, { "http://b.test/", 0 } } },
    { "condition shown to others", "<!--[if !mso]><!--><a href=http://a.test/><!--<![endif]-->", { { "http://a.test/", 0 } } },
    { "script", "<script>location='http://a.test/'; x.com/y</script>", { { "http://a.test/", 0 } } },
    { "title", "<title>http://a.test/</title>", { { NULL, 0 } } },
    { "name space and DTD", "<!DOCTYPE html SYSTEM \"http://a.test/x.dtd\"><html xmlns=\"http://b.test/\">", { { NULL, 0 } } },
    { "text", "see http://a.test/?b&amp;c<br>d", { { "http://a.test/?b&c", 0 } } },
    { "text over tags", "http://a.te<b>st</b>/x", { { "http://a.test/x", 0 } } },
    { "text in front of a link", "http://b.test/ <a href=http://a.test/>", { { "http://b.test/", 0 }, { "http://a.test/", 0 } } },
    { "text is the target", "<a href=https://a.test/x>http://www.a.test</a>", { { "https://a.test/x", 0 } } },
    { "text names another host", "<a href=http://a.test/>http://bank.test/</a>", { { "http://a.test/", TD }, { "http://bank.test/", NR } } },
    { "text is another bare host", "<a href=http://a.test/><b>example.com</b></a>", { { "http://a.test/", TD } } },
    { "host that begins the same", "<a href=http://example.com.a.test/>example.com</a>", { { "http://example.com.a.test/", TD } } },
    { "text behind the link", "<a href=http://a.test/>x</a> http://b.test/", { { "http://a.test/", 0 }, { "http://b.test/", 0 } } },
    { "text of a wrapped link", "<a href='https://www.google.com/url?q=http://a.test/x'>http://a.test/x</a>", { { "http://a.test/x", LINK_UNWRAPPED } } },
};

static const struct {
    const char *label, *html, *want;
} visible[] = {
    { "blocks", "<p>one</p><div>two<br>three</div>", "one\ntwo\nthree\n" },
    { "white space", "  a\n\n b &nbsp; c ", "a b c " },
    { "inline tags", "bo<b>ld</b> &lt;x&gt; &#8364;&#x80;", "bold <x> \xE2\x82\xAC\xE2\x82\xAC" },
    { "not seen", "<head><title>t</title><style>s</style></head><script>x</script>a<!-- b -->c", "ac" },
    { "preformatted", "<pre>a\n  b</pre>", "a\nb\n" },
    { "NUL", "a&#0;b", "a\xEF\xBF\xBD" "b" },
};
/* clang-format on */

static void
test_links(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        GStringChunk *arena = g_string_chunk_new(256);
        g_autoptr(LinkSet) set = link_set_new(arena);
        const struct link *links;
        bool full;
        size_t count;
        size_t want = 0;
        link_scan_html(set, span_of(cases[i].html), NULL);
        count = link_set_take(set, &links, &full);
        while (want < G_N_ELEMENTS(cases[i].want) && cases[i].want[want].url != NULL)
            want++;
        for (size_t j = 0; j < count && j < want; j++)
            if (strcmp(links[j].url, cases[i].want[j].url) != 0 ||
                links[j].flags != cases[i].want[j].flags)
                fail_msg("%s: got \"%s\", flags %#x", cases[i].label, links[j].url, links[j].flags);
        if (count != want)
            fail_msg("%s: got %zu links", cases[i].label, count);
        g_string_chunk_free(arena);
    }
}

static void
test_visible(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(visible); i++) {
        GStringChunk *arena = g_string_chunk_new(256);
        g_autoptr(LinkSet) set = link_set_new(arena);
        g_autoptr(GString) got = g_string_new(NULL);
        link_scan_html(set, span_of(visible[i].html), got);
        if (strcmp(got->str, visible[i].want) != 0)
            fail_msg("%s: got \"%s\"", visible[i].label, got->str);
        g_string_chunk_free(arena);
    }
}

static void
test_visible_text_is_capped_on_a_character(void **state)
{
    GStringChunk *arena = g_string_chunk_new(256);
    g_autoptr(LinkSet) set = link_set_new(arena);
    g_autoptr(GString) html = g_string_new("x");
    g_autoptr(GString) got = g_string_new(NULL);
    (void)state;
    while (html->len < 2 * MAIL_TEXT_OCTETS)
        g_string_append(html, "\xC3\xBC");
    link_scan_html(set, (struct span){ html->str, html->len }, got);
    assert_int_equal(got->len, MAIL_TEXT_OCTETS - 1);
    assert_true(g_utf8_validate(got->str, (gssize)got->len, NULL));
    g_string_chunk_free(arena);
}

static void
test_entities(void **state)
{
    static const struct {
        const char *label, *text, *want;
    } table[] = {
        { "plain", "a&b", "a&b" },
        { "with and without ;", "&lt;&lt &#65;&#65 &#x41;&#X41", "<< AA AA" },
        { "name before a letter", "&ltx &copy=1", "&ltx &copy=1" },
        { "unknown", "&foo;", "&foo;" },
        { "new names need ;", "&sol;&sol ", "/&sol " },
        { "Windows-1252", "&#147;", "\xE2\x80\x9C" },
        { "no character", "&#xD800;&#x110000;&#99999999999;",
          "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" },
        { "end of text", "&", "&" },
        { "number without digits", "&#;&#x;", "&#;&#x;" },
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autoptr(GString) got = g_string_new(NULL);
        link_append_entities(got, span_of(table[i].text));
        if (strcmp(got->str, table[i].want) != 0)
            fail_msg("%s: got \"%s\"", table[i].label, got->str);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_visible),
        cmocka_unit_test(test_visible_text_is_capped_on_a_character),
        cmocka_unit_test(test_entities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
