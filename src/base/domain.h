/* SPDX-License-Identifier: Apache-2.0 */
/*
 * domain - DNS names as mail and URLs carry them
 *
 * Names are kept as lower-case A-labels (UTS-46, RFC 5891) without the final dot. The public
 * suffix list is the one libpsl was built with. Threads: safe after the first call.
 */
#pragma once

#include "base/span.h"

#define DOMAIN_OCTETS_MAX 253

/* The name in lower case, U-labels (emoji, too) and full-width dots mapped, final dot off; NULL
 * when it is no host name: empty, over 253 octets, a label that is empty or over 63, or an octet
 * other than letters, digits, "-", "_" and dots. Caller frees. */
char *domain_canonical(struct span name);
/* The registrable domain ("mail.example.co.uk" gives "example.co.uk"), borrowed from `name`, which
 * is canonical; NULL for a public suffix itself and for an IPv4 address. A top level domain that
 * the list does not name counts as a public suffix. */
const char *domain_registrable(const char *name);
/* True when the last label is a top level domain of the public suffix list (no default rule). */
bool domain_has_known_tld(const char *name);
/* True when `name` equals `parent` or lies below it ("a.example.com" below "example.com");
 * "evilexample.com" does not. Case does not matter. */
bool domain_is_within(const char *name, const char *parent);
