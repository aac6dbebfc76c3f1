/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/ip.h"

/* clang-format off */
static const struct {
    const char *label;
    struct span given;
    const char *want; /* NULL: no address */
} parses[] = {
    { "v4",                      { "192.0.2.1", 9 },              "192.0.2.1" },
    { "v4, blanks around",       { " \t192.0.2.1\r\n", 13 },      "192.0.2.1" },
    { "v4 in brackets",          { "[192.0.2.1]", 11 },           "192.0.2.1" },
    { "v4, largest",             { "255.255.255.255", 15 },       "255.255.255.255" },
    { "v4, leading zero",        { "192.0.02.1", 10 },            NULL },
    { "v4, octal",               { "0300.0.2.1", 10 },            NULL },
    { "v4, hex",                 { "0xC0.0.2.1", 10 },            NULL },
    { "v4, 256",                 { "192.0.2.256", 11 },           NULL },
    { "v4, three parts",         { "192.0.2", 7 },                NULL },
    { "v4, one number",          { "3221225985", 10 },            NULL },
    { "v4, five parts",          { "192.0.2.1.1", 11 },           NULL },
    { "v4, final dot",           { "192.0.2.1.", 10 },            NULL },
    { "v4 with port",            { "192.0.2.1:25", 12 },          NULL },
    { "v4 with prefix",          { "192.0.2.1/32", 12 },          NULL },
    { "v4, sign",                { "192.0.2.-1", 10 },            NULL },
    { "v4, text behind",         { "192.0.2.1 x", 11 },           NULL },
    { "v4, full-width digits",   { "\xEF\xBC\x91.0.2.1", 9 },     NULL },
    { "v4, NUL inside",          { "192.0.2.1\0", 10 },           NULL },
    { "v4, only its octets",     { "192.0.2.123", 9 },            "192.0.2.1" },
    { "v6",                      { "2001:DB8::1", 11 },           "2001:db8::1" },
    { "v6, tag",                 { "IPv6:2001:db8::1", 16 },      "2001:db8::1" },
    { "v6, tag in any case",     { "ipv6:2001:db8::1", 16 },      "2001:db8::1" },
    { "v6, tag in brackets",     { "[IPv6:2001:db8::1]", 18 },    "2001:db8::1" },
    { "v6 in brackets",          { "[2001:db8::1]", 13 },         "2001:db8::1" },
    { "v6, all groups",          { "2001:0db8:0000:0000:0000:0000:0000:0001", 39 }, "2001:db8::1" },
    { "v6, RFC 5952 longest run", { "2001:0:0:1:0:0:0:1", 18 },   "2001:0:0:1::1" },
    { "v6, any",                 { "::", 2 },                     "::" },
    { "v6, longest text",        { "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", 45 },
                                 "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
    { "mapped",                  { "::ffff:192.0.2.1", 16 },      "192.0.2.1" },
    { "mapped, tag",             { "[IPv6:::ffff:192.0.2.1]", 23 }, "192.0.2.1" },
    { "mapped, in hex",          { "0:0:0:0:0:FFFF:c000:0201", 24 }, "192.0.2.1" },
    { "compatible is not mapped", { "::192.0.2.1", 11 },          "::192.0.2.1" },
    { "zone id",                 { "fe80::1%eth0", 12 },          NULL },
    { "zone id, number",         { "fe80::1%1", 9 },              NULL },
    { "v6, five digits",         { "2001:0db80::1", 13 },         NULL },
    { "v6, two gaps",            { "2001::1::1", 10 },            NULL },
    { "v6, nine groups",         { "1:2:3:4:5:6:7:8:9", 17 },     NULL },
    { "v6, one colon behind",    { "2001:db8:", 9 },              NULL },
    { "v6, NUL inside",          { "2001:db8::1\0x", 13 },        NULL },
    { "tag alone",               { "IPv6:", 5 },                  NULL },
    { "tag twice",               { "IPv6:IPv6:::1", 13 },         NULL },
    { "bracket open",            { "[192.0.2.1", 10 },            NULL },
    { "brackets twice",          { "[[192.0.2.1]]", 13 },         NULL },
    { "brackets alone",          { "[]", 2 },                     NULL },
    { "blank in brackets",       { "[ 192.0.2.1]", 12 },          NULL },
    { "46 octets",               { "0000:0000:0000:0000:0000:0000:0255.255.255.255", 46 }, NULL },
    { "name",                    { "localhost", 9 },              NULL },
    { "empty",                   { "", 0 },                       NULL },
    { "null",                    { NULL, 0 },                     NULL },
};
/* clang-format on */

static void
test_parse(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(parses); i++) {
        struct ip ip = { .octets = "untouched", .len = 9 };
        char text[IP_TEXT_MAX] = "no address";
        bool good = ip_parse(parses[i].given, &ip);
        if (good)
            ip_text(&ip, text);
        if (good != (parses[i].want != NULL) || (good && strcmp(text, parses[i].want) != 0))
            fail_msg("%s: got %s", parses[i].label, text);
        if (!good && (ip.len != 9 || memcmp(ip.octets, "untouched", 9) != 0))
            fail_msg("%s: the result is touched", parses[i].label);
    }
}

