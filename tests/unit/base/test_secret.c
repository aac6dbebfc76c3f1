/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <string.h>

#include "base/secret.h"

static void
test_text(void **state)
{
    (void)state;
    static const size_t lengths[] = { 0, 1, 26, 256 };
    for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
        g_autofree char *one = secret_text(lengths[i], NULL);
        assert_int_equal(strlen(one), lengths[i]);
        assert_int_equal(strspn(one, "abcdefghijkmnopqrstuvwxyz2345678"), lengths[i]);
    }
    g_autofree char *most = secret_text(300, NULL);
    assert_int_equal(strlen(most), 256);
}

/* 130 bits: two that are the same are a fault of the source. */
static void
test_never_twice(void **state)
{
    (void)state;
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (int i = 0; i < 1000; i++)
        assert_true(g_hash_table_add(seen, secret_text(26, NULL)));
}

static void
test_octets(void **state)
{
    (void)state;
    unsigned char octets[256] = { 0 };
    unsigned set = 0;
    assert_true(secret_octets(octets, sizeof octets, NULL));
    for (size_t i = 0; i < sizeof octets; i++)
        set += octets[i] != 0;
    assert_true(set > 200); /* 255 are expected; below 200 is nothing that happens */
}

static void
test_equal(void **state)
{
    (void)state;
    assert_true(secret_equal("", ""));
    assert_true(secret_equal("abc", "abc"));
    assert_false(secret_equal("abc", "abd"));
    assert_false(secret_equal("abc", "bbc"));
    assert_false(secret_equal("abc", "ab"));
    assert_false(secret_equal("", "a"));
    assert_false(secret_equal("a\x80", "a\x01"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_never_twice),
        cmocka_unit_test(test_octets),
        cmocka_unit_test(test_equal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
