/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/rdap_bootstrap.h"

#include <jansson.h>

#include "base/fault.h"
#include "enrich/network_set.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

struct rdap_bootstrap {
    NetworkSet *networks; /* the values are URLs of `urls` */
    GStringChunk *urls;
};

struct rdap_bootstrap *
rdap_bootstrap_new(void)
{
    struct rdap_bootstrap *bootstrap = g_new0(struct rdap_bootstrap, 1);
    bootstrap->networks = network_set_new();
    bootstrap->urls = g_string_chunk_new(1024);
    return bootstrap;
}

void
rdap_bootstrap_free(struct rdap_bootstrap *bootstrap)
{
    if (bootstrap == NULL)
        return;
    network_set_free(bootstrap->networks);
    g_string_chunk_free(bootstrap->urls);
    g_free(bootstrap);
}

/* The first URL that will do, without white space and the like; NULL: none. */
static const char *
usable_url(const json_t *urls)
{
    for (size_t i = 0; i < json_array_size(urls); i++) {
        const char *url = json_string_value(json_array_get(urls, i));
        size_t len = url != NULL ? strlen(url) : 0;
        bool plain = len > strlen("https://") && len < RDAP_URL_OCTETS_MAX;
        for (size_t at = 0; at < len && plain; at++)
            plain = g_ascii_isgraph(url[at]) && strchr("?#\\\"<>", url[at]) == NULL;
        if (plain && g_ascii_strncasecmp(url, "https://", strlen("https://")) == 0)
            return url;
    }
    return NULL;
}

static void
add_service(struct rdap_bootstrap *bootstrap, const json_t *service)
{
    const json_t *keys = json_array_get(service, 0);
    const char *url = usable_url(json_array_get(service, 1));
    if (url == NULL)
        return;
    g_autofree char *base = g_strconcat(url, g_str_has_suffix(url, "/") ? "" : "/", NULL);
    const char *kept = g_string_chunk_insert_const(bootstrap->urls, base);
    for (size_t i = 0; i < json_array_size(keys); i++) {
        const json_t *key = json_array_get(keys, i);
        struct span text = { json_string_value(key), json_string_length(key) };
        struct ip_range range;
        if (network_set_count(bootstrap->networks) < RDAP_BOOTSTRAP_PREFIXES_MAX &&
            ip_range_parse(text, &range))
            network_set_add(bootstrap->networks, &range, kept);
    }
}

bool
rdap_bootstrap_add(struct rdap_bootstrap *bootstrap, struct span octets, GError **error)
{
    json_error_t problem;
    g_autoptr(json_t) file = octets.len > 0 && octets.len <= RDAP_BOOTSTRAP_OCTETS_MAX
                                 ? json_loadb(octets.octets, octets.len, 0, &problem)
                                 : NULL;
    const json_t *services = json_object_get(file, "services");
    if (json_array_size(services) == 0) {
        g_set_error(error, FAULT, FAULT_REJECT, "no list of RDAP services (RFC 9224)");
        return false;
    }
    for (size_t i = 0; i < json_array_size(services); i++)
        add_service(bootstrap, json_array_get(services, i));
    return true;
}

const char *
rdap_bootstrap_find(const struct rdap_bootstrap *bootstrap, const struct ip *ip)
{
    return network_set_find(bootstrap->networks, ip);
}
