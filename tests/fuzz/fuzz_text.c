/* SPDX-License-Identifier: Apache-2.0 */
/* Texts are valid UTF-8, cuts end on character edges, what is unfolded has no line break, what is
 * masked is printable, pieces and lines add up to the whole. Any octets may come in. */
#include <stdint.h>

#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len);

static void
demand(bool promise)
{
    if (!promise)
        __builtin_trap();
}

static void
check_spans(struct span whole)
{
    struct span rest = whole;
    struct span piece;
    size_t sum = 0;
    size_t pieces = 0;
    bool spent = false;
    while (span_cut(&rest, ',', &piece, &spent)) {
        demand(span_find(piece, ',') < 0);
        sum += piece.len;
        pieces++;
    }
    demand(sum + pieces - 1 == whole.len);
    rest = whole;
    sum = 0;
    while (span_line(&rest, &piece)) {
        demand(span_find(piece, '\n') < 0);
        sum += piece.len;
    }
    demand(sum <= whole.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    g_autofree char *copy = g_memdup2(octets, len);
    struct span whole = { copy, len };
    g_autofree char *utf8 = text_utf8(whole);
    g_autofree char *masked = text_masked(whole, len / 2 + 1);
    g_autoptr(GString) unfolded = g_string_new(NULL);
    size_t utf8_len = strlen(utf8);
    size_t max = len > 0 ? octets[0] : 3;
    size_t cut = text_cut_octets(utf8, utf8_len, max);
    size_t chars = text_cut_chars(utf8, utf8_len, max);
    demand(g_utf8_validate(utf8, -1, NULL) && utf8_len >= len && utf8_len <= 3 * len);
    if (g_utf8_validate_len(copy, len, NULL))
        demand(utf8_len == len);
    demand(cut <= max && g_utf8_validate_len(utf8, cut, NULL) &&
           (cut + 3 >= max || cut == utf8_len));
    demand(g_utf8_validate_len(utf8, chars, NULL));
    demand((size_t)g_utf8_strlen(utf8, (gssize)chars) == MIN(max, (size_t)g_utf8_strlen(utf8, -1)));
    text_append_unfolded(unfolded, whole);
    demand(unfolded->len <= len && strpbrk(unfolded->str, "\r\n") == NULL);
    for (const char *at = masked; *at != '\0'; at++)
        demand(g_ascii_isprint(*at));
    check_spans(whole);
    return 0;
}
