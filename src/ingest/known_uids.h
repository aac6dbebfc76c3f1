/* SPDX-License-Identifier: Apache-2.0 */
/*
 * known_uids - which messages of an IMAP folder the database has, so that a kept mailbox is not
 * downloaded again
 *
 * The UIDs of a UIDVALIDITY are read from feedState when first asked for. A UID that is not known
 * costs a download only: the ledger decides.
 * Threads: one at a time. Uses `db` only inside known_uids_has().
 */
#pragma once

#include "store/db.h"

struct known_uids;

/* All arguments are borrowed and outlive the result. */
struct known_uids *known_uids_new(struct db *db, const char *feed, const char *folder);
void known_uids_free(struct known_uids *known); /* NULL is allowed */
typedef struct known_uids KnownUids;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KnownUids, known_uids_free)
bool known_uids_has(struct known_uids *known, uint32_t uid_validity, uint32_t uid);
