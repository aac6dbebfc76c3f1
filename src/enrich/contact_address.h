/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contact_address - one address to complain to, whoever named it: DNS, RDAP, a file, a person
 *
 * In:      any octets.
 * Out:     a mail_address.h with its domain canonical, all ASCII. A list of such is one text with
 *          commas and no blanks, as tables asn and contact keep it.
 * Refuses: what mail_address.h does, words that registries put where an address was taken away
 *          ("removed@lacnic.net", "REDACTED ..."), web addresses of forms, and addresses of our own
 *          domains: nobody complains to himself.
 * Limits:  8 addresses a list. Threads: no state.
 */
#pragma once

#include "base/mail_address.h"

#define CONTACT_ADDRESSES_MAX 8
#define CONTACT_LIST_OCTETS_MAX 1000 /* that the columns hold */

/* NULL and *address, which the caller frees: the local part as written, the domain canonical. Else
 * why not, static, *address untouched. A "mailto:" in front is left out. `own` lists domains whose
 * addresses, and those of names below, are refused; NULL-terminated, may be NULL. */
const char *contact_address_read(struct span text, char *const *own, char **address);
/* The domain of some contacts, canonical: with a dot in it, and no IP address. NULL: it is none.
 * Caller frees. */
char *contact_domain_read(struct span text);
/* Adds each address between commas that is one and is not in `list` yet. Returns why the first
 * refused one was refused, else NULL; empty pieces are passed over. */
const char *contact_list_add(GString *list, struct span texts, char *const *own);
/* True when `address` stands in `list`; case does not matter. */
bool contact_list_has(const char *list, const char *address);
size_t contact_list_count(const char *list);
