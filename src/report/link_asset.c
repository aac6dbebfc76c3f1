/* SPDX-License-Identifier: Apache-2.0 */
#include "base/domain.h"
#include "report/link_set.h"

static const char *const asset_hosts[] = {
    "w3.org",
    "schemas.microsoft.com",
    "schemas.openxmlformats.org",
    "schemas.xmlsoap.org",
    "schema.org",
    "ns.adobe.com",
    "xmlns.com",
    "purl.org",
    "ogp.me",
    "fonts.googleapis.com",
    "fonts.gstatic.com",
    "use.typekit.net",
    "use.fontawesome.com",
};

static const char *const asset_suffixes[] = {
    ".gif", ".png",  ".jpg", ".jpeg",  ".webp", ".svg", ".bmp", ".ico",
    ".css", ".woff", ".ttf", ".woff2", ".otf",  ".eot", ".dtd", ".xsd",
};

bool
link_is_asset(const char *key, const char *host)
{
    size_t path = strcspn(key, "?");
    for (size_t i = 0; i < G_N_ELEMENTS(asset_hosts); i++)
        if (domain_is_within(host, asset_hosts[i]))
            return true;
    for (size_t i = 0; i < G_N_ELEMENTS(asset_suffixes); i++) {
        size_t len = strlen(asset_suffixes[i]);
        if (path > len && g_ascii_strncasecmp(key + path - len, asset_suffixes[i], len) == 0)
            return true;
    }
    return false;
}
