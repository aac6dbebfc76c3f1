/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/compress.h"
#include "base/fault.h"

static GBytes *
frame_of(struct span octets)
{
    g_autoptr(Compressor) compressor = compressor_new(3);
    return compressor_run(compressor, octets);
}

static void
test_round_trip(void **state)
{
    (void)state;
    g_autofree char *large = g_malloc(3000000);
    g_autoptr(Compressor) compressor = compressor_new(3);
    guint32 noise = 1;
    for (size_t i = 0; i < 3000000; i++) {
        noise = noise * 1664525u + 1013904223u;
        large[i] = (char)(i < 1500000 ? i / 1000 : noise >> 24);
    }
    const struct {
        const char *label;
        struct span octets;
    } cases[] = {
        { "null", { NULL, 0 } },
        { "empty", { "", 0 } },
        { "one", { "a", 1 } },
        { "NULs", { "\0a\0", 3 } },
        { "large", { large, 3000000 } },
        { "noise", { large + 1500000, 1500000 } },
        { "small again: the compressor is reusable", { "abc", 3 } },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) frame = compressor_run(compressor, cases[i].octets);
        g_autoptr(GBytes) back = decompress(span_of_bytes(frame), cases[i].octets.len, &error);
        struct span got;
        if (back == NULL)
            fail_msg("%s: %s", cases[i].label, error->message);
        got = span_of_bytes(back);
        if (got.len != cases[i].octets.len ||
            (got.len > 0 && memcmp(got.octets, cases[i].octets.octets, got.len) != 0))
            fail_msg("%s: got other octets", cases[i].label);
    }
    compressor_free(NULL);
}

static void
expect_reject(const char *label, struct span frame, size_t max)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) got = decompress(frame, max, &error);
    if (got != NULL || !g_error_matches(error, FAULT, FAULT_REJECT))
        fail_msg("%s: %s", label, got != NULL ? "is taken" : "other error");
}

static void
test_damage(void **state)
{
    (void)state;
    /* made with `zstd -c --no-check < file`: RFC 8878, 3.1.1 */
    static const char no_size[] = "\x28\xB5\x2F\xFD\x00\x58\x19\x00\x00"
                                  "abc";
    static const char says_5[] = "\x28\xB5\x2F\xFD\x20\x05\x19\x00\x00"
                                 "abc";
    static const char says_2[] = "\x28\xB5\x2F\xFD\x20\x02\x19\x00\x00"
                                 "abc";
    static const char says_3[] = "\x28\xB5\x2F\xFD\x20\x03\x19\x00\x00"
                                 "abc";
    static const char says_huge[] =
        "\x28\xB5\x2F\xFD\xE0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x0F\x19\x00\x00"
        "abc";
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) plain = decompress((struct span){ says_3, 12 }, 3, &error);
    assert_non_null(plain);
    assert_memory_equal(g_bytes_get_data(plain, NULL), "abc", 3);
    expect_reject("empty", (struct span){ "", 0 }, 100);
    expect_reject("null", (struct span){ NULL, 0 }, 100);
    expect_reject("no frame", span_of("Received: from example.com"), 100);
    expect_reject("size not told", (struct span){ no_size, sizeof no_size - 1 }, 100);
    expect_reject("says more than it holds", (struct span){ says_5, 12 }, 100);
    expect_reject("says less than it holds", (struct span){ says_2, 12 }, 100);
    expect_reject("says nearly all there is", (struct span){ says_huge, 19 }, 100);
    expect_reject("one over the limit", (struct span){ says_3, 12 }, 2);
    expect_reject("octets behind it", (struct span){ says_3, 13 }, 100);
    for (size_t len = 0; len < 12; len++)
        expect_reject("cut", (struct span){ says_3, len }, 100);
}

/* A flipped bit gives an error or as many octets as the frame tells, never more. */
static void
test_flipped_bits(void **state)
{
    (void)state;
    g_autoptr(GBytes) frame = frame_of(span_of("abcabcabcabcabcabc defdefdefdef abcabcabcabcabc"));
    gsize len = 0;
    const void *octets = g_bytes_get_data(frame, &len);
    for (size_t bit = 0; bit < len * 8; bit++) {
        g_autofree char *copy = g_memdup2(octets, len);
        g_autoptr(GBytes) got = NULL;
        copy[bit / 8] = (char)(copy[bit / 8] ^ (1 << (bit % 8)));
        got = decompress((struct span){ copy, len }, 1000, NULL);
        assert_true(got == NULL || g_bytes_get_size(got) <= 1000);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_round_trip),
                                        cmocka_unit_test(test_damage),
                                        cmocka_unit_test(test_flipped_bits) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
