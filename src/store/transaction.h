/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transaction - work that may be done twice, as one transaction that is replayed when it is lost
 *
 * For maintenance: deletes and updates of rows by id. When the answer to COMMIT is lost the work is
 * done again, so it must give the same rows a second time.
 * Errors:  the work's own, or as db.h after REPLAYS_MAX replays.
 * Threads: as db.h.
 */
#pragma once

#include "store/db.h"

/* One try. *final set with a failure: no replay. */
typedef bool transaction_work(struct db *db, void *self, bool *final, GError **error);

bool transaction_run(struct db *db, transaction_work *work, void *self, GError **error);
