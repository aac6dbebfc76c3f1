/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mail_address.h"
#include "test.h"

#define X16 "xxxxxxxxxxxxxxxx"
#define X60 X16 X16 X16 "xxxxxxxxxxxx"
#define L240 X60 "." X60 "." X60 "." X60 /* 243 */

/* clang-format off */
static const struct { const char *label, *text, *why, *local, *host; } cases[] = {
    { "plain",               "abuse@example.com",          NULL, "abuse", "example.com" },
    { "case of the domain",  "Abuse@EXAMPLE.com",          NULL, "Abuse", "example.com" },
    { "dots and signs",      "a.b+c=d@sub.example.com",    NULL, "a.b+c=d", "sub.example.com" },
    { "U-label",             "a@b\xC3\xBC" "cher.example", NULL, "a", "xn--bcher-kva.example" },
    { "64 before the @",     X60 "xxxx@example.com",       NULL, X60 "xxxx", "example.com" },
    { "65 before the @",     X60 "xxxxx@example.com",      "too long", NULL, NULL },
    { "over 254 in all",     "a@" L240 ".example.com",     "too long", NULL, NULL },
    { "no @",                "abuse",                      "no address", NULL, NULL },
    { "empty",               "",                           "no address", NULL, NULL },
    { "nothing before it",   "@example.com",               "no plain local part", NULL, NULL },
    { "quoted",              "\"a b\"@example.com",        "no plain local part", NULL, NULL },
    { "dot in front",        ".a@example.com",             "no plain local part", NULL, NULL },
    { "dot behind",          "a.@example.com",             "no plain local part", NULL, NULL },
    { "two dots",            "a..b@example.com",           "no plain local part", NULL, NULL },
    { "line break",          "a\r\nb@example.com",         "no plain local part", NULL, NULL },
    { "angle",               "<a@example.com>",            "no plain local part", NULL, NULL },
    { "8 bit",               "\xC3\xA9@example.com",       "no plain local part", NULL, NULL },
    { "two @",               "a@b@example.com",            "no host name behind the @", NULL, NULL },
    { "one label",           "a@localhost",                "no host name behind the @", NULL, NULL },
    { "literal",             "a@[192.0.2.1]",              "no host name behind the @", NULL, NULL },
    { "IPv4 address",        "a@192.0.2.1",                "no host name behind the @", NULL, NULL },
    { "underscore",          "a@b_c.example",              "no host name behind the @", NULL, NULL },
    { "blank behind",        "a@example.com x",            "no host name behind the @", NULL, NULL },
    { "nothing behind it",   "a@",                         "no host name behind the @", NULL, NULL },
};
/* clang-format on */

static void
test_what_is_an_address(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct span local = { NULL, 0 };
        g_autofree char *host = NULL;
        const char *why = mail_address_read(span_of(cases[i].text), &local, &host);
        if (g_strcmp0(why, cases[i].why) != 0 || g_strcmp0(host, cases[i].host) != 0 ||
            (why == NULL && !span_equals(local, cases[i].local)))
            fail_msg("%s: %s, %.*s, %s", cases[i].label, why, (int)local.len, local.octets, host);
    }
    struct span local = { NULL, 0 };
    g_autofree char *host = NULL;
    assert_string_equal(mail_address_read((struct span){ "a\0b@example.com", 15 }, &local, &host),
                        "no plain local part");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_an_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
