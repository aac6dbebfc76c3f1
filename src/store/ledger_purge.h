/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_purge - forgets messages that were stored long ago and are not stored any more
 *
 * A message whose row is gone is stored again when its mailbox still has it. The row of a mail or
 * held message that is still there stays, however old.
 * Memory:  some 30 octets a stored mail. Errors and threads: as db.h.
 */
#pragma once

#include "store/db.h"

/* Rows seen before that time. `count` may only be counted (dry). */
bool ledger_purge(struct db *db, int64_t before, bool dry, uint64_t *count, GError **error);
