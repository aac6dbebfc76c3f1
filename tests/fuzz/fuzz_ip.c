/* SPDX-License-Identifier: Apache-2.0 */
/* An address that was read is read again from its text; a range holds its base and its text gives
 * the same range. A domain name's canonical form is its own. Any octets may come in. */
#include <stdint.h>

#include "base/domain.h"
#include "base/ip.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len);

static void
demand(bool promise)
{
    if (!promise)
        __builtin_trap();
}

static void
check_domain(struct span text)
{
    g_autofree char *name = domain_canonical(text);
    g_autofree char *again = name != NULL ? domain_canonical(span_of(name)) : NULL;
    const char *registrable = name != NULL ? domain_registrable(name) : NULL;
    if (name == NULL)
        return;
    demand(strlen(name) <= DOMAIN_OCTETS_MAX && g_strcmp0(name, again) == 0);
    for (const char *at = name; *at != '\0'; at++)
        demand((g_ascii_isalnum(*at) && !g_ascii_isupper(*at)) || strchr("-_.", *at) != NULL);
    demand(registrable == NULL || domain_is_within(name, registrable));
    domain_has_known_tld(name);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    g_autofree char *copy = g_memdup2(octets, len);
    struct span text = { copy, len };
    struct ip ip;
    struct ip again;
    struct ip_range range;
    struct ip_range range_again;
    char out[IP_TEXT_MAX];
    if (ip_parse(text, &ip)) {
        demand(ip.len == 4 || ip.len == 16);
        demand(ip_parse(span_of(ip_text(&ip, out)), &again) && ip_equal(&ip, &again));
        demand(ip_range_parse(span_of(out), &range) && range.prefix == ip.len * 8u);
        demand(ip_in_range(&ip, &range));
        ip_is_special(&ip);
    }
    if (ip_range_parse(text, &range)) {
        g_autofree char *written =
            g_strdup_printf("%s/%u", ip_text(&range.base, out), range.prefix);
        demand(range.prefix <= range.base.len * 8u && ip_in_range(&range.base, &range));
        demand(ip_range_parse(span_of(written), &range_again));
        demand(ip_equal(&range.base, &range_again.base) && range.prefix == range_again.prefix);
    }
    check_domain(text);
    return 0;
}
