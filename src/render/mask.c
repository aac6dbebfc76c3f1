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

/* Where the quoted string begins whose last quote stands at `shut`: at the next quote without a
 * backslash, else (the text was escaped as a whole) at the farthest one, else at `shut`. */
static size_t
quote_from(const GString *out, size_t floor, size_t shut)
{
    size_t farthest = shut;
    for (size_t at = shut; at > floor; at--) {
        size_t backslashes = 0;
        if (out->str[at - 1] != '"')
            continue;
        while (at - 1 - backslashes > floor && out->str[at - 2 - backslashes] == '\\')
            backslashes++;
        farthest = at - 1;
        if (backslashes % 2 == 0)
            break;
    }
    return farthest;
}

/* How many octets at the end of `out`, from `floor` on, are a local part: atoms and quoted strings
 * (RFC 5322, 3.2.4 and 4.4), and what a careless writer made of them. */
static size_t
local_octets(const GString *out, size_t floor)
{
    size_t from = out->len;
    while (from > floor)
        if (out->str[from - 1] == '"')
            from = quote_from(out, floor, from - 1);
        else if (is_local(out->str[from - 1]))
            from--;
        else
            break;
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
