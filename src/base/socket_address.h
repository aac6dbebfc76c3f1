/* SPDX-License-Identifier: Apache-2.0 */
/*
 * socket_address - the address in a struct sockaddr of IPv4 or IPv6
 */
#pragma once

#include <sys/socket.h>

#include "base/ip.h"

/* False, *ip untouched: another family. */
bool socket_address_ip(const struct sockaddr *address, struct ip *ip);
