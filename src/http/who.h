/* SPDX-License-Identifier: Apache-2.0 */
/*
 * who - who sent a request: a session's cookie, an API token, or a proxy's word
 *
 * A request is either of a token or of a cookie, never both. The cookie is HttpOnly, SameSite=Lax,
 * Secure over TLS (then named __Host-lafayette). The CSRF token is
 * HMAC-SHA-256(secret_key, session value).
 */
#pragma once

#include "http/visit.h"

/* Fills visit->person. False with *error, or, for a token that is no good, with the reply set. */
bool who_is(struct visit *visit, GError **error);
/* The CSRF token of a POST is this session's and no other site sent it. */
bool who_meant_it(const struct visit *visit);
/* The request comes from a page of ours, as far as the browser tells. */
bool who_is_same_origin(const struct visit *visit);
void who_set_cookie(struct visit *visit, const char *value, unsigned seconds);
const char *who_cookie(const struct visit *visit);
