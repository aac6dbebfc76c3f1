/* SPDX-License-Identifier: Apache-2.0 */
/* No bare address is left outside the fields that hold ids, lines stay lines, and nothing else is
 * lost: a message without a mark comes out as it went in. */
#include <stdint.h>

#include "report/address_mask.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len);

static void
demand(bool promise)
{
    if (!promise)
        __builtin_trap();
}

static size_t
count(struct span text, char octet)
{
    size_t found = 0;
    for (size_t i = 0; i < text.len; i++)
        found += text.octets[i] == octet;
    return found;
}

static bool
is_id_field(struct span line)
{
    return span_starts_nocase(line, "Message-ID:") || span_starts_nocase(line, "References:") ||
           span_starts_nocase(line, "In-Reply-To:");
}

static bool
is_mask(struct span line, size_t at)
{
    return line.len - at >= 7 && memcmp(line.octets + at, "xxx@xxx", 7) == 0;
}

/* letter@letter, and it is neither a mask nor a stray sign before one */
static void
check_line(struct span line)
{
    for (size_t i = 1; i + 1 < line.len; i++)
        if (line.octets[i] == '@' && g_ascii_isalnum(line.octets[i - 1]) &&
            g_ascii_isalnum(line.octets[i + 1]))
            demand(is_mask(line, i + 1) || (i >= 3 && is_mask(line, i - 3)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    g_autofree char *copy = g_memdup2(octets, len);
    struct span given = { copy, len };
    g_autoptr(GBytes) masked = address_mask_mail(given);
    struct span got = span_of_bytes(masked);
    struct span rest = got;
    struct span line;
    bool in_ids = false;
    demand(count(got, '\n') == count(given, '\n'));
    if (count(given, '@') == 0 && span_find_string(given, "40") < 0 &&
        span_find_string(given, "&#64;") < 0)
        demand(got.len == len && (len == 0 || memcmp(got.octets, copy, len) == 0));
    while (span_line(&rest, &line)) {
        in_ids = is_id_field(line) ||
                 (in_ids && line.len > 0 && (line.octets[0] == ' ' || line.octets[0] == '\t'));
        if (!in_ids)
            check_line(line);
    }
    return 0;
}
