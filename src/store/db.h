/* SPDX-License-Identifier: Apache-2.0 */
/*
 * db - one connection to MariaDB or MySQL: connect, session, transactions, faults
 *
 * Connects to the first host of the list that lives and can be written to. Session: strict
 * sql_mode, UTC, READ COMMITTED, utf8mb4, autocommit. Nothing reconnects by itself: a lost
 * connection is an error, and db_reconnect() is the caller's choice, for a transaction is lost too.
 * Errors: FAULT_OPERATOR (password, rights, unknown database, old schema; the message says what to
 *         do), FAULT_RETRY (server away, disk full, read-only), FAULT_REJECT (a bad value);
 *         db_failure() tells more.
 * Limits: 5 s to connect to a host, 120 s for an answer, 20 s for a row lock.
 * Threads: one connection, one thread at a time. SIGPIPE is to be ignored by the program.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/config.h"
#include "store/failure.h"

struct db_settings {
    const char *hosts;  /* comma list, each "name", "name:port" or "[address]:port"; NULL or "":
                           this machine */
    unsigned port;      /* of hosts without one; 0: 3306 */
    const char *socket; /* for "localhost" and no host; NULL or "": the library's default */
    const char *user;
    const char *password;
    const char *name; /* of the database */
};

/* Those of [db]; the texts are the configuration's. */
struct db_settings db_settings_of(const struct config *config);

struct db;

/* The settings are copied. NULL with *error set. */
struct db *db_open(const struct db_settings *settings, GError **error);
void db_close(struct db *db); /* NULL is allowed */
typedef struct db Db;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Db, db_close)

/* Leaves the connection, if there is one, and connects anew; prepared statements are gone.
 * On failure there is no connection: every call fails until this one succeeds. */
bool db_reconnect(struct db *db, GError **error);
/* Leaves the connection: what is open in it is rolled back by the server. */
void db_disconnect(struct db *db);
/* "name" or "name:port" of the host connected to; borrowed until db_reconnect() */
const char *db_host(const struct db *db);

/* A statement of our own that gives no rows. */
bool db_execute(struct db *db, const char *sql, GError **error);
/* The first column of the first row as text, NULL when there is none; caller frees. */
bool db_ask(struct db *db, const char *sql, char **value, GError **error);

bool db_begin(struct db *db, GError **error);
bool db_commit(struct db *db, GError **error);
/* Ends a transaction that failed; never fails itself. */
void db_rollback(struct db *db);

/* The last failure of this connection; valid after a call returned false. */
const struct failure *db_failure(const struct db *db);
bool db_is_connected(const struct db *db);
/* A node of a Galera cluster, where reads may lag behind other nodes' writes. */
bool db_is_cluster(const struct db *db);
/* Array binding is in use; false after the server refused it or with $LAFAYETTE_NO_BULK=1. */
bool db_has_bulk(const struct db *db);
void db_refuse_bulk(struct db *db);
