/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feed_state - which messages of a kept IMAP folder are stored, and how each run of a feed ended
 *
 * The rows of feedState are written by the writer, in the mail's own transaction.
 * Errors and threads: as db.h.
 */
#pragma once

#include "store/db.h"

/* Appends to `uids` (of uint32_t) those of the folder that are stored, ascending. */
bool feed_state_load(struct db *db, const char *feed, const char *folder, uint32_t uid_validity,
                     GArray *uids, GError **error);

struct feed_run {
    const char *feed;
    int64_t started, ended; /* seconds since 1970 UTC */
    uint64_t ingested, duplicate, quarantined, failed;
};
/* Adds a row of feedRun. */
bool feed_run_write(struct db *db, const struct feed_run *run, GError **error);
