/* SPDX-License-Identifier: Apache-2.0 */
#include "base/domain.h"

#include <idn2.h>
#include <libpsl.h>

/* Names in mail often hold "_" (selectors, hosts of Windows machines), so it is let through. */
static bool
is_host_name(const char *name)
{
    size_t label = 0;
    for (const char *at = name; *at != '\0'; at++) {
        if (*at == '.') {
            if (label == 0)
                return false;
            label = 0;
        } else if (g_ascii_isalnum(*at) || *at == '-' || *at == '_') {
            if (++label > 63)
                return false;
        } else {
            return false;
        }
    }
    return label > 0 && strlen(name) <= DOMAIN_OCTETS_MAX;
}

/* The four characters that the two ways of UTS-46 map differently, and capital sharp s. */
static bool
has_deviation(const char *name)
{
    static const char *const deviations[] = { "\xC3\x9F", "\xE1\xBA\x9E", "\xCF\x82",
                                              "\xE2\x80\x8C", "\xE2\x80\x8D" };
    for (size_t i = 0; i < G_N_ELEMENTS(deviations); i++)
        if (strstr(name, deviations[i]) != NULL)
            return true;
    return false;
}

/* A-labels of valid UTF-8, or NULL. IDNA2008 forbids symbols such as emoji; registries and browsers
 * (UTS-46) do not. libidn2 lets them through in its transitional way only, which gives the same
 * where no deviation character stands. Caller frees. */
static char *
to_ascii(const char *name)
{
    const uint8_t *octets = (const uint8_t *)name;
    uint8_t *ascii = NULL;
    char *result;
    int code = idn2_lookup_u8(octets, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (code == IDN2_DISALLOWED && !has_deviation(name))
        code = idn2_lookup_u8(octets, &ascii, IDN2_NFC_INPUT | IDN2_TRANSITIONAL);
    if (code != IDN2_OK)
        return NULL;
    result = g_strdup((const char *)ascii);
    idn2_free(ascii);
    return result;
}

char *
domain_canonical(struct span name)
{
    g_autofree char *copy = NULL;
    g_autofree char *lower = NULL;
    bool plain = true;
    bool dotted; /* the final dot is off */
    if (name.len == 0 || name.len > 4 * DOMAIN_OCTETS_MAX || span_find(name, '\0') >= 0)
        return NULL;
    dotted = name.octets[name.len - 1] == '.';
    name.len -= dotted ? 1 : 0;
    copy = span_dup(name);
    for (const char *at = copy; *at != '\0'; at++)
        plain = plain && (unsigned char)*at < 0x80;
    if (!plain) {
        char *ascii = g_utf8_validate(copy, -1, NULL) ? to_ascii(copy) : NULL;
        if (ascii == NULL)
            return NULL;
        g_free(copy);
        copy = ascii;
        if (!dotted && g_str_has_suffix(copy, ".")) /* a full-width final dot */
            copy[strlen(copy) - 1] = '\0';
    }
    lower = g_ascii_strdown(copy, -1);
    return is_host_name(lower) ? g_steal_pointer(&lower) : NULL;
}

const char *
domain_registrable(const char *name)
{
    const char *dot = strrchr(name, '.');
    const char *last = dot != NULL ? dot + 1 : name;
    if (last[strspn(last, "0123456789")] == '\0') /* an IPv4 address: no TLD is a number */
        return NULL;
    return psl_registrable_domain(psl_builtin(), name);
}

bool
domain_has_known_tld(const char *name)
{
    const char *dot = strrchr(name, '.');
    return psl_is_public_suffix2(psl_builtin(), dot != NULL ? dot + 1 : name,
                                 PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE) != 0;
}

bool
domain_is_within(const char *name, const char *parent)
{
    size_t name_len = strlen(name);
    size_t parent_len = strlen(parent);
    if (parent_len == 0 || name_len < parent_len ||
        g_ascii_strcasecmp(name + name_len - parent_len, parent) != 0)
        return false;
    return name_len == parent_len || name[name_len - parent_len - 1] == '.';
}
