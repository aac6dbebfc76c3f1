/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bulk - all rows of a table to the server with few round trips
 *
 * Array binding of MariaDB's client library; where the server has none, or $LAFAYETTE_NO_BULK is
 * 1, the same prepared statement row by row: both leave the same rows.
 * Limits:  500 rows or 512 KiB a packet; a single row may have more.
 * Errors:  as db.h; on failure the transaction is to be rolled back, some rows may have gone.
 * Threads: as the connection.
 */
#pragma once

#include "store/db.h"
#include "store/rows.h"

/* `what` names the table in the error. Does nothing when there are no rows. */
bool bulk_run(struct db *db, const struct rows *rows, const char *what, GError **error);
