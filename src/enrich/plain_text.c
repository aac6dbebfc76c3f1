/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/plain_text.h"

#include "base/text.h"

static bool
is_plain_ascii(struct span octets)
{
    for (size_t i = 0; i < octets.len; i++)
        if (octets.octets[i] < 0x20 || octets.octets[i] > 0x7e)
            return false;
    return true;
}

void
plain_text_append(GString *out, struct span octets, size_t max)
{
    g_autofree char *text = NULL;
    octets = span_trim(octets);
    if (is_plain_ascii(octets)) {
        octets = span_head(octets, max);
        g_string_append_len(out, octets.octets, (gssize)octets.len);
        return;
    }
    text = text_utf8(octets);
    for (char *at = text; *at != '\0' && max > 0; at = g_utf8_next_char(at), max--) {
        gunichar c = g_utf8_get_char(at);
        g_string_append_unichar(out, c == '\t' ? ' ' : g_unichar_isprint(c) ? c : 0xfffd);
    }
}

void
plain_country(struct span octets, char out[3])
{
    octets = span_trim(octets);
    out[0] = '\0';
    if (octets.len != 2 || !g_ascii_isalpha(octets.octets[0]) ||
        !g_ascii_isalpha(octets.octets[1]) || span_equals_nocase(octets, "ZZ"))
        return;
    out[0] = g_ascii_toupper(octets.octets[0]);
    out[1] = g_ascii_toupper(octets.octets[1]);
    out[2] = '\0';
}
