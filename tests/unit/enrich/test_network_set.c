/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/clock.h"
#include "enrich/network_set.h"

/* clang-format off */
static const char *const prefixes[] = {
    "192.0.2.0/24", "192.0.2.128/25", "192.0.0.0/16", "198.51.100.7", "0.0.0.0/1",
    "2001:db8::/32", "2001:db8:1::/48", "2001:db8:1:2::/64", "2001:db8:1:2::1", "2001:db8::/63",
};
static const struct {
    const char *label;
    const char *ip;
    unsigned shortest;
    const char *want; /* NULL: none */
} finds[] = {
    { "in one",                     "192.0.3.1",       0,  "192.0.0.0/16" },
    { "longer of two",              "192.0.2.1",       0,  "192.0.2.0/24" },
    { "longest of three",           "192.0.2.200",     0,  "192.0.2.128/25" },
    { "host",                       "198.51.100.7",    0,  "198.51.100.7" },
    { "beside the host",            "198.51.100.6",    0,  NULL },
    { "one bit",                    "127.255.255.255", 0,  "0.0.0.0/1" },
    { "past one bit",               "128.0.0.0",       0,  NULL },
    { "shortest allows",            "192.0.2.1",       24, "192.0.2.0/24" },
    { "shortest refuses",           "192.0.3.1",       17, NULL },
    { "v6",                         "2001:db8:2::1",   0,  "2001:db8::/32" },
    { "v6, /48",                    "2001:db8:1:3::1", 0,  "2001:db8:1::/48" },
    { "v6, /64",                    "2001:db8:1:2::2", 0,  "2001:db8:1:2::/64" },
    { "v6, /128",                   "2001:db8:1:2::1", 0,  "2001:db8:1:2::1" },
    { "v6, 63 bits",                "2001:db8:0:1::9", 0,  "2001:db8::/63" },
    { "v6, past 63 bits",           "2001:db8:0:2::9", 0,  "2001:db8::/32" },
    { "v6, none",                   "2001:db9::",      0,  NULL },
    { "v6 of the same octets as v4", "c000:201::",     0,  NULL },
};
/* clang-format on */

static struct ip_range
range_of(const char *text)
{
    struct ip_range range;
    assert_true(ip_range_parse(span_of(text), &range));
    return range;
}

static struct ip
ip_of(const char *text)
{
    struct ip ip;
    assert_true(ip_parse(span_of(text), &ip));
    return ip;
}

static void
test_finds(void **state)
{
    g_autoptr(NetworkSet) set = network_set_new();
    struct ip none = { .len = 0 };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(finds); i++) {
        struct ip ip = ip_of(finds[i].ip);
        assert_null(network_set_find(set, &ip));
    }
    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        struct ip_range range = range_of(prefixes[i]);
        network_set_add(set, &range, prefixes[i]);
        assert_string_equal(network_set_exact(set, &range), prefixes[i]);
    }
    assert_int_equal(network_set_count(set), G_N_ELEMENTS(prefixes));
    for (size_t i = 0; i < G_N_ELEMENTS(finds); i++) {
        struct ip ip = ip_of(finds[i].ip);
        const char *got = network_set_find_from(set, &ip, finds[i].shortest);
        if (g_strcmp0(got, finds[i].want) != 0)
            fail_msg("%s: %s", finds[i].label, got != NULL ? got : "none");
    }
    assert_null(network_set_find(set, &none));
}

static void
test_same_prefix_gets_the_new_value(void **state)
{
    g_autoptr(NetworkSet) set = network_set_new();
    struct ip_range range = range_of("192.0.2.0/24");
    struct ip_range other = range_of("192.0.2.0/23");
    struct ip ip = ip_of("192.0.2.1");
    (void)state;
    network_set_add(set, &range, "old");
    network_set_add(set, &range, "new");
    assert_int_equal(network_set_count(set), 1);
    assert_string_equal(network_set_find(set, &ip), "new");
    assert_null(network_set_exact(set, &other));
}

static void
test_every_length(void **state)
{
    g_autoptr(NetworkSet) set = network_set_new();
    struct ip ip = ip_of("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff0");
    static const char marks[129];
    (void)state;
    for (unsigned bits = 0; bits <= 128; bits++) {
        g_autofree char *text = g_strdup_printf("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff0/%u", bits);
        struct ip_range range = range_of(text);
        network_set_add(set, &range, &marks[bits]);
        assert_ptr_equal(network_set_find(set, &ip), &marks[bits]);
    }
    for (unsigned bit = 0; bit < 124; bit++) { /* differs from that bit on */
        struct ip other = ip;
        other.octets[bit / 8] ^= (unsigned char)(0x80u >> (bit % 8));
        assert_ptr_equal(network_set_find(set, &other), &marks[bit]);
    }
}

static void
test_half_a_million(void **state)
{
    g_autoptr(NetworkSet) set = network_set_new();
    static const char mark;
    int64_t began = clock_monotonic_us();
    int64_t filled;
    (void)state;
    for (guint32 i = 0; i < 500000; i++) {
        struct ip_range range = { { { 0 }, 4 }, 24 - i % 4 };
        guint32 base = GUINT32_TO_BE((i << 8) & (G_MAXUINT32 << (8 + i % 4)));
        memcpy(range.base.octets, &base, 4);
        network_set_add(set, &range, &mark);
    }
    filled = clock_monotonic_us();
    for (guint32 i = 0; i < 50000; i++) {
        struct ip ip = { { 0 }, 4 };
        guint32 octets = GUINT32_TO_BE(i * 2560 + 77);
        memcpy(ip.octets, &octets, 4);
        assert_non_null(network_set_find(set, &ip));
    }
    print_message("%zu prefixes in %d ms, 50,000 finds in %d ms\n", network_set_count(set),
                  (int)((filled - began) / 1000), (int)((clock_monotonic_us() - filled) / 1000));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds),
        cmocka_unit_test(test_same_prefix_gets_the_new_value),
        cmocka_unit_test(test_every_length),
        cmocka_unit_test(test_half_a_million),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
