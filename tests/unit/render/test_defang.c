/* SPDX-License-Identifier: Apache-2.0 */
#include "render/defang.h"
#include "test.h"

#define OCTETS(text)                                                                               \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }

/* clang-format off */
static const struct { const char *label; struct span url; const char *want; } urls[] = {
    { "https",            OCTETS("https://a.example.com/b.c?d=e.f"), "hxxps://a[.]example[.]com/b.c?d=e.f" },
    { "upper case",       OCTETS("HTTP://A.TEST"),                "hxxp://A[.]TEST" },
    { "ftp",              OCTETS("ftp://a.test/x"),               "fxp://a[.]test/x" },
    { "user and port",    OCTETS("http://bank.test@a.test:81/"),  "hxxp://bank[.]test@a[.]test:81/" },
    { "no scheme",        OCTETS("a.test/x.htm"),                 "a[.]test/x.htm" },
    { "backslashes",      OCTETS("http:\\\\a.test\\x"),           "hxxp:\\\\a[.]test\\x" },
    { "one slash",        OCTETS("http:/a.test"),                 "hxxp:/a[.]test" },
    { "other scheme",     OCTETS("javascript:alert(1)"),          "javascript[:]alert(1)" },
    { "data",             OCTETS("data:text/html,<b>"),           "data[:]text/html,<b>" },
    { "mailto",           OCTETS("mailto:a@b.test"),              "mailto[:]a@b[.]test" },
    { "ideographic dot",  OCTETS("http://a\xE3\x80\x82test/"),    "hxxp://a[.]test/" },
    { "full-width dot",   OCTETS("http://a\xEF\xBC\x8Etest/"),    "hxxp://a[.]test/" },
    { "half-width dot",   OCTETS("http://a\xEF\xBD\xA1test/"),    "hxxp://a[.]test/" },
    { "IPv6",             OCTETS("http://[2001:db8::1]/"),        "hxxp://[2001:db8::1]/" },
    { "defanged already", OCTETS("hxxps://a[.]test/"),            "hxxps://a[.]test/" },
    { "half defanged",    OCTETS("hxxp://a[.]b.test/"),           "hxxp://a[.]b[.]test/" },
    { "URL in a query",   OCTETS("http://a.test/?u=http://b.test/c.d"), "hxxp://a[.]test/?u=hxxp://b[.]test/c.d" },
    { "hidden character", OCTETS("http://a\xE2\x80\x8B.test/\xE2\x80\xAE"), "hxxp://a\xE2\x9F\xA6U+200B\xE2\x9F\xA7[.]test/\xE2\x9F\xA6U+202E\xE2\x9F\xA7" },
    { "white space in it", OCTETS("http://a b.test<c.d"),         "hxxp://a b[.]test<c[.]d" },
    { "control in it",    OCTETS("a\x1B.test"),                   "a\xE2\x9F\xA6U+001B\xE2\x9F\xA7[.]test" },
    { "empty",            OCTETS(""),                             "" },
    { "colon alone",      OCTETS(":"),                            "[:]" },
};

static const struct { const char *label; struct span text; const char *want; } texts[] = {
    { "no URL",           OCTETS("Dear a.b, see c.d"),            "Dear a.b, see c.d" },
    { "in a sentence",    OCTETS("Go to http://a.test/x.y. Now."), "Go to hxxp://a[.]test/x.y. Now." },
    { "in brackets",      OCTETS("<https://a.test>, (http://b.test)"), "<hxxps://a[.]test>, (hxxp://b[.]test)" },
    { "www",              OCTETS("Www.a.test or awww.b"),         "Www[.]a[.]test or awww.b" },
    { "glued to letters", OCTETS("xhttp://a.test"),               "xhttp[:]//a[.]test" },
    { "behind a dot",     OCTETS(".http://a.test"),               ".hxxp://a[.]test" },
    { "scheme behind a scheme", OCTETS("x://http://a.test"),      "x[:]//http[:]//a.test" },
    { "too long a scheme", OCTETS("abcdefghijklmnopqrstuhttp://a"), "abcdefghijklmnopqrstuhttp[:]//a" },
    { "ends in the scheme", OCTETS("http://"),                    "hxxp://" },
    { "no host to eat",   OCTETS("http:// a.b"),                  "hxxp:// a.b" },
    { "two",              OCTETS("http://a.test,http://b.test"),  "hxxp://a[.]test,hxxp://b[.]test" },
    { "line ends stay",   OCTETS("http://a.test\nb.c"),           "hxxp://a[.]test\nb.c" },
    { "NUL",              OCTETS("a\0http://a.test"),             "a\xE2\x9F\xA6U+0000\xE2\x9F\xA7hxxp://a[.]test" },
};
/* clang-format on */

static void
test_urls(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(urls); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        defang_append_url(out, urls[i].url);
        if (strcmp(out->str, urls[i].want) != 0)
            fail_msg("%s: want \"%s\", got \"%s\"", urls[i].label, urls[i].want, out->str);
    }
}

static void
test_urls_in_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        defang_append_text(out, texts[i].text);
        if (strcmp(out->str, texts[i].want) != 0)
            fail_msg("%s: want \"%s\", got \"%s\"", texts[i].label, texts[i].want, out->str);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_urls_in_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
