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
test_who_waits(void **state)
{
    struct login_throttle *throttle = login_throttle_new();
    struct ip bad = address("2001:db8::1"), near = address("2001:db8::ffff:1");
    struct ip other = address("2001:db8:0:1::1");
    (void)state;
    for (int i = 0; i < LOGIN_FREE; i++)
        login_throttle_failed(throttle, &bad, "anna");
    assert_true(login_throttle_wait(throttle, &other, "anna") > 0); /* the name */
    assert_true(login_throttle_wait(throttle, &near, "bert") > 0);  /* its /64 */
    assert_int_equal(login_throttle_wait(throttle, &other, "bert"), 0);
    login_throttle_passed(throttle, "anna");
    assert_int_equal(login_throttle_wait(throttle, &other, "anna"), 0);
    assert_true(login_throttle_wait(throttle, &bad, "anna") > 0);
    login_throttle_free(throttle);
}

/* However many names are tried, memory is bounded, and the latest are known. */
static void
test_many(void **state)
{
    struct login_throttle *throttle = login_throttle_new();
    struct ip ip = address("192.0.2.1"), other = address("192.0.2.2");
    (void)state;
    for (int i = 0; i < LOGIN_KEYS_MAX + 100; i++) {
        g_autofree char *name = g_strdup_printf("name%d", i);
        for (int k = 0; k < (i < LOGIN_KEYS_MAX ? 1 : LOGIN_FREE); k++)
            login_throttle_failed(throttle, &ip, name);
    }
    assert_true(login_throttle_wait(throttle, &other, "name10099") > 0);
    assert_int_equal(login_throttle_wait(throttle, &other, "name1"), 0);
    login_throttle_free(throttle);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_waits_grow),
        cmocka_unit_test(test_who_waits),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
