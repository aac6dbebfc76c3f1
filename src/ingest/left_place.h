/* SPDX-License-Identifier: Apache-2.0 */
/*
 * left_place - messages that could not be read and stay where they lie: noted once, and no longer
 * when they were read after all
 *
 * A message without octets has no digest of its own. What stands for it is its place (an absolute
 * path, or IMAP folder, UIDVALIDITY and UID) with the reason. A number in an mbox and a relative
 * path are no identity: another mail may stand there. Their rows stay.
 * Threads: one at a time.
 */
#pragma once

#include "mailbox/mailbox.h"
#include "store/held_place.h"

/* The digest that stands for it in the ledger; stored for ever. */
void left_place_digest(const struct delivery *delivery, const char *unreadable,
                       unsigned char digest[DIGEST_OCTETS]);
/* What its held row gives as the reason. Caller frees. */
char *left_place_reason(const char *unreadable);
/* True when the row is about the place that the delivery was read from. */
bool left_place_is(const struct held_place *held, const struct delivery *delivery);

struct left_places;
/* Those of the feed. FAULT_RETRY, FAULT_OPERATOR. */
struct left_places *left_places_read(struct db *db, const char *feed, GError **error);
void left_places_free(struct left_places *places); /* NULL is allowed */
typedef struct left_places LeftPlaces;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeftPlaces, left_places_free)
/* The delivery was read, and its message is stored: rows that say it could not be are removed, and
 * *removed tells how many. */
bool left_places_settle(struct left_places *places, struct db *db, const struct delivery *delivery,
                        unsigned *removed, GError **error);
