/* SPDX-License-Identifier: Apache-2.0 */
/*
 * socket_address - the address in a struct sockaddr of IPv4 or IPv6
 */
#pragma once

#include <stdint.h>
#include <sys/socket.h>

#include "base/ip.h"

/* "192.0.2.1", "192.0.2.1:5353", "2001:db8::1", "[2001:db8::1]:53"; blanks around are left out. */
bool socket_address_parse(struct span text, uint16_t standard_port, struct ip *ip, uint16_t *port);
/* False, *ip untouched: another family. */
bool socket_address_ip(const struct sockaddr *address, struct ip *ip);
