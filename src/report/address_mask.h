/* SPDX-License-Identifier: Apache-2.0 */
/*
 * address_mask - text without mail addresses, whoever's they are
 *
 * Every address becomes xxx@xxx, its sign also as URLs, quoted-printable and HTML write it. What is
 * coded as a whole (base64) is not seen. Threads: no state.
 */
#pragma once

#include "base/span.h"

#define ADDRESS_MASK "xxx@xxx"

/* Names of fields whose values look like addresses and are none; NULL-terminated. */
extern const char *const address_id_fields[];

/* NULL: nothing to mask. Caller frees. */
GString *address_mask(struct span text);
/* The octets of a mail, which is not parsed: all but the fields that hold ids. Caller owns it. */
GBytes *address_mask_mail(struct span mail);
