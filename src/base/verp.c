/* SPDX-License-Identifier: Apache-2.0 */
#include "base/verp.h"

#define LOCAL_MAX 64
#define ADDRESS_MAX 254
#define POSITION_MAX 65535

static bool
reference_fits(struct span reference)
{
    if (reference.len == 0 || reference.len > VERP_REFERENCE_MAX)
        return false;
    for (size_t i = 0; i < reference.len; i++)
        if (!g_ascii_isalnum(reference.octets[i]) && reference.octets[i] != '-')
            return false;
    return true;
}

/* The keyed digest of what the address says, in lower case throughout. */
static char *
digest_of(const char *base, struct span reference, unsigned position, const char *secret)
{
    g_autofree char *name = g_ascii_strdown(reference.octets, (gssize)reference.len);
    g_autofree char *place = g_ascii_strdown(base, -1);
    g_autofree char *text = g_strdup_printf("verp\n%s\n%s\n%u", place, name, position);
    char *digest = g_compute_hmac_for_string(G_CHECKSUM_SHA256, (const guchar *)secret,
                                             strlen(secret), text, -1);
    digest[VERP_DIGEST_HEX] = '\0';
    return digest;
}

char *
verp_make(const char *base, const char *reference, unsigned position, const char *secret)
{
    const char *at = base != NULL ? strrchr(base, '@') : NULL;
    if (at == NULL || at == base || position > POSITION_MAX || !reference_fits(span_of(reference)))
        return NULL;
    g_autofree char *digest = digest_of(base, span_of(reference), position, secret);
    g_autofree char *local =
        g_strdup_printf("%.*s+%s-%u-%s", (int)(at - base), base, reference, position, digest);
    if (strlen(local) > LOCAL_MAX || strlen(local) + strlen(at) > ADDRESS_MAX)
        return NULL;
    return g_strconcat(local, at, NULL);
}

/* What stands behind "+" in the local part, when the rest is `base`. */
static bool
extension_of(struct span address, const char *base, struct span *extension)
{
    const char *at = base != NULL ? strrchr(base, '@') : NULL;
    if (at == NULL)
        return false;
    size_t local = (size_t)(at - base), domain = strlen(at);
    if (address.len < local + domain || g_ascii_strncasecmp(address.octets, base, local) != 0 ||
        g_ascii_strncasecmp(address.octets + address.len - domain, at, domain) != 0)
        return false;
    *extension = span_head(span_from(address, local), address.len - local - domain);
    return extension->len == 0 || extension->octets[0] == '+';
}

bool
verp_is_ours(struct span address, const char *base)
{
    struct span extension;
    return extension_of(address, base, &extension);
}

static ptrdiff_t
last_dash(struct span text)
{
    for (size_t i = text.len; i-- > 0;)
        if (text.octets[i] == '-')
            return (ptrdiff_t)i;
    return -1;
}

bool
verp_read(struct span address, const char *base, const char *secret,
          char reference[VERP_REFERENCE_MAX + 1], unsigned *position)
{
    struct span rest;
    guint32 number = 0;
    unsigned difference = 0;
    if (!extension_of(address, base, &rest) || rest.len == 0)
        return false;
    rest = span_from(rest, 1);
    ptrdiff_t dash = last_dash(rest);
    if (dash < 0)
        return false;
    struct span given = span_from(rest, (size_t)dash + 1);
    rest = span_head(rest, (size_t)dash);
    dash = last_dash(rest);
    if (dash < 0 || given.len != VERP_DIGEST_HEX ||
        !span_to_u32(span_from(rest, (size_t)dash + 1), &number) || number > POSITION_MAX)
        return false;
    rest = span_head(rest, (size_t)dash);
    if (!reference_fits(rest))
        return false;
    g_autofree char *digest = digest_of(base, rest, number, secret);
    for (size_t i = 0; i < VERP_DIGEST_HEX; i++) /* as long for any octets */
        difference |= (unsigned char)(g_ascii_tolower(given.octets[i]) ^ digest[i]);
    if (difference != 0)
        return false;
    memcpy(reference, rest.octets, rest.len);
    reference[rest.len] = '\0';
    *position = number;
    return true;
}
