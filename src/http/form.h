/* SPDX-License-Identifier: Apache-2.0 */
/*
 * form - names and values of a query string, a form body or a Cookie field
 *
 * In:      octets from a stranger.
 * Out:     pairs in their order, decoded (`+` and %XX), always valid UTF-8 without NUL.
 * Errors:  FAULT_REJECT: %00, what is no UTF-8, a % without two hex digits, over the limits.
 * Limits:  FORM_PAIRS_MAX pairs; the caller bounds the octets.
 * Threads: no state.
 */
#pragma once

#include "base/span.h"

#define FORM_PAIRS_MAX 5000

struct form_pair {
    const char *name;
    const char *value;
};

struct form {
    GArray *pairs; /* of struct form_pair */
    GStringChunk *text;
};

/* application/x-www-form-urlencoded (WHATWG URL 5.1). The empty span gives an empty form. */
bool form_read(struct form *form, struct span octets, GError **error);
/* A path: %XX is decoded, `+` is not; caller frees. NULL with *error set. */
char *form_decode_path(struct span path, GError **error);
/* A pair that is decoded already. FAULT_REJECT: no UTF-8, NUL inside, one too many. */
bool form_add(struct form *form, const char *name, struct span value, GError **error);
/* The Cookie field (RFC 6265, 5.4); values are taken as they stand, odd pairs are left out. */
bool form_read_cookies(struct form *form, struct span field, GError **error);
void form_clear(struct form *form);
/* The first value of that name, or NULL. */
const char *form_get(const struct form *form, const char *name);
