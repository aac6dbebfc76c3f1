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

char *
domain_canonical(struct span name)
{
    g_autofree char *copy = NULL;
    g_autofree char *lower = NULL;
    char *ascii = NULL;
    bool plain = true;
    if (name.len == 0 || name.len > 4 * DOMAIN_OCTETS_MAX || span_find(name, '\0') >= 0)
        return NULL;
    if (name.octets[name.len - 1] == '.')
        name.len--;
    copy = span_dup(name);
    for (const char *at = copy; *at != '\0'; at++)
        plain = plain && (unsigned char)*at < 0x80;
    if (!plain) {
        if (!g_utf8_validate(copy, -1, NULL) ||
            idn2_lookup_u8((const uint8_t *)copy, (uint8_t **)&ascii,
                           IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
            return NULL;
        g_free(copy);
        copy = g_strdup(ascii);
        idn2_free(ascii);
        if (g_str_has_suffix(copy, ".")) /* a full-width final dot */
            copy[strlen(copy) - 1] = '\0';
    }
    lower = g_ascii_strdown(copy, -1);
    return is_host_name(lower) ? g_steal_pointer(&lower) : NULL;
}

const char *
domain_registrable(const char *name)
{
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
