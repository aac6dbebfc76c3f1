/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/span.h"
#include "report/link.h"
#include "report/report.h"

/* clang-format off */
static const struct {
    const char *label, *text, *want; /* URLs with a line feed between */
    enum text_flow flow;
    unsigned flags;                  /* of the first link */
} cases[] = {
    { "one", "see http://a.test/x now", "http://a.test/x", TEXT_FIXED, 0 },
    { "none", "e.g. file.txt, a@b.test, 1.5 and so on...", "", TEXT_FIXED, 0 },
    { "order and distinct", "http://b.test/ http://a.test/ http://B.test", "http://b.test/\nhttp://a.test/", TEXT_FIXED, 0 },
    { "letters as written", "HTTPS://A.test/X", "HTTPS://A.test/X", TEXT_FIXED, 0 },
    { "full stop", "http://a.test/x. http://a.test/y, http://a.test/z?!", "http://a.test/x\nhttp://a.test/y\nhttp://a.test/z", TEXT_FIXED, 0 },
    { "all marks", "http://a.test/x.,;:!?'\">]}", "http://a.test/x", TEXT_FIXED, 0 },
    { "bracket around", "(http://a.test/x)", "http://a.test/x", TEXT_FIXED, 0 },
    { "bracket within", "http://a.test/x_(y)", "http://a.test/x_(y)", TEXT_FIXED, 0 },
    { "bracket within and around", "(http://a.test/x_(y)).", "http://a.test/x_(y)", TEXT_FIXED, 0 },
    { "angle brackets, folded", "<http://a.test/long\n  er/path>", "http://a.test/longer/path", TEXT_FIXED, 0 },
    { "angle brackets, CRLF", "<URL:http://a.test/lo\r\nng>x", "http://a.test/long", TEXT_FIXED, 0 },
    { "angle brackets in a reply", "> see <http://a.test/lo\n> ng> x", "http://a.test/long", TEXT_FIXED, 0 },
    { "angle bracket never closed", "<http://a.test/x\nfoo", "http://a.test/x", TEXT_FIXED, 0 },
    { "angle brackets with words", "<http://a.test/x\nfoo bar>", "http://a.test/x", TEXT_FIXED, 0 },
    { "no folding without them", "http://a.test/x\nfoo", "http://a.test/x", TEXT_FIXED, 0 },
    { "soft break of quoted-printable", "012345678901234567890123456789012345678901234567 http://a.test/?a=3Dbb=\nccc d", "http://a.test/?a=bbccc", TEXT_FIXED, 0 },
    { "short line is no soft break", "http://a.test/?a=\nccc", "http://a.test/?a=", TEXT_FIXED, 0 },
    { "flowed: quotes go", "> <http://a.test/x \n> y>", "http://a.test/xy", TEXT_FLOWED, 0 },
    { "flowed: space ends", "http://a.test/x \ny", "http://a.test/x", TEXT_FLOWED, 0 },
    { "flowed: stuffed", " http://a.test/x", "http://a.test/x", TEXT_FLOWED, 0 },
    { "delsp joins", "http://a.test/x \ny", "http://a.test/xy", TEXT_FLOWED_DELSP, 0 },
    { "delsp, other depth", "> http://a.test/x \ny", "http://a.test/x", TEXT_FLOWED_DELSP, 0 },
    { "delsp, signature", "-- \nhttp://a.test/x", "http://a.test/x", TEXT_FLOWED_DELSP, 0 },
    { "www", "go to www.a.test.", "www.a.test", TEXT_FIXED, LINK_NO_SCHEME },
    { "www with number", "WWW2.a.test/x", "WWW2.a.test/x", TEXT_FIXED, LINK_NO_SCHEME },
    { "www of two labels", "www.test is no host", "", TEXT_FIXED, 0 },
    { "www behind CJK text", "\xE8\xAF\xB7www.a.test/x\xE3\x80\x82", "www.a.test/x", TEXT_FIXED, LINK_NO_SCHEME },
    { "bare host with path", "at example.com/x, now", "example.com/x", TEXT_FIXED, LINK_NO_SCHEME },
    { "bare host with port", "example.com:8080/x", "example.com:8080/x", TEXT_FIXED, LINK_NO_SCHEME },
    { "bare host without path", "at example.com, now", "", TEXT_FIXED, 0 },
    { "bare host, unknown TLD", "a.invalidtld/x", "", TEXT_FIXED, 0 },
    { "file in a path", "/usr/lib/foo.py/x", "", TEXT_FIXED, 0 },
    { "address with a slash", "u@example.com/x first.last@example.com/x", "", TEXT_FIXED, 0 },
    { "hxxp", "hxxp://a.test/x", "http://a.test/x", TEXT_FIXED, LINK_DEFANGED },
    { "hXXps and [.]", "hXXps://a[.]test/b[.]htm", "https://a.test/b.htm", TEXT_FIXED, LINK_DEFANGED },
    { "meow and (.)", "meow://a(.)test", "http://a.test", TEXT_FIXED, LINK_DEFANGED },
    { "[dot]", "http://a[dot]test/ x", "http://a.test/", TEXT_FIXED, LINK_DEFANGED },
    { " [dot] ", "http://a [dot] test/ x", "http://a.test/", TEXT_FIXED, LINK_DEFANGED },
    { "[://]", "https[://]a.test/x", "https://a.test/x", TEXT_FIXED, LINK_DEFANGED },
    { "[:]", "hxxp[:]//a.test/x", "http://a.test/x", TEXT_FIXED, LINK_DEFANGED },
    { "bare and defanged", "example[.]com/x", "example.com/x", TEXT_FIXED, LINK_DEFANGED | LINK_NO_SCHEME },
    { "user in front", "http://bank.test@a.test/", "http://bank.test@a.test/", TEXT_FIXED, 0 },
    { "numeric host", "http://3232235777/x", "http://3232235777/x", TEXT_FIXED, 0 },
    { "IPv6", "http://[2001:db8::1]/x]", "http://[2001:db8::1]/x", TEXT_FIXED, 0 },
    { "IPv6, nothing behind", "http://[2001:db8::1]", "http://[2001:db8::1]", TEXT_FIXED, 0 },
    { "BBCode", "[url=http://a.test/x]click[/url]", "http://a.test/x", TEXT_FIXED, 0 },
    { "word instead of a port", "http://a.test:see", "http://a.test", TEXT_FIXED, 0 },
    { "comma behind the host", "http://a.test,and", "http://a.test", TEXT_FIXED, 0 },
    { "scheme twice", "http://http://a.test/", "http://a.test/", TEXT_FIXED, 0 },
    { "quotes of other scripts", "\xC2\xABhttp://a.test/x\xC2\xBB", "http://a.test/x", TEXT_FIXED, 0 },
    { "word joiner", "http://a.test/x\xE2\x80\x8By", "http://a.test/x", TEXT_FIXED, 0 },
    { "letters in a path", "http://a.test/\xC3\xBC", "http://a.test/\xC3\xBC", TEXT_FIXED, 0 },
    { "other schemes", "mailto:u@a.test tel:1 data:x javascript:x cid:y sftp://a.test/", "", TEXT_FIXED, 0 },
    { "picture", "http://a.test/logo.PNG?x", "http://a.test/logo.PNG?x", TEXT_FIXED, LINK_NOT_REPORTABLE },
    { "name space", "http://www.w3.org/1999/xhtml", "http://www.w3.org/1999/xhtml", TEXT_FIXED, LINK_NOT_REPORTABLE },
    { "wrapper off", "https://www.google.com/url?q=http://a.test/x&sa=D", "http://a.test/x", TEXT_FIXED, LINK_UNWRAPPED },
    { "HTML that says it is text", "<html><a href='http://a.test/?b&amp;c'>", "http://a.test/?b&c", TEXT_FIXED, 0 },
};
/* clang-format on */

static void
test_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        GStringChunk *arena = g_string_chunk_new(256);
        g_autoptr(LinkSet) set = link_set_new(arena);
        g_autoptr(GString) got = g_string_new(NULL);
        const struct link *links;
        bool full = true;
        size_t count;
        link_scan_text(set, span_of(cases[i].text), cases[i].flow);
        count = link_set_take(set, &links, &full);
        for (size_t j = 0; j < count; j++)
            g_string_append_printf(got, "%s%s", j > 0 ? "\n" : "", links[j].url);
        if (strcmp(got->str, cases[i].want) != 0 || full ||
            (count > 0 ? links[0].flags : 0) != cases[i].flags)
            fail_msg("%s: got \"%s\", flags %#x", cases[i].label, got->str,
                     count > 0 ? links[0].flags : 0);
        g_string_chunk_free(arena);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_text) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
