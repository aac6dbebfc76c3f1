/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/span.h"
#include "report/link.h"
#include "report/url.h"

/* clang-format off */
static const struct {
    const char *label, *url, *key, *host; /* key NULL: none that we keep */
} normal[] = {
    { "scheme and host in lower case", "HTTP://A.Test/Pa?Q=R", "http://a.test/Pa?Q=R", "a.test" },
    { "empty path",              "https://a.test",            "https://a.test/",       "a.test" },
    { "empty path with query",   "https://a.test?x",          "https://a.test/?x",     "a.test" },
    { "default port of http",    "http://a.test:80/",         "http://a.test/",        "a.test" },
    { "default port of https",   "https://a.test:443/",       "https://a.test/",       "a.test" },
    { "port of another scheme",  "http://a.test:443/",        "http://a.test:443/",    "a.test" },
    { "empty port",              "http://a.test:/",           "http://a.test/",        "a.test" },
    { "port with zeros",         "http://a.test:0080/",       "http://a.test/",        "a.test" },
    { "port too large",          "http://a.test:65536/",      NULL, NULL },
    { "port of letters",         "http://a.test:x/",          NULL, NULL },
    { "user off",                "http://u:p@a.test/",        "http://a.test/",        "a.test" },
    { "host behind the last @",  "http://bank.test@b@a.test", "http://a.test/",        "a.test" },
    { "fragment off",            "http://a.test/x#y?z",       "http://a.test/x",       "a.test" },
    { "final dot of the host",   "http://a.test./",           "http://a.test/",        "a.test" },
    { "U-label",                 "http://m\xC3\xBCnchen.test/", "http://xn--mnchen-3ya.test/", "xn--mnchen-3ya.test" },
    { "full-width dot",          "http://a\xE3\x80\x82test/", "http://a.test/",        "a.test" },
    { "escaped host",            "http://%61.test/",          "http://a.test/",        "a.test" },
    { "backslashes",             "http:\\\\a.test\\b\\c",     "http://a.test/b/c",     "a.test" },
    { "one slash, as browsers",  "http:/a.test/",             "http://a.test/",        "a.test" },
    { "tab, CR, LF dropped",     "ht\ttp://a.\r\ntest/b",     "http://a.test/b",       "a.test" },
    { "control trimmed",         " \x01http://a.test/b\x1f ", "http://a.test/b",       "a.test" },
    { "dot segments",            "http://a.test/a/./b/../c",  "http://a.test/a/c",     "a.test" },
    { "too many dot segments",   "http://a.test/../../c",     "http://a.test/c",       "a.test" },
    { "final dot segment",       "http://a.test/a/b/..",      "http://a.test/a/",      "a.test" },
    { "escaped dot segment",     "http://a.test/a/%2E%2e/c",  "http://a.test/c",       "a.test" },
    { "empty segments stay",     "http://a.test//a//",        "http://a.test//a//",    "a.test" },
    { "unreserved decoded",      "http://a.test/%7e%41?%5f",  "http://a.test/~A?_",    "a.test" },
    { "reserved in upper case",  "http://a.test/%2f?%3d",     "http://a.test/%2F?%3D", "a.test" },
    { "octets above ASCII",      "http://a.test/\xC3\xBC",    "http://a.test/%C3%BC",  "a.test" },
    { "blank in path",           "http://a.test/a b",         "http://a.test/a%20b",   "a.test" },
    { "percent alone",           "http://a.test/%zz%%341",    "http://a.test/%25zz%2541", "a.test" },
    { "decimal IPv4",            "http://3232235777/",        "http://192.168.1.1/",   "192.168.1.1" },
    { "hex IPv4",                "http://0xC0.0xA8.1.1/",     "http://192.168.1.1/",   "192.168.1.1" },
    { "octal IPv4",              "http://0300.0250.1.1/",     "http://192.168.1.1/",   "192.168.1.1" },
    { "short IPv4",              "http://127.1/",             "http://127.0.0.1/",     "127.0.0.1" },
    { "IPv4 too large",          "http://256.1.1.1/",         NULL, NULL },
    { "IPv4 last part too large", "http://1.1.1.256/",        NULL, NULL },
    { "IPv4 of five parts",      "http://1.2.3.4.5/",         NULL, NULL },
    { "number behind a name",    "http://a.5/",               NULL, NULL },
    { "IPv6",                    "http://[2001:DB8:0::1]/",   "http://[2001:db8::1]/", "2001:db8::1" },
    { "IPv6 with port",          "http://[2001:db8::1]:81/",  "http://[2001:db8::1]:81/", "2001:db8::1" },
    { "mapped IPv4",             "http://[::ffff:192.0.2.1]/", "http://192.0.2.1/",    "192.0.2.1" },
    { "IPv6 not closed",         "http://[2001:db8::1/",      NULL, NULL },
    { "ftp",                     "ftp://a.test:21/x",         "ftp://a.test/x",        "a.test" },
    { "mailto",                  "mailto:u@a.test",           NULL, NULL },
    { "javascript",              "javascript:alert(1)",       NULL, NULL },
    { "no scheme",               "www.a.test/",               NULL, NULL },
    { "no host",                 "http:///",                  NULL, NULL },
    { "only a user",             "http://u@/",                NULL, NULL },
    { "empty",                   "",                          NULL, NULL },
};

