/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upgrade_step - how far an upgrade has come: table upgradeStep, there only while one is under way
 *
 * A step has one or more parts; a part is a range of ids and a bookmark in it, moved in the same
 * transaction as the rows that it tells of. A step is done when all its bookmarks are at the end.
 * Errors:  as db.h.
 * Threads: as the connection; parts may be worked on by several connections at once.
 */
#pragma once

#include "store/db.h"

struct upgrade_part {
    const char *step; /* static */
    int64_t part;
    int64_t next, end; /* rows with next <= id < end are still to do */
};

/* Whether the table is there: an upgrade was begun and is not finished. */
bool upgrade_step_begun(struct db *db, bool *begun, GError **error);
bool upgrade_step_begin(struct db *db, GError **error);
bool upgrade_step_forget(struct db *db, GError **error); /* the table goes */
bool upgrade_step_is_done(struct db *db, const char *step, bool *done, GError **error);
/* Done, for a step without parts. */
bool upgrade_step_mark(struct db *db, const char *step, GError **error);
/* The parts of a step, of struct upgrade_part; where it has none yet, `count` parts of about the
 * same size are made of first <= id < end. Caller frees. */
GArray *upgrade_step_parts(struct db *db, const char *step, int64_t first, int64_t end,
                           unsigned count, GError **error);
/* The bookmark as the database has it. */
bool upgrade_step_read(struct db *db, struct upgrade_part *part, GError **error);
/* Moves the bookmark from part->next to `to`, in the caller's transaction. FAULT_RETRY when it is
 * no longer where it was read. */
bool upgrade_step_move(struct db *db, const struct upgrade_part *part, int64_t to, GError **error);

/* Does `work`, again and anew when the connection or the transaction was lost (replay.h). What it
 * does must be safe to do twice. */
typedef bool upgrade_work(struct db *db, void *self, GError **error);
bool upgrade_try(struct db *db, upgrade_work *work, void *self, GError **error);
