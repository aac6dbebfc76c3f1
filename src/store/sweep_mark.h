/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sweep_mark - keeps writers and the removal of dictionary rows apart
 *
 * A writer finds the ids of names, URLs, files and patterns first and writes the mails that use
 * them in a later transaction. Who removes rows that nobody uses must not do so in between. So
 * there is a number (row `sweep` of idBlock): a writer reads it before it looks for ids, and again
 * with a shared lock at the start of the mail transaction; when it has changed, the ids are looked
 * for anew. A remover changes it, with the exclusive lock, in the transaction that removes. Shared
 * locks do not wait for each other, and nothing is written by writers: on a cluster no rows are
 * fought over (all programs write to one node, decisions on dbHost).
 * Errors and threads: as db.h.
 */
#pragma once

#include "store/db.h"

/* Makes the row when it is missing. */
bool sweep_mark_make(struct db *db, GError **error);
bool sweep_mark_read(struct db *db, int64_t *mark, GError **error);
/* In a transaction: reads it and keeps it from changing until the end. */
bool sweep_mark_hold(struct db *db, int64_t *mark, GError **error);
#define SWEEP_MARK_ANY 0
#define SWEEP_MARK_LOST (-1)
/* In a transaction: raises it by one when it is *mark (or *mark is SWEEP_MARK_ANY), and keeps
 * others out until the end; *mark is what it is then. FAULT_RETRY and *mark SWEEP_MARK_LOST when it
 * is another: somebody else removes or renews at the same time. */
bool sweep_mark_raise(struct db *db, int64_t *mark, GError **error);
