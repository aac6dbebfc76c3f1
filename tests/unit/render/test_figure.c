/* SPDX-License-Identifier: Apache-2.0 */
#include "render/figure.h"
#include "render/svg.h"
#include "test.h"

/* clang-format off */
static const struct { guint64 count; const char *want; int bin; } counts[] = {
    { 0, "0", -1 }, { 1, "1", 0 }, { 9, "9", 0 }, { 10, "10", 1 }, { 29, "29", 1 }, { 30, "30", 2 },
    { 99, "99", 2 }, { 100, "100", 3 }, { 299, "299", 3 }, { 300, "300", 4 }, { 999, "999", 4 },
    { 1000, "1,000", 5 }, { 1284000, "1,284,000", 5 },
    { G_MAXUINT64, "18,446,744,073,709,551,615", 5 },
};

static const struct { guint64 part, whole; const char *want; } shares[] = {
    { 0, 10, "0 %" }, { 5, 0, "0 %" }, { 1, 8, "12.5 %" }, { 1, 3, "33.3 %" }, { 10, 10, "100 %" },
    { 1, 1000, "0.1 %" }, { 1, 1001, "<0.1 %" }, { 9999, 10000, "100 %" },
};

static const struct { guint64 largest; unsigned lines; guint64 step, top; } scales[] = {
    { 0, 5, 1, 1 },       { 1, 5, 1, 1 },         { 5, 5, 1, 5 },         { 6, 5, 2, 6 },
    { 53, 5, 20, 60 },    { 100, 5, 20, 100 },    { 101, 5, 50, 150 },    { 391, 5, 100, 400 },
    { 12345, 5, 5000, 15000 }, { 7, 0, 10, 10 },
};

static const struct { double number; const char *want; } numbers[] = {
    { 0, "0" }, { 1, "1" }, { 1.5, "1.5" }, { 1.004, "1" }, { 0.05, "0.05" }, { 10.4, "10.4" }, { -0.996, "-1" }, { 1e12, "1000000000" }, { -0.001, "0" }, { -2.25, "-2.25" }, { 100, "100" },
    { 33.333333, "33.33" },
};
/* clang-format on */

static void
test_counts_and_bins(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        figure_append_count(out, counts[i].count);
        assert_string_equal(out->str, counts[i].want);
        assert_int_equal(figure_bin(counts[i].count), counts[i].bin);
    }
    assert_string_equal(figure_bin_label(0), "1\xE2\x80\x93"
                                             "9");
    assert_string_equal(figure_bin_label(5), "1,000+");
}

static void
test_shares(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(shares); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        figure_append_share(out, shares[i].part, shares[i].whole);
        assert_string_equal(out->str, shares[i].want);
    }
}

static void
test_scales(void **state)
{
    guint64 top = 0;
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(scales); i++) {
        assert_int_equal(figure_scale(scales[i].largest, scales[i].lines, &top), scales[i].step);
        assert_int_equal(top, scales[i].top);
    }
    assert_true(figure_scale(G_MAXUINT64, 5, &top) > 0);
}

static void
test_numbers_of_pictures(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        svg_append_number(out, numbers[i].number);
        assert_string_equal(out->str, numbers[i].want);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts_and_bins),
        cmocka_unit_test(test_shares),
        cmocka_unit_test(test_scales),
        cmocka_unit_test(test_numbers_of_pictures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
