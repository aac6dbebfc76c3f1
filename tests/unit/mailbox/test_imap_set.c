/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "mailbox/imap_set.h"

/* clang-format off */
static const struct {
    const char *label, *text;
    size_t max;
    bool bad;
    uint32_t count, first, last;
} sets[] = {
    { "one",              "7",             10, false, 1, 7, 7 },
    { "range",            "3:5",           10, false, 3, 3, 5 },
    { "backwards",        "5:3",           10, false, 3, 3, 5 },
    { "several",          "1,3:4,9",       10, false, 4, 1, 9 },
    { "up to the end",    "4294967295",    10, false, 1, UINT32_MAX, UINT32_MAX },
    { "last ones",        "4294967294:4294967295", 10, false, 2, UINT32_MAX - 1, UINT32_MAX },
    { "as many as may",   "1:10",          10, false, 10, 1, 10 },
    { "one too many",     "1:11",          10, true, 0, 0, 0 },
    { "too many in two",  "1:6,8:12",      10, true, 0, 0, 0 },
    { "all numbers",      "1:4294967295",  10, true, 0, 0, 0 },
    { "none allowed",     "1",             0,  true, 0, 0, 0 },
    { "zero",             "0",             10, true, 0, 0, 0 },
    { "star",             "1:*",           10, true, 0, 0, 0 },
    { "empty",            "",              10, true, 0, 0, 0 },
    { "comma at the end", "1,",            10, true, 0, 0, 0 },
    { "above",            "4294967296",    10, true, 0, 0, 0 },
    { "letters",          "1:x",           10, true, 0, 0, 0 },
};
/* clang-format on */

static void
test_sets_from_a_server(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(sets); i++) {
        g_autoptr(GArray) uids = g_array_new(FALSE, FALSE, sizeof(uint32_t));
        bool read = imap_set_parse(span_of(sets[i].text), sets[i].max, uids);
        if (read == sets[i].bad)
            fail_msg("%s: %s", sets[i].label, read ? "was taken" : "was refused");
        if (read &&
            (uids->len != sets[i].count || g_array_index(uids, uint32_t, 0) != sets[i].first ||
             g_array_index(uids, uint32_t, uids->len - 1) != sets[i].last))
            fail_msg("%s: %u numbers", sets[i].label, uids->len);
        if (uids->len > sets[i].max)
            fail_msg("%s: more than may be", sets[i].label);
    }
}

static void
test_neighbours_become_ranges(void **state)
{
    static const uint32_t uids[] = { 1, 2, 3, 5, 7, 8, UINT32_MAX - 1, UINT32_MAX };
    struct imap_set set;
    (void)state;
    imap_set_init(&set);
    assert_string_equal(imap_set_text(&set), "");
    for (size_t i = 0; i < G_N_ELEMENTS(uids); i++)
        assert_true(imap_set_add(&set, uids[i]));
    assert_string_equal(imap_set_text(&set), "1:3,5,7:8,4294967294:4294967295");
    imap_set_clear(&set);
}

static void
test_a_full_set_takes_no_more_and_loses_nothing(void **state)
{
    g_autoptr(GArray) back = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    struct imap_set set;
    uint32_t taken = 0;
    (void)state;
    imap_set_init(&set);
    while (imap_set_add(&set, 4000000000u + 2 * taken))
        taken++;
    assert_true(taken > 500);
    assert_true(strlen(imap_set_text(&set)) <= IMAP_SET_OCTETS);
    assert_true(imap_set_parse(span_of(imap_set_text(&set)), taken, back));
    assert_int_equal(back->len, taken);
    assert_int_equal(g_array_index(back, uint32_t, taken - 1), 4000000000u + 2 * (taken - 1));
    imap_set_clear(&set);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sets_from_a_server),
        cmocka_unit_test(test_neighbours_become_ranges),
        cmocka_unit_test(test_a_full_set_takes_no_more_and_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
