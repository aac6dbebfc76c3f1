/* SPDX-License-Identifier: Apache-2.0 */
/* What the items of a list in forensic.cfg have to be. */
#include "base/config_keys.h"

#include "base/domain.h"
#include "base/ip.h"
#include "base/socket_address.h"

static bool
is_range(struct span item)
{
    struct ip_range range;
    return ip_range_parse(item, &range);
}

static bool
is_server(struct span item)
{
    struct ip ip;
    uint16_t port;
    return socket_address_parse(item, 1, &ip, &port);
}

/* As far as a config can tell: whoever sends looks closer. */
static bool
is_mail(struct span item)
{
    ptrdiff_t at = span_find(item, '@');
    for (size_t i = 0; i < item.len; i++)
        if (item.octets[i] <= ' ' || item.octets[i] >= 0x7F ||
            strchr("<>()[]:;\\\"", item.octets[i]) != NULL)
            return false;
    if (at <= 0)
        return false;
    g_autofree char *domain = domain_canonical(span_from(item, (size_t)at + 1));
    return domain != NULL && strchr(domain, '.') != NULL;
}

/* RFC 5322, 3.6.8. */
static bool
is_field(struct span item)
{
    for (size_t i = 0; i < item.len; i++)
        if (item.octets[i] <= ' ' || item.octets[i] >= 0x7F || item.octets[i] == ':')
            return false;
    return item.len > 0;
}

/* "example.com", ".example.com" and "*.example.com" mean the same; NULL: none of them. Caller
 * frees. */
static char *
domain_of(struct span item)
{
    if (span_starts_nocase(item, "*."))
        item = span_from(item, 2);
    else if (span_starts_nocase(item, "."))
        item = span_from(item, 1);
    return domain_canonical(item);
}

static bool
is_domain(struct span item)
{
    g_autofree char *domain = domain_of(item);
    return domain != NULL;
}

void
config_list_settle(enum key_type type, char **items)
{
    for (char **item = items; type == KEY_DOMAINS && *item != NULL; item++) {
        char *domain = domain_of(span_of(*item));
        g_free(*item);
        *item = domain;
    }
}

const char *
config_list_fault(enum key_type type, char *const *items)
{
    static const struct {
        enum key_type type;
        bool (*good)(struct span item);
        const char *expected;
    } kinds[] = {
        { KEY_RANGES, is_range, "addresses or CIDR ranges, separated by commas" },
        { KEY_SERVERS, is_server, "IP addresses, each with or without :port, separated by commas" },
        { KEY_MAIL, is_mail, "mail addresses, separated by commas" },
        { KEY_FIELDS, is_field, "names of header fields, separated by commas" },
        { KEY_DOMAINS, is_domain, "domains, separated by commas" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        for (char *const *item = items; kinds[i].type == type && *item != NULL; item++)
            if (!kinds[i].good(span_of(*item)))
                return kinds[i].expected;
    return NULL;
}

const char *
config_zone_fault(const char *text)
{
    g_autofree char *domain = text[0] != '\0' ? domain_canonical(span_of(text)) : g_strdup("");
    return domain != NULL ? NULL : "a domain, or nothing";
}
