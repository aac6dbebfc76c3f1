/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gzip - answers in fewer octets, for clients that say that they take them (RFC 9110, 12.5.3)
 *
 * Whole answers of text over GZIP_OCTETS_MIN; a body that flows goes as it is.
 * The length of a compressed page tells a little of what stands in it (BREACH). So a page of a
 * person, over TLS, is compressed only when the browser says that our own site, or the person,
 * asked for it (Sec-Fetch-Site): what a strange site makes a browser ask for goes out in full
 * length.
 * Threads: no state.
 */
#pragma once

#include "http/request.h"

#define GZIP_OCTETS_MIN 1024
enum gzip_level { GZIP_FAST = 1, GZIP_BEST = 9 };

/* Does this type shrink, and is there enough of it? `type` may be NULL. */
bool gzip_is_worth(const char *type, size_t octets);
/* "gzip" is on the list, and not with q=0; NULL is no list. */
bool gzip_is_accepted(const char *accept_encoding);
/* NULL when it would not get shorter. */
GBytes *gzip_pack(GBytes *octets, enum gzip_level level);
/* Packs the request's reply when all of this holds. */
void gzip_reply(struct request *request);
