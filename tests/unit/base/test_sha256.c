/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/sha256.h"

/* clang-format off */
static const struct {
    const char *label, *text, *hex;
} known[] = {
    { "nothing", "",
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { "FIPS 180-4, one block", "abc",
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { "FIPS 180-4, two blocks", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
};
/* clang-format on */

static void
test_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        char hex[SHA256_HEX_MAX];
        sha256_hex(span_of(known[i].text), hex);
        if (strcmp(hex, known[i].hex) != 0)
            fail_msg("%s: %s", known[i].label, hex);
    }
    char hex[SHA256_HEX_MAX];
    sha256_hex((struct span){ NULL, 0 }, hex);
    assert_string_equal(hex, known[0].hex);
}

static void
test_pieces(void **state)
{
    (void)state;
    g_autofree char *text = g_malloc(1000);
    memset(text, 'a', 1000);
    unsigned char whole[SHA256_OCTETS], pieces[SHA256_OCTETS];
    g_autoptr(Sha256) sum = sha256_new();
    sha256_of((struct span){ text, 1000 }, whole);
    for (size_t step = 1; step <= 200; step++) { /* the object begins anew each time */
        for (size_t at = 0; at < 1000; at += step)
            sha256_add(sum, span_head((struct span){ text + at, 1000 - at }, step));
        sha256_add(sum, (struct span){ NULL, 0 });
        sha256_end(sum, pieces);
        if (memcmp(whole, pieces, SHA256_OCTETS) != 0)
            fail_msg("in pieces of %zu", step);
    }
}

/* GLib's is another implementation. */
static void
test_against_glib(void **state)
{
    (void)state;
    for (size_t len = 0; len < 300; len++) {
        g_autofree char *text = g_malloc(len + 1);
        for (size_t i = 0; i < len; i++)
            text[i] = (char)(i * 7 + len);
        char hex[SHA256_HEX_MAX];
        g_autofree char *want =
            g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, len);
        sha256_hex((struct span){ text, len }, hex);
        if (strcmp(hex, want) != 0)
            fail_msg("%zu octets: %s, not %s", len, hex, want);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_against_glib),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
