/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conceal - addresses and names of recipients in any text, each replaced by its token
 *
 * A token is "redacted-" and 16 hex digits of HMAC-SHA-256 over the address in lower case (RFC
 * 6590): the same address gives the same token, nobody without the key learns which. Of an address
 * the local part is replaced, the domain stays.
 * Finds:   local@domain, the domain as A-label or U-label, local=domain (VERP), domain=local@
 *          (SRS), its part before "+"; as words in text: the local part alone, unless it is short
 *          or a role, and the name; all of it as written, percent-encoded, as quoted-printable,
 *          HTML entity or \u escape, within base64 and hex digits, with NULs between (UTF-16), and
 *          in a field with a fold between.
 * Limits:  CONCEAL_ADDRESSES_MAX; addresses over 320 octets are not taken.
 * Cost:    linear; no recursion. Pure: the same text gives the same result, and the result has
 *          nothing more to conceal.
 * Threads: after conceal_close() from any thread.
 */
#pragma once

#include "base/span.h"

#define CONCEAL_ADDRESSES_MAX 1000
#define CONCEAL_TOKEN_OCTETS 25
#define CONCEAL_TOKEN_FRONT "redacted-"

struct conceal;

struct conceal *conceal_new(const char *key);
/* Before the first address: all of an address is replaced, the domain too, all tokens are alike,
 * and whoever's addresses stand in text that people read (FIELD, WORDS) become xxx@xxx. */
void conceal_all(struct conceal *conceal);
bool conceal_is_all(const struct conceal *conceal);
void conceal_free(struct conceal *conceal); /* NULL is allowed */
typedef struct conceal Conceal;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Conceal, conceal_free)

/* An address (bare, in any case); a token instead of a local part is passed over. False: no more
 * addresses are taken, so the text has more to conceal than can be. */
bool conceal_add_address(struct conceal *conceal, struct span address);
/* A name of a person ("Jane Doe", UTF-8), or a login; what is short, or no name, is passed over. */
bool conceal_add_name(struct conceal *conceal, struct span name);
/* Before the first text; nothing may be added afterwards. */
void conceal_close(struct conceal *conceal);

enum conceal_flag {
    CONCEAL_FIELD = 1 << 0, /* a header field: it may be folded anywhere */
    CONCEAL_WORDS = 1 << 1, /* names and local parts that stand alone, too */
    CONCEAL_PLAIN = 1 << 2, /* only as it stands, not as anything may decode it */
    CONCEAL_IDS = 1 << 3    /* what looks like an address is none */
};
/* NULL: nothing to conceal. Caller frees. */
GString *conceal_text(const struct conceal *conceal, struct span text, unsigned flags);
/* The token of anything; caller frees. */
char *conceal_token(const struct conceal *conceal, struct span secret);
/* The same, never alike for what differs: for boundaries. */
char *conceal_label(const struct conceal *conceal, struct span secret);
/* Whether the text ends in a token. */
bool conceal_ends_in_token(struct span text);
