/* SPDX-License-Identifier: Apache-2.0 */
#include "http/login_throttle.h"

#include "test.h"

static struct ip
address(const char *text)
{
    struct ip ip = { .len = 0 };
    assert_true(ip_parse(span_of(text), &ip));
    return ip;
}

static void
test_waits_grow(void **state)
{
    struct login_throttle *throttle = login_throttle_new();
    struct ip ip = address("192.0.2.1");
    unsigned last = 0;
    (void)state;
    for (int i = 0; i < LOGIN_FREE - 1; i++) {
        assert_int_equal(login_throttle_wait(throttle, &ip, "anna"), 0);
        login_throttle_failed(throttle, &ip, "anna");
    }
    for (int i = 0; i < 12; i++) {
        unsigned wait;
        login_throttle_failed(throttle, &ip, "anna");
        wait = login_throttle_wait(throttle, &ip, "anna");
        assert_true(wait >= last && wait <= LOGIN_WAIT_MAX);
        last = wait;
    }
    assert_int_equal(last, LOGIN_WAIT_MAX);
    login_throttle_free(throttle);
}

static void
fail_often(struct login_throttle *throttle, const struct ip *ip, const char *name, unsigned times)
{
    for (unsigned i = 0; i < times; i++)
        login_throttle_failed(throttle, ip, name);
}

static void
test_who_waits(void **state)
{
    struct login_throttle *throttle = login_throttle_new();
    struct ip bad = address("2001:db8::1"), near = address("2001:db8::ffff:1");
    struct ip other = address("2001:db8:0:1::1");
    (void)state;
    fail_often(throttle, &bad, "anna", LOGIN_FREE);
    assert_true(login_throttle_wait(throttle, &bad, "anna") > 0);
    assert_true(login_throttle_wait(throttle, &near, "anna") > 0);      /* its /64 */
    assert_int_equal(login_throttle_wait(throttle, &other, "anna"), 0); /* not the right person */
    assert_int_equal(login_throttle_wait(throttle, &near, "bert"), 0);  /* nor a neighbour */
    login_throttle_passed(throttle, &other, "anna");
    assert_true(login_throttle_wait(throttle, &bad, "anna") > 0);
    login_throttle_passed(throttle, &bad, "anna");
    assert_int_equal(login_throttle_wait(throttle, &bad, "anna"), 0);
    login_throttle_free(throttle);
}

/* Who tries one password on many names. */
static void
test_address_alone(void **state)
{
    struct login_throttle *throttle = login_throttle_new();
    struct ip bad = address("192.0.2.1"), other = address("192.0.2.2");
    (void)state;
    for (unsigned i = 0; i < LOGIN_FREE_ADDRESS; i++) {
        g_autofree char *name = g_strdup_printf("name%u", i);
        assert_int_equal(login_throttle_wait(throttle, &bad, name), 0);
        login_throttle_failed(throttle, &bad, name);
    }
    assert_true(login_throttle_wait(throttle, &bad, "anna") > 0);
    assert_int_equal(login_throttle_wait(throttle, &other, "name1"), 0);
    login_throttle_passed(throttle, &bad, "name1");
    assert_true(login_throttle_wait(throttle, &bad, "anna") > 0);
    login_throttle_free(throttle);
}

/* Who tries one name from many addresses: a short wait only, for it is everyone's. */
static void
test_name_alone(void **state)
{
    struct login_throttle *throttle = login_throttle_new();
    struct ip right = address("192.0.2.1");
    (void)state;
    for (unsigned i = 0; i < 2 * LOGIN_FREE_NAME; i++) {
        g_autofree char *text = g_strdup_printf("198.51.100.%u", i);
        struct ip ip = address(text);
        unsigned wait = login_throttle_wait(throttle, &right, "anna");
        assert_true(i < LOGIN_FREE_NAME ? wait == 0 : wait > 0 && wait <= LOGIN_WAIT_NAME);
        login_throttle_failed(throttle, &ip, "anna");
    }
    assert_int_equal(login_throttle_wait(throttle, &right, "bert"), 0);
    login_throttle_free(throttle);
}

/* However many names are tried, memory is bounded, and the latest are known. */
static void
test_many(void **state)
{
    struct login_throttle *throttle = login_throttle_new();
    (void)state;
    for (unsigned i = 0; i < LOGIN_KEYS_MAX; i++) {
        g_autofree char *text = g_strdup_printf("10.%u.%u.1", i / 250, i % 250);
        g_autofree char *name = g_strdup_printf("name%u", i);
        struct ip ip = address(text);
        fail_often(throttle, &ip, name, i == 0 || i + 1 == LOGIN_KEYS_MAX ? LOGIN_FREE : 1);
        if (i == 0)
            assert_true(login_throttle_wait(throttle, &ip, name) > 0);
        if (i + 1 == LOGIN_KEYS_MAX)
            assert_true(login_throttle_wait(throttle, &ip, name) > 0);
    }
    struct ip first = address("10.0.0.1");
    assert_int_equal(login_throttle_wait(throttle, &first, "name0"), 0);
    login_throttle_free(throttle);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_waits_grow),    cmocka_unit_test(test_who_waits),
        cmocka_unit_test(test_address_alone), cmocka_unit_test(test_name_alone),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