static struct ip
address(const char *text)
{
    struct ip ip = { .len = 0 };
    if (!ip_parse(span_of(text), &ip))
        fail_msg("%s is no address", text);
    return ip;
}

static void
test_values(void **state)
{
    (void)state;
    struct ip none = { .len = 0 };
    struct ip v4 = address("192.0.2.1");
    struct ip mapped = address("::ffff:192.0.2.1");
    struct ip v6 = address("c000:201::");
    char text[IP_TEXT_MAX] = "x";
    assert_string_equal(ip_text(&none, text), "");
    assert_true(ip_equal(&v4, &mapped));
    assert_false(ip_equal(&v4, &v6)); /* the first four octets are the same */
    assert_true(ip_equal(&none, &none));
    assert_false(ip_equal(&none, &v4));
}

/* clang-format off */
static const struct {
    const char *label, *range, *want; /* NULL: no range */
} ranges[] = {
    { "v4",                     "192.0.2.0/24",           "192.0.2.0/24" },
    { "host bits are cleared",  "192.0.2.255/25",         "192.0.2.128/25" },
    { "all of them",            "192.0.2.255/0",          "0.0.0.0/0" },
    { "single",                 "192.0.2.1",              "192.0.2.1/32" },
    { "blanks around",          " 192.0.2.1/32 ",         "192.0.2.1/32" },
    { "v6",                     "2001:db8:ffff::1/33",    "2001:db8:8000::/33" },
    { "v6, all",                "2001:db8::1/0",          "::/0" },
    { "v6, single",             "2001:db8::1",            "2001:db8::1/128" },
    { "v6, brackets",           "[2001:db8::]/32",        "2001:db8::/32" },
    { "mapped, single",         "::ffff:192.0.2.1",       "192.0.2.1/32" },
    { "mapped, 128",            "::ffff:192.0.2.1/128",   "192.0.2.1/32" },
    { "mapped, 120",            "::ffff:192.0.2.1/120",   "192.0.2.0/24" },
    { "mapped, 96",             "::ffff:192.0.2.1/96",    "0.0.0.0/0" },
    { "mapped, less",           "::ffff:192.0.2.1/24",    NULL },
    { "mapped, more",           "::ffff:192.0.2.1/129",   NULL },
    { "v4 over 32",             "192.0.2.0/33",           NULL },
    { "v6 over 128",            "2001:db8::/129",         NULL },
    { "no number",              "192.0.2.0/",             NULL },
    { "minus",                  "192.0.2.0/-1",           NULL },
    { "mask",                   "192.0.2.0/255.255.255.0", NULL },
    { "blank behind the slash", "192.0.2.0/ 24",          NULL },
    { "two slashes",            "192.0.2.0/24/24",        NULL },
    { "overflow",               "192.0.2.0/4294967320",   NULL },
    { "no base",                "/24",                    NULL },
    { "half a base",            "192.0.2/24",             NULL },
    { "empty",                  "",                       NULL },
};
/* clang-format on */

static void
test_range_parse(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(ranges); i++) {
        struct ip_range range = { .prefix = 999 };
        bool good = ip_range_parse(span_of(ranges[i].range), &range);
        char text[IP_TEXT_MAX];
        g_autofree char *got =
            good ? g_strdup_printf("%s/%u", ip_text(&range.base, text), range.prefix) : NULL;
        if (g_strcmp0(got, ranges[i].want) != 0)
            fail_msg("%s: got %s", ranges[i].label, got != NULL ? got : "no range");
        if (!good && range.prefix != 999)
            fail_msg("%s: the result is touched", ranges[i].label);
    }
}

