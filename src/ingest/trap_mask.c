/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/trap_mask.h"

#define MASK "xxx@xxx"

static bool
is_address_octet(char octet)
{
    return g_ascii_isalnum(octet) || (unsigned char)octet >= 0x80 ||
           (octet != '\0' && strchr("!#$%&'*+-/=?^_`{|}~.", octet) != NULL);
}

static bool
keeps_ids(struct span line)
{
    return span_starts_nocase(line, "Message-ID:") || span_starts_nocase(line, "References:") ||
           span_starts_nocase(line, "In-Reply-To:");
}

static void
mask_line(GString *out, struct span line)
{
    size_t done = 0;
    for (size_t at = 0; at < line.len; at++) {
        size_t from = at;
        size_t to = at + 1;
        if (line.octets[at] != '@')
            continue;
        while (from > done && is_address_octet(line.octets[from - 1]))
            from--;
        while (to < line.len && (g_ascii_isalnum(line.octets[to]) || line.octets[to] == '-' ||
                                 line.octets[to] == '.' || (unsigned char)line.octets[to] >= 0x80))
            to++;
        if (from == at || to == at + 1)
            continue;
        g_string_append_len(out, line.octets + done, (gssize)(from - done));
        g_string_append(out, MASK);
        done = to;
        at = to - 1;
    }
    g_string_append_len(out, line.octets + done, (gssize)(line.len - done));
}

GBytes *
trap_mask(struct span message)
{
    GString *out = g_string_sized_new(message.len + 64);
    struct span rest = message;
    bool in_ids = false; /* within a field that holds ids, its folds included */
    while (rest.len > 0) {
        ptrdiff_t end = span_find(rest, '\n');
        struct span line = span_head(rest, end >= 0 ? (size_t)end + 1 : rest.len);
        bool folded = line.octets[0] == ' ' || line.octets[0] == '\t';
        in_ids = keeps_ids(line) || (in_ids && folded);
        if (in_ids)
            g_string_append_len(out, line.octets, (gssize)line.len);
        else
            mask_line(out, line);
        rest = span_from(rest, line.len);
    }
    return g_string_free_to_bytes(out);
}
