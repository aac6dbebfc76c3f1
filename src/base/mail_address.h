/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail_address - an addr-spec that can stand in a RCPT TO and in a header as it is
 *
 * That is: dot-atom, "@", a name of the Internet (a dot, no "_", a last label that is no number).
 * Refused: quoted local parts, address literals, comments, what is too long.
 * Source:  RFC 5321 4.1.2 and 4.5.3.1, RFC 5322 3.2.3 and 3.4.1. Threads: no state.
 */
#pragma once

#include "base/span.h"

#define MAIL_ADDRESS_OCTETS_MAX 254 /* without <> */
#define MAIL_LOCAL_OCTETS_MAX 64

/* NULL, *local (a view of `text`) and *host (canonical, see domain.h; caller frees); else why not,
 * static, both untouched. */
const char *mail_address_read(struct span text, struct span *local, char **host);
