/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upgrade_proof - after the copying: dates of URLs and files, and whether every row has arrived
 *
 * Both may be run again. Statements cover some thousand ids each, so that none runs for minutes.
 * Errors:  as db.h; FAULT_OPERATOR when rows are missing: the original's tables are still there
 *          then.
 * Threads: one at a time.
 */
#pragma once

#include "store/upgrade_dictionary.h"

/* firstSeen and lastSeen become the arrival of the earliest and the latest mail: the original kept
 * those of the first and last import. */
bool upgrade_seen_run(struct db *db, const struct upgrade_source *source,
                      upgrade_progress *progress, void *self, GError **error);
/* Holds each row of the original against the new ones. `*loose` is the number of links that lead
 * from no mail or to nothing, and were left out. */
bool upgrade_proof_run(struct db *db, const struct upgrade_source *source, uint64_t *loose,
                       upgrade_progress *progress, void *self, GError **error);
