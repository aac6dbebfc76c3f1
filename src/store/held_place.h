/* SPDX-License-Identifier: Apache-2.0 */
/*
 * held_place - held messages without octets, by the place where they lie
 *
 * Errors and threads: as db.h.
 */
#pragma once

#include "store/db.h"
#include "store/record.h"

#define HELD_PLACES_MAX 10000 /* read at once: the newest */

struct held_place {
    int64_t held_id;
    unsigned char digest[DIGEST_OCTETS]; /* of the ledger: of the place and the reason */
    char *place, *reason;
};

/* Of struct held_place *: those of that kind and feed that have no octets. Reads the rows of the
 * kind alone. Caller unrefs. */
GPtrArray *held_place_read(struct db *db, const char *kind, const char *feed, GError **error);
/* Removes the row, and its digest from the ledger: should the place be as it was again, that is
 * noted again. Nothing happens when the row is gone. */
bool held_place_remove(struct db *db, const struct held_place *held, GError **error);
