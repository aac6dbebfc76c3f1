/* SPDX-License-Identifier: Apache-2.0 */
#include "render/mask.h"

/* Octets of an @ at the front, as it is written in text and in URLs. */
static size_t
at_octets(struct span text)
{
    static const char *const signs[] = { "@", "%40", "\xEF\xBC\xA0", "\xEF\xB9\xAB" };
    for (size_t i = 0; i < G_N_ELEMENTS(signs); i++) {
        size_t len = strlen(signs[i]);
        if (text.len >= len && memcmp(text.octets, signs[i], len) == 0)
            return len;
    }
    return 0;
}

/* An atom of RFC 5322 with dots, percent-encoded and non-ASCII octets too, but no / & = ? which
 * separate things in URLs. */
static bool
is_local(char octet)
{
    return (unsigned char)octet >= 0x80 || g_ascii_isalnum(octet) ||
           (octet != '\0' && strchr("!#$%'*+-^_`{|}~.", octet) != NULL);
}

/* How many octets at the end of `out`, from `floor` on, are a local part. */
static size_t
local_octets(const GString *out, size_t floor)
{
    size_t from = out->len;
    if (from > floor && out->str[from - 1] == '"') {
        for (from--; from > floor && out->str[from - 1] != '"'; from--)
            ;
        return from > floor ? out->len - from + 1 : 0;
    }
    while (from > floor && is_local(out->str[from - 1]))
        from--;
    return out->len - from;
}

void
mask_append_addresses(GString *out, struct span text)
{
    size_t floor = out->len;
    for (size_t i = 0; i < text.len;) {
        size_t sign = at_octets(span_from(text, i));
        if (sign == 0) {
            g_string_append_c(out, text.octets[i++]);
            continue;
        }
        size_t local = local_octets(out, floor);
        if (local > 0) {
            g_string_truncate(out, out->len - local);
            g_string_append(out, MASK_LOCAL);
        }
        g_string_append_len(out, text.octets + i, (gssize)sign);
        i += sign;
        floor = out->len;
    }
}

void
mask_append_mailbox(GString *out, const char *address)
{
    const char *at = address != NULL ? strrchr(address, '@') : NULL;
    g_string_append(out, MASK_LOCAL);
    if (at != NULL)
        g_string_append(out, at);
}