static void
test_in_range(void **state)
{
    (void)state;
    static const struct {
        const char *label, *range, *ip;
        bool want;
    } cases[] = {
        { "first", "192.0.2.64/26", "192.0.2.64", true },
        { "last", "192.0.2.64/26", "192.0.2.127", true },
        { "before", "192.0.2.64/26", "192.0.2.63", false },
        { "behind", "192.0.2.64/26", "192.0.2.128", false },
        { "single", "192.0.2.1", "192.0.2.1", true },
        { "its neighbour", "192.0.2.1", "192.0.2.0", false },
        { "all of v4", "0.0.0.0/0", "203.0.113.9", true },
        { "v6 is not in all of v4", "0.0.0.0/0", "2001:db8::1", false },
        { "v4 is not in all of v6", "::/0", "192.0.2.1", false },
        { "mapped is v4", "192.0.2.0/24", "::ffff:192.0.2.9", true },
        { "v6, last", "2001:db8::/33", "2001:db8:7fff:ffff::", true },
        { "v6, behind", "2001:db8::/33", "2001:db8:8000::", false },
        { "v6, 128", "2001:db8::1", "2001:db8::2", false },
    };
    struct ip none = { .len = 0 };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct ip_range range;
        struct ip ip = address(cases[i].ip);
        assert_true(ip_range_parse(span_of(cases[i].range), &range));
        if (ip_in_range(&ip, &range) != cases[i].want)
            fail_msg("%s", cases[i].label);
        if (ip_in_range(&none, &range))
            fail_msg("%s: no address is in it", cases[i].label);
    }
}

/* The blocks of both IANA special-purpose registries: their first and last address, and those just
 * outside unless another special block is there. */
