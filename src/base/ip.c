/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ip.h"

#include <arpa/inet.h>

static const unsigned char v4_mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

bool
ip_parse(struct span text, struct ip *ip)
{
    char copy[IP_TEXT_MAX];
    struct ip result = { .len = 0 };
    text = span_trim(text);
    if (text.len > 2 && text.octets[0] == '[' && text.octets[text.len - 1] == ']')
        text = (struct span){ text.octets + 1, text.len - 2 };
    if (span_starts_nocase(text, "IPv6:"))
        text = span_from(text, 5);
    if (text.len == 0 || text.len >= sizeof copy || memchr(text.octets, '\0', text.len) != NULL)
        return false;
    memcpy(copy, text.octets, text.len);
    copy[text.len] = '\0';
    if (inet_pton(AF_INET, copy, result.octets) == 1) {
        result.len = 4;
    } else if (inet_pton(AF_INET6, copy, result.octets) == 1) {
        result = ip_of_octets((struct span){ (const char *)result.octets, 16 });
    } else {
        return false;
    }
    *ip = result;
    return true;
}

struct ip
ip_of_octets(struct span octets)
{
    struct ip ip = { .len = 0 };
    if (octets.len == 16 && memcmp(octets.octets, v4_mapped, sizeof v4_mapped) == 0)
        octets = span_from(octets, sizeof v4_mapped);
    if (octets.len == 4 || octets.len == 16) {
        memcpy(ip.octets, octets.octets, octets.len);
        ip.len = (unsigned char)octets.len;
    }
    return ip;
}

const char *
ip_text(const struct ip *ip, char out[IP_TEXT_MAX])
{
    out[0] = '\0';
    if (ip->len != 0)
        inet_ntop(ip->len == 4 ? AF_INET : AF_INET6, ip->octets, out, IP_TEXT_MAX);
    return out;
}

bool
ip_equal(const struct ip *a, const struct ip *b)
{
    return a->len == b->len && memcmp(a->octets, b->octets, a->len) == 0;
}

bool
ip_range_parse(struct span text, struct ip_range *range)
{
    struct ip_range result;
    guint32 prefix;
    guint32 mapped = 0; /* bits of the prefix that a v4-mapped base loses */
    ptrdiff_t slash;
    text = span_trim(text);
    slash = span_find(text, '/');
    if (!ip_parse(slash < 0 ? text : span_head(text, (size_t)slash), &result.base))
        return false;
    if (result.base.len == 4 && span_find(text, ':') >= 0 && !span_starts_nocase(text, "IPv6:"))
        mapped = 8u * sizeof v4_mapped;
    prefix = mapped + result.base.len * 8u;
    if (slash >= 0 && (!span_to_u32(span_from(text, (size_t)slash + 1), &prefix) ||
                       prefix < mapped || prefix > mapped + result.base.len * 8u))
        return false;
    result.prefix = prefix - mapped;
    for (unsigned bit = result.prefix; bit < result.base.len * 8u; bit++)
        result.base.octets[bit / 8] &= (unsigned char)~(0x80u >> (bit % 8));
    *range = result;
    return true;
}

bool
ip_in_range(const struct ip *ip, const struct ip_range *range)
{
    unsigned whole = range->prefix / 8;
    unsigned bits = range->prefix % 8;
    unsigned char mask = (unsigned char)(0xff00u >> bits);
    if (ip->len == 0 || ip->len != range->base.len ||
        memcmp(ip->octets, range->base.octets, whole) != 0)
        return false;
    return bits == 0 || ((ip->octets[whole] ^ range->base.octets[whole]) & mask) == 0;
}

char *
ip_reverse(const struct ip *ip, const char *zone)
{
    static const char digits[] = "0123456789abcdef";
    GString *name = g_string_sized_new(ip->len * 4u + strlen(zone));
    for (unsigned i = ip->len; i-- > 0;) {
        unsigned octet = ip->octets[i];
        char nibbles[] = { digits[octet & 0x0f], '.', digits[octet >> 4], '.' };
        if (ip->len == 4)
            g_string_append_printf(name, "%u.", octet);
        else
            g_string_append_len(name, nibbles, sizeof nibbles);
    }
    g_string_append(name, zone);
    return g_string_free(name, FALSE);
}

/* clang-format off */
static const struct ip_range special_v4[] = {
    { { { 0 }, 4 }, 8 },               /* this network, RFC 791 */
    { { { 10 }, 4 }, 8 },              /* private, RFC 1918 */
    { { { 100, 64 }, 4 }, 10 },        /* shared address space, RFC 6598 */
    { { { 127 }, 4 }, 8 },             /* loopback, RFC 1122 */
    { { { 169, 254 }, 4 }, 16 },       /* link-local, RFC 3927 */
    { { { 172, 16 }, 4 }, 12 },        /* private, RFC 1918 */
    { { { 192, 0, 0 }, 4 }, 24 },      /* IETF protocol assignments, RFC 6890 */
    { { { 192, 0, 2 }, 4 }, 24 },      /* documentation, RFC 5737 */
    { { { 192, 31, 196 }, 4 }, 24 },   /* AS112, RFC 7535 */
    { { { 192, 52, 193 }, 4 }, 24 },   /* AMT relays, RFC 7450 */
    { { { 192, 88, 99 }, 4 }, 24 },    /* 6to4 relay, RFC 7526 */
    { { { 192, 168 }, 4 }, 16 },       /* private, RFC 1918 */
    { { { 192, 175, 48 }, 4 }, 24 },   /* AS112, RFC 7534 */
    { { { 198, 18 }, 4 }, 15 },        /* benchmarking, RFC 2544 */
    { { { 198, 51, 100 }, 4 }, 24 },   /* documentation, RFC 5737 */
    { { { 203, 0, 113 }, 4 }, 24 },    /* documentation, RFC 5737 */
    { { { 224 }, 4 }, 4 },             /* multicast, RFC 5771 */
    { { { 240 }, 4 }, 4 },             /* reserved and broadcast, RFC 1112 */
};
static const struct ip_range global_unicast = { { { 0x20 }, 16 }, 3 };    /* 2000::/3, RFC 4291 */
static const struct ip_range special_v6[] = {                             /* within 2000::/3 */
    { { { 0x20, 0x01 }, 16 }, 23 },                /* IETF protocol assignments, Teredo: RFC 2928 */
    { { { 0x20, 0x01, 0x0d, 0xb8 }, 16 }, 32 },    /* documentation, RFC 3849 */
    { { { 0x20, 0x02 }, 16 }, 16 },                /* 6to4, RFC 3056 */
    { { { 0x26, 0x20, 0, 0x4f, 0x80 }, 16 }, 48 }, /* AS112, RFC 7534 */
    { { { 0x3f, 0xff }, 16 }, 20 },                /* documentation, RFC 9637 */
};
/* clang-format on */

bool
ip_is_special(const struct ip *ip)
{
    const struct ip_range *ranges = ip->len == 4 ? special_v4 : special_v6;
    size_t count = ip->len == 4 ? G_N_ELEMENTS(special_v4) : G_N_ELEMENTS(special_v6);
    if (ip->len == 0 || (ip->len == 16 && !ip_in_range(ip, &global_unicast)))
        return true;
    for (size_t i = 0; i < count; i++)
        if (ip_in_range(ip, &ranges[i]))
            return true;
    return false;
}

bool
ip_is_public(const struct ip *ip, const struct ip_range *lifted, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ip_in_range(ip, &lifted[i]))
            return true;
    return !ip_is_special(ip);
}
