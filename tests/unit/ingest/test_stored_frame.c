/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/stored_frame.h"

#include <string.h>

#include "test.h"

#include "base/compress.h"

static void
frames_are_read_by_zstd(void **state)
{
    static const struct {
        const char *label;
        size_t len;
    } cases[] = {
        { "empty", 0 },
        { "one octet", 1 },
        { "one block", 128 * 1024 },
        { "one octet more", 128 * 1024 + 1 },
        { "two blocks", 256 * 1024 },
        { "largest message", 25 * 1024 * 1024 },
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        size_t len = cases[i].len;
        g_autofree char *octets = g_malloc(len + 1);
        g_autoptr(GBytes) frame = NULL;
        g_autoptr(GBytes) back = NULL;
        for (size_t k = 0; k < len; k++)
            octets[k] = (char)(k * 31 >> 3);
        frame = stored_frame((struct span){ octets, len });
        back = decompress(span_of_bytes(frame), len, NULL);
        if (back == NULL || g_bytes_get_size(back) != len ||
            (len > 0 && memcmp(g_bytes_get_data(back, NULL), octets, len) != 0))
            fail_msg("%s: not what went in", cases[i].label);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_read_by_zstd),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