/* clang-format off */
static const struct {
    const char *label, *first, *last, *before, *behind;
} special[] = {
    { "this network",    "0.0.0.0",       "0.255.255.255",   NULL,              "1.0.0.0" },
    { "private 10",      "10.0.0.0",      "10.255.255.255",  "9.255.255.255",   "11.0.0.0" },
    { "shared",          "100.64.0.0",    "100.127.255.255", "100.63.255.255",  "100.128.0.0" },
    { "loopback",        "127.0.0.0",     "127.255.255.255", "126.255.255.255", "128.0.0.0" },
    { "link-local",      "169.254.0.0",   "169.254.255.255", "169.253.255.255", "169.255.0.0" },
    { "private 172",     "172.16.0.0",    "172.31.255.255",  "172.15.255.255",  "172.32.0.0" },
    { "IETF protocols",  "192.0.0.0",     "192.0.0.255",     "191.255.255.255", "192.0.1.0" },
    { "TEST-NET-1",      "192.0.2.0",     "192.0.2.255",     "192.0.1.255",     "192.0.3.0" },
    { "AS112",           "192.31.196.0",  "192.31.196.255",  "192.31.195.255",  "192.31.197.0" },
    { "AMT",             "192.52.193.0",  "192.52.193.255",  "192.52.192.255",  "192.52.194.0" },
    { "6to4 relay",      "192.88.99.0",   "192.88.99.255",   "192.88.98.255",   "192.88.100.0" },
    { "private 192",     "192.168.0.0",   "192.168.255.255", "192.167.255.255", "192.169.0.0" },
    { "AS112 direct",    "192.175.48.0",  "192.175.48.255",  "192.175.47.255",  "192.175.49.0" },
    { "benchmarking",    "198.18.0.0",    "198.19.255.255",  "198.17.255.255",  "198.20.0.0" },
    { "TEST-NET-2",      "198.51.100.0",  "198.51.100.255",  "198.51.99.255",   "198.51.101.0" },
    { "TEST-NET-3",      "203.0.113.0",   "203.0.113.255",   "203.0.112.255",   "203.0.114.0" },
    { "multicast",       "224.0.0.0",     "239.255.255.255", "223.255.255.255", NULL },
    { "reserved",        "240.0.0.0",     "255.255.255.255", NULL,              NULL },
    { "mapped private",  "::ffff:10.0.0.0", "::ffff:10.255.255.255", "::ffff:9.255.255.255",
                                                             "::ffff:11.0.0.0" },
    { "below 2000::/3",  "::",            "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL, "2000::" },
    { "NAT64",           "64:ff9b::",     "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", NULL, NULL },
    { "discard",         "100::",         "100:0:0:1:ffff:ffff:ffff:ffff", NULL, NULL },
    { "IETF protocols",  "2001::",        "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
                         "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::" },
    { "documentation",   "2001:db8::",    "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
                         "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::" },
    { "6to4",            "2002::",        "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                         "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::" },
    { "AS112 v6",        "2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff",
                         "2620:4f:7fff:ffff:ffff:ffff:ffff:ffff", "2620:4f:8001::" },
    { "documentation 2", "3fff::",        "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
                         "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::" },
    { "segment routing", "5f00::",        "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL, NULL },
    { "above 2000::/3",  "4000::",        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                         "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL },
    { "unique local",    "fc00::",        "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL, NULL },
    { "link-local v6",   "fe80::",        "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL, NULL },
};
/* clang-format on */

static void
test_special(void **state)
{
    (void)state;
    struct ip none = { .len = 0 };
    assert_true(ip_is_special(&none));
    for (size_t i = 0; i < G_N_ELEMENTS(special); i++) {
        struct ip first = address(special[i].first);
        struct ip last = address(special[i].last);
        if (!ip_is_special(&first) || !ip_is_special(&last))
            fail_msg("%s: not special inside", special[i].label);
        for (int side = 0; side < 2; side++) {
            const char *text = side == 0 ? special[i].before : special[i].behind;
            struct ip outside = address(text != NULL ? text : "1.1.1.1");
            if (ip_is_special(&outside))
                fail_msg("%s: %s is special", special[i].label, text);
        }
    }
}

static void
test_reverse(void **state)
{
    (void)state;
    static const struct {
        const char *label, *ip, *zone, *want;
    } cases[] = {
        { "v4", "192.0.2.1", "in-addr.arpa", "1.2.0.192.in-addr.arpa" },
        { "v4, three digits", "255.100.99.0", "zen.example", "0.99.100.255.zen.example" },
        { "mapped is v4", "::ffff:192.0.2.77", "z", "77.2.0.192.z" },
        { "v6", "2001:db8:12:3400::fe", "ip6.arpa",
          "e.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.4.3.2.1.0.0.8.b.d.0.1.0.0.2.ip6.arpa" },
        { "v6, all nibbles", "0123:4567:89ab:cdef:fedc:ba98:7654:3210", "z.example",
          "0.1.2.3.4.5.6.7.8.9.a.b.c.d.e.f.f.e.d.c.b.a.9.8.7.6.5.4.3.2.1.0.z.example" },
    };
    struct ip none = { .len = 0 };
    g_autofree char *nobody = ip_reverse(&none, "z.example");
    assert_string_equal(nobody, "z.example");
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct ip ip = address(cases[i].ip);
        g_autofree char *name = ip_reverse(&ip, cases[i].zone);
        if (strcmp(name, cases[i].want) != 0)
            fail_msg("%s: got %s", cases[i].label, name);
    }
}

static void
test_public(void **state)
{
    (void)state;
    static const struct {
        const char *label, *ip;
        bool alone, lifted; /* without lifted ranges; with 10.1.0.0/16 and 2001:db8::/32 lifted */
    } cases[] = {
        { "public", "8.8.8.8", true, true },
        { "private, lifted", "10.1.255.255", false, true },
        { "private, beside it", "10.2.0.0", false, false },
        { "documentation, lifted", "2001:db8::7", false, true },
        { "loopback", "::1", false, false },
    };
    struct ip_range lifted[2];
    struct ip none = { .len = 0 };
    assert_true(ip_range_parse(span_of("10.1.0.0/16"), &lifted[0]));
    assert_true(ip_range_parse(span_of("2001:db8::/32"), &lifted[1]));
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct ip ip = address(cases[i].ip);
        if (ip_is_public(&ip, NULL, 0) != cases[i].alone ||
            ip_is_public(&ip, lifted, 2) != cases[i].lifted)
            fail_msg("%s", cases[i].label);
    }
    assert_false(ip_is_public(&none, lifted, 2));
}

static void
test_of_octets(void **state)
{
    (void)state;
    static const char octets[] = "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\2\1";
    static const struct {
        const char *label;
        struct span octets;
        const char *want; /* "": no address */
    } cases[] = {
        { "v4", { octets + 12, 4 }, "192.0.2.1" },
        { "mapped", { octets, 16 }, "192.0.2.1" },
        { "v6", { "\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16 }, "2001:db8::1" },
        { "none", { NULL, 0 }, "" },
        { "three", { octets, 3 }, "" },
        { "fifteen", { octets, 15 }, "" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct ip ip = ip_of_octets(cases[i].octets);
        struct ip parsed = { .len = 0 };
        char text[IP_TEXT_MAX];
        if (cases[i].want[0] != '\0')
            parsed = address(cases[i].want);
        if (strcmp(ip_text(&ip, text), cases[i].want) != 0 || !ip_equal(&ip, &parsed))
            fail_msg("%s: got %s", cases[i].label, text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),       cmocka_unit_test(test_values),
        cmocka_unit_test(test_range_parse), cmocka_unit_test(test_in_range),
        cmocka_unit_test(test_special),     cmocka_unit_test(test_reverse),
        cmocka_unit_test(test_of_octets),   cmocka_unit_test(test_public),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
