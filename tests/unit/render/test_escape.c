/* SPDX-License-Identifier: Apache-2.0 */
#include "render/escape.h"
#include "test.h"

#define SHOWN(code) "\xE2\x9F\xA6U+" code "\xE2\x9F\xA7"
#define OCTETS(text)                                                                               \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }

/* clang-format off */
static const struct { const char *label; struct span text; const char *visible, *html; } shown[] = {
    { "plain",                 OCTETS("a\tb\r\nc"),        "a\tb\r\nc",                  "a\tb\r\nc" },
    { "empty",                 OCTETS(""),                 "",                           "" },
    { "HTML's own",            OCTETS("<a href='x'>&\""),  "<a href='x'>&\"",            "&lt;a href=&#39;x&#39;&gt;&amp;&quot;" },
    { "letters stay",          OCTETS("\xC3\xA9\xE6\x97\xA5\xF0\x9F\x98\x80"), "\xC3\xA9\xE6\x97\xA5\xF0\x9F\x98\x80", "\xC3\xA9\xE6\x97\xA5\xF0\x9F\x98\x80" },
    { "right-to-left override", OCTETS("gpj.\xE2\x80\xAE" "exe"), "gpj." SHOWN("202E") "exe", "gpj." SHOWN("202E") "exe" },
    { "isolate",               OCTETS("\xE2\x81\xA6"),     SHOWN("2066"),                SHOWN("2066") },
    { "Arabic letter mark",    OCTETS("\xD8\x9C"),         SHOWN("061C"),                SHOWN("061C") },
    { "zero width space",      OCTETS("a\xE2\x80\x8B" "b"), "a" SHOWN("200B") "b",       "a" SHOWN("200B") "b" },
    { "soft hyphen",           OCTETS("\xC2\xAD"),         SHOWN("00AD"),                SHOWN("00AD") },
    { "byte order mark",       OCTETS("\xEF\xBB\xBF"),     SHOWN("FEFF"),                SHOWN("FEFF") },
    { "line separator",        OCTETS("\xE2\x80\xA8"),     SHOWN("2028"),                SHOWN("2028") },
    { "tag character",         OCTETS("\xF3\xA0\x81\x81"), SHOWN("E0041"),               SHOWN("E0041") },
    { "Hangul filler",         OCTETS("\xE3\x85\xA4"),     SHOWN("3164"),                SHOWN("3164") },
    { "private use",           OCTETS("\xEE\x80\x80"),     SHOWN("E000"),                SHOWN("E000") },
    { "C0, DEL, C1",           OCTETS("\x1B[\x7F\xC2\x9B"), SHOWN("001B") "[" SHOWN("007F") SHOWN("009B"), SHOWN("001B") "[" SHOWN("007F") SHOWN("009B") },
    { "NUL",                   OCTETS("a\0b"),             "a" SHOWN("0000") "b",        "a" SHOWN("0000") "b" },
    { "Arabic number sign is seen", OCTETS("\xD8\x80"),    "\xD8\x80",                   "\xD8\x80" },
    { "emoji selector stays",  OCTETS("\xE2\x9D\xA4\xEF\xB8\x8F"), "\xE2\x9D\xA4\xEF\xB8\x8F", "\xE2\x9D\xA4\xEF\xB8\x8F" },
    { "no UTF-8",              OCTETS("a\xFF" "b"),        "a\xEF\xBF\xBD" "b",          "a\xEF\xBF\xBD" "b" },
    { "cut short",             OCTETS("a\xE2\x80"),        "a\xEF\xBF\xBD\xEF\xBF\xBD",  "a\xEF\xBF\xBD\xEF\xBF\xBD" },
    { "overlong <",            OCTETS("\xC0\xBC"),         "\xEF\xBF\xBD\xEF\xBF\xBD",   "\xEF\xBF\xBD\xEF\xBF\xBD" },
    { "surrogate",             OCTETS("\xED\xA0\x80"),     "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" },
};

static const struct { const char *label; struct span text; const char *want; } urls[] = {
    { "unreserved",     OCTETS("aZ09-._~"),        "aZ09-._~" },
    { "delimiters",     OCTETS("a b&c=d/e?f#g%+"), "a%20b%26c%3Dd%2Fe%3Ff%23g%25%2B" },
    { "line end",       OCTETS("\r\n\0"),          "%0D%0A%00" },
    { "octets",         OCTETS("\xC3\xA9\xFF"),    "%C3%A9%FF" },
};
/* clang-format on */

static void
expect(const char *label, const GString *got, const char *want)
{
    if (strcmp(got->str, want) != 0 || got->len != strlen(want))
        fail_msg("%s: want \"%s\", got \"%s\"", label, want, got->str);
}

static void
test_hidden_characters_and_html(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(shown); i++) {
        g_autoptr(GString) visible = g_string_new(NULL);
        g_autoptr(GString) html = g_string_new(NULL);
        escape_append_visible(visible, shown[i].text);
        escape_append_html(html, shown[i].text);
        expect(shown[i].label, visible, shown[i].visible);
        expect(shown[i].label, html, shown[i].html);
    }
}

static void
test_urls(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(urls); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        escape_append_url(out, urls[i].text);
        expect(urls[i].label, out, urls[i].want);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hidden_characters_and_html),
        cmocka_unit_test(test_urls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
