/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contact_address - one address to complain to, whoever named it: DNS, RDAP, a file, a person
 *
 * In:      any octets.
 * Out:     an addr-spec that can stand in a RCPT TO and in a header: dot-atom, "@", a canonical
 *          domain with a dot (base/domain.h), all ASCII. A list of such is one text with commas and
 *          no blanks, as tables asn and contact keep it.
 * Refuses: quoted local parts, address literals, words that registries put where an address was
 *          taken away ("removed@lacnic.net", "REDACTED ..."), web addresses of forms, and addresses
 *          of our own domains: nobody complains to himself.
 * Limits:  254 octets an address (RFC 5321, 4.5.3.1.3 without <>), 64 its local part, 8 addresses
 *          a list.
 * Source:  RFC 5321 4.1.2, RFC 5322 3.4.1. Threads: no state.
 */
#pragma once

#include "base/span.h"

#define CONTACT_ADDRESS_OCTETS_MAX 254
#define CONTACT_LOCAL_OCTETS_MAX 64
#define CONTACT_ADDRESSES_MAX 8
#define CONTACT_LIST_OCTETS_MAX 1000 /* that the columns hold */

/* NULL and *address, which the caller frees: the local part as written, the domain canonical. Else
 * why not, static, *address untouched. A "mailto:" in front is left out. `own` lists domains whose
 * addresses, and those of names below, are refused; NULL-terminated, may be NULL. */
const char *contact_address_read(struct span text, char *const *own, char **address);
/* Adds each address between commas that is one and is not in `list` yet. Returns why the first
 * refused one was refused, else NULL; empty pieces are passed over. */
const char *contact_list_add(GString *list, struct span texts, char *const *own);
/* True when `address` stands in `list`; case does not matter. */
bool contact_list_has(const char *list, const char *address);
size_t contact_list_count(const char *list);
