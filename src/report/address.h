/* SPDX-License-Identifier: Apache-2.0 */
/*
 * address - mail addresses in header fields and report fields (RFC 5322, 3.4), as they really come
 *
 * Pure, linear, no state.
 */
#pragma once

#include "base/span.h"

/* The first addr-spec of a field: inside <> when there is one after an unquoted display name, else
 * the first word with an "@". Comments and quoted strings are not searched, but an address that is
 * nowhere else is taken from within them. NULL: none. Caller frees with g_free. */
char *address_first(struct span field);
/* A reverse-path or forward-path (RFC 5321): without <>, source route and comments; "" for <> and
 * for an empty field. Caller frees with g_free. */
char *address_path(struct span field);
/* The domain behind the last "@", in lower case, "" when there is none. Caller frees. */
char *address_domain(const char *address);