static const struct {
    const char *label, *url, *inner; /* inner NULL: no wrapper */
} wrapped[] = {
    { "Safe Links", "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.test%2F%3Fb%3D1&data=x", "https://a.test/?b=1" },
    { "Safe Links with entities left", "https://nam02.safelinks.protection.outlook.com/?data=x&amp;url=http%3A%2F%2Fa.test", "http://a.test" },
    { "Safe Links without url", "https://nam02.safelinks.protection.outlook.com/?data=x", NULL },
    { "host that only looks so", "https://safelinks.protection.outlook.com.a.test/?url=http%3A%2F%2Fb.test", NULL },
    { "Proofpoint v1", "https://urldefense.proofpoint.com/v1/url?u=http://a.test/b&k=c", "http://a.test/b" },
    { "Proofpoint v2", "https://urldefense.proofpoint.com/v2/url?u=https-3A__a.test_b-2Dc-3Fd-3De-26f&d=x&c=y", "https://a.test/b-c?d=e&f" },
    { "Proofpoint v2 with entity", "https://urldefense.proofpoint.com/v2/url?u=http-3A__a.test_-3Fb-26amp-3Bc&d=x", "http://a.test/?b&c" },
    { "Proofpoint v3", "https://urldefense.com/v3/__https://a.test/b*c__;Kw!!x$", "https://a.test/b+c" },
    { "Proofpoint v3 run", "https://urldefense.com/v3/__https://a.test/b**Ac?d__;Kys!!x$", "https://a.test/b++c?d" },
    { "Proofpoint v3 one slash", "https://urldefense.com/v3/__https:/a.test/b__;!!x$", "https://a.test/b" },
    { "Proofpoint v3, characters missing", "https://urldefense.com/v3/__https://a.test/**Zb__;Kw!!x$", NULL },
    { "Google q", "https://www.google.com/url?sa=t&q=http%3A%2F%2Fa.test%2F", "http://a.test/" },
    { "Google url", "http://google.co.uk/url?url=http://a.test/", "http://a.test/" },
    { "Google without scheme", "http://google.de/url?q=www.a.test", "http://www.a.test" },
    { "Google amp", "https://www.google.de/amp/s/a.test/b?c", "https://a.test/b?c" },
    { "Google search", "https://www.google.com/search?q=http://a.test/", NULL },
    { "not Google", "https://google.example.com/url?q=http://a.test/", NULL },
    { "Barracuda", "https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fa.test%2fb&c=E", "https://a.test/b" },
    { "Cisco", "https://secure-web.cisco.com/1abc-x/https%3A%2F%2Fa.test%2Fb", "https://a.test/b" },
    { "wraps no web link", "https://www.google.com/url?q=mailto%3Au%40a.test", NULL },
    { "plain", "https://a.test/url?q=http://b.test", NULL },
};
/* clang-format on */

static void
test_normalize(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(normal); i++) {
        g_autoptr(GString) key = g_string_new(NULL);
        g_autoptr(GString) host = g_string_new(NULL);
        bool kept = url_normalize(span_of(normal[i].url), key, host);
        const char *want_key = normal[i].key != NULL ? normal[i].key : "";
        const char *want_host = normal[i].host != NULL ? normal[i].host : "";
        if (kept != (normal[i].key != NULL) || strcmp(key->str, want_key) != 0 ||
            strcmp(host->str, want_host) != 0)
            fail_msg("%s: got %d \"%s\" \"%s\"", normal[i].label, kept, key->str, host->str);
    }
}

static void
test_unwrap(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(wrapped); i++) {
        g_autoptr(GString) inner = g_string_new(NULL);
        bool known = url_unwrap(span_of(wrapped[i].url), inner);
        if (known != (wrapped[i].inner != NULL) ||
            strcmp(inner->str, known ? wrapped[i].inner : "") != 0)
            fail_msg("%s: got %d \"%s\"", wrapped[i].label, known, inner->str);
    }
}

static void
test_join(void **state)
{
    static const struct {
        const char *label, *reference, *want;
    } cases[] = {
        { "name", "x", "http://a.test/b/x" },
        { "path", "/x?y", "http://a.test/x?y" },
        { "up", "../x#f", "http://a.test/x#f" },
        { "query", "?y", "http://a.test/b/c?y" },
        { "other host", "//b.test/x", "http://b.test/x" },
        { "fragment", "#f", NULL },
        { "nothing", "", NULL },
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) joined = g_string_new(NULL);
        bool done =
            url_append_joined(joined, span_of("http://a.test/b/c?d"), span_of(cases[i].reference));
        if (done != (cases[i].want != NULL) || strcmp(joined->str, done ? cases[i].want : "") != 0)
            fail_msg("%s: got %d \"%s\"", cases[i].label, done, joined->str);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normalize),
        cmocka_unit_test(test_unwrap),
        cmocka_unit_test(test_join),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
