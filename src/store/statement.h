/* SPDX-License-Identifier: Apache-2.0 */
/*
 * statement - prepared statements of one connection, kept until it ends
 *
 * Threads: as the connection.
 */
#pragma once

#include <mysql.h>

#include "store/db.h"
#include "store/value.h"

/* The library's handle, for modules of the rooms that may use the library; NULL when there is no
 * connection. */
MYSQL *db_handle(struct db *db);
/* Statements prepared on this connection by their text; ended with it. */
GHashTable *db_statements(struct db *db);
/* Notes and words a failure: "what: [code] message; advice". Returns false. */
bool db_fail(struct db *db, const char *what, unsigned code, const char *state, const char *message,
             GError **error);
/* True when the transaction that db_begin() opened is still there, or none is open. To be called
 * after each statement: a cluster may end a transaction and answer "ok" all the same. */
bool db_guard(struct db *db, const char *what, GError **error);

/* The statement, prepared when it is not yet; borrowed until the connection ends. */
MYSQL_STMT *statement_get(struct db *db, const char *sql, GError **error);
/* Executes with what is bound, fails as db_fail(), and guards the transaction. */
bool statement_execute(struct db *db, MYSQL_STMT *statement, const char *what, GError **error);

/* Executes with values for its parameters. */
bool statement_execute_values(struct db *db, MYSQL_STMT *statement, const char *what,
                              const struct value *values, size_t count, GError **error);
/* Runs a statement that gives no rows. `affected` and `insert_id` may be NULL. */
bool statement_run(struct db *db, const char *sql, const struct value *values, size_t count,
                   uint64_t *affected, uint64_t *insert_id, GError **error);
