/* SPDX-License-Identifier: Apache-2.0 */
/*
 * needle - what must not be seen, found in one pass however many there are (Aho-Corasick)
 *
 * Case of ASCII letters does not matter. Each needle has a secret part, which a finder replaces,
 * and belongs to a token.
 * Limits:  NEEDLE_OCTETS_MAX octets a needle, NEEDLES_MAX of them; more are not taken.
 * Threads: after needles_close() nothing changes.
 */
#pragma once

#include <stdint.h>

#include "base/span.h"

#define NEEDLE_OCTETS_MAX 512
#define NEEDLES_MAX 20000

enum needle_place {
    NEEDLE_ANYWHERE,
    NEEDLE_WORD /* no letter, digit or "-" beside it; not in fields that trace or shape a mail */
};

struct needle {
    uint16_t len, from, to; /* the secret is [from, to) of its octets */
    uint16_t place;         /* enum needle_place */
    uint32_t token;
};

struct needles;

struct needles *needles_new(void);
void needles_free(struct needles *needles); /* NULL is allowed */
/* False: it is empty, too long, or one too many. One that is there already counts as taken. */
bool needles_add(struct needles *needles, struct span text, struct needle needle);
/* Before the first step; nothing may be added afterwards. */
void needles_close(struct needles *needles);
/* The state after one more octet; 0 is the first one. */
uint32_t needles_step(const struct needles *needles, uint32_t state, char octet);
/* The needles that end here, longest first: *cursor = state before the first call; NULL: no
 * more. */
const struct needle *needles_ending(const struct needles *needles, uint32_t *cursor);
