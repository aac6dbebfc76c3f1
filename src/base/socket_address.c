/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* memrchr */
#include "base/socket_address.h"

#include <netinet/in.h>

bool
socket_address_parse(struct span text, uint16_t standard_port, struct ip *ip, uint16_t *port)
{
    struct span whole = span_trim(text);
    struct span address = whole;
    guint32 number = standard_port;
    const char *colon = whole.len > 0 ? memrchr(whole.octets, ':', whole.len) : NULL;
    size_t before = colon != NULL ? (size_t)(colon - whole.octets) : 0;
    bool bracketed = before > 0 && colon[-1] == ']';
    if (bracketed || (colon != NULL && span_find(whole, ':') == (ptrdiff_t)before)) {
        address = span_head(whole, before);
        if (!span_to_u32(span_from(whole, before + 1), &number) || number == 0 ||
            number > UINT16_MAX)
            return false;
    }
    *port = (uint16_t)number;
    return ip_parse(address, ip);
}

bool
socket_address_ip(const struct sockaddr *address, struct ip *ip)
{
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)address;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)address;
    if (address->sa_family == AF_INET)
        *ip = ip_of_octets((struct span){ (const char *)&v4->sin_addr, 4 });
    else if (address->sa_family == AF_INET6)
        *ip = ip_of_octets((struct span){ (const char *)&v6->sin6_addr, 16 });
    else
        return false;
    return true;
}
