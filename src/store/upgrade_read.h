/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upgrade_read - rows of the original's tables, one after the other as the server sends them
 *
 * In:      statements of our own; all that comes from outside in them are numbers.
 * Owns:    the cells, until the next row or the end.
 * Errors:  as db.h. Nothing else may be asked on the connection before upgrade_rows_end().
 * Threads: as the connection.
 */
#pragma once

#include "base/span.h"
#include "store/db.h"

struct upgrade_rows;

struct upgrade_rows *upgrade_rows_open(struct db *db, const char *sql, GError **error);
/* The next row's cells, as many as the statement has columns; NULL: octets is NULL. The result is
 * NULL behind the last row and after a failure. */
const struct span *upgrade_rows_next(struct upgrade_rows *rows);
/* Frees; false when the rows were cut short by a failure. */
bool upgrade_rows_end(struct upgrade_rows *rows, GError **error);

/* The cell's number; `otherwise` when it is NULL or no number. */
int64_t upgrade_number(struct span cell, int64_t otherwise);
/* The first column of the first row as a number, 0 when there is none; `sql` is a format. */
bool upgrade_ask(struct db *db, int64_t *number, GError **error, const char *sql, ...)
    G_GNUC_PRINTF(4, 5);
/* A statement without rows; `sql` is a format. */
bool upgrade_do(struct db *db, GError **error, const char *sql, ...) G_GNUC_PRINTF(3, 4);
