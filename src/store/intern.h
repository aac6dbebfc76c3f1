/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intern - entries of a batch get their ids: from memory, from the table, or as new rows
 *
 * New rows go in with ids of the client, sorted by key, in a transaction of their own, and are read
 * back by key after its COMMIT: what another writer put there first wins. Memory changes only
 * after that.
 * Limits:  memory keeps so many entries a dictionary as said at creation, the latest used ones.
 * Errors:  as db.h; the caller rolls back and calls again.
 * Threads: one intern, one thread; many programs at once on one database.
 */
#pragma once

#include "store/dictionary.h"
#include "store/seen.h"

#define INTERN_ENTRIES 100000

struct intern;

struct intern *intern_new(size_t entries);
void intern_free(struct intern *intern); /* NULL is allowed */
/* Rows may have been removed: nothing in memory is true any more. */
void intern_forget(struct intern *intern);

/* Gives every entry its id, in two steps: domains; then the rest, whose rows may tell what is known
 * of domains. No transaction may be open. */
bool intern_resolve_domains(struct intern *intern, struct db *db, struct wanted *wanted,
                            GError **error);
bool intern_resolve_others(struct intern *intern, struct db *db, struct wanted *wanted,
                           GError **error);

static inline bool
intern_resolve(struct intern *intern, struct db *db, struct wanted *wanted, GError **error)
{
    return intern_resolve_domains(intern, db, wanted, error) &&
           intern_resolve_others(intern, db, wanted, error);
}

/* After the mails were stored: firstSeen and lastSeen of rows that were there before are noted in
 * intern_seen(), which writes them. */
void intern_note_seen(struct intern *intern, struct wanted *wanted);
struct seen *intern_seen(struct intern *intern);
