/* SPDX-License-Identifier: Apache-2.0 */
#include "base/socket_address.h"

#include <netinet/in.h>

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
