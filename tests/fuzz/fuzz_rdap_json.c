/* SPDX-License-Identifier: Apache-2.0 */
/* Any answer of an RDAP server: the prefix holds the address that was asked about and is not too wide, the
 * addresses are such; a failure touches nothing. The same octets as a bootstrap file. */
#include "demand.h"

#include "enrich/contact_address.h"
#include "enrich/rdap_bootstrap.h"
#include "enrich/rdap_json.h"

static void
check_answer(struct span octets, const char *address)
{
    struct ip ip;
    struct ip_range prefix = { .prefix = 999 };
    g_autoptr(GString) list = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    demand(ip_parse(span_of(address), &ip));
    if (!rdap_json_read(octets, &ip, NULL, &prefix, list, &error)) {
        demand(error != NULL && list->len == 0 && prefix.prefix == 999);
        return;
    }
    demand(ip_in_range(&ip, &prefix));
    demand(prefix.prefix >= (ip.len == 4 ? RDAP_PREFIX_V4_MIN : RDAP_PREFIX_V6_MIN));
    g_auto(GStrv) items = g_strsplit(list->str, ",", -1);
    for (char **item = items; list->len > 0 && *item != NULL; item++) {
        g_autofree char *again = NULL;
        demand(contact_address_read(span_of(*item), NULL, &again) == NULL);
    }
}

static void
check_bootstrap(struct span octets, const char *address)
{
    struct ip ip;
    g_autoptr(RdapBootstrap) bootstrap = rdap_bootstrap_new();
    g_autoptr(GError) error = NULL;
    bool good = rdap_bootstrap_add(bootstrap, octets, &error);
    demand(ip_parse(span_of(address), &ip));
    const char *url = rdap_bootstrap_find(bootstrap, &ip);
    demand(good || url == NULL);
    demand(url == NULL ||
           (g_ascii_strncasecmp(url, "https://", 8) == 0 && g_str_has_suffix(url, "/")));
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    auto_exact struct span copy = exact_copy(octets, len);
    check_answer(copy, "192.0.2.77");
    check_answer(copy, "2001:db8:1::77");
    check_bootstrap(copy, "192.0.2.77");
    check_bootstrap(copy, "2001:db8:1::77");
    return 0;
}
