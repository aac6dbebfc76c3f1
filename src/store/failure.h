/* SPDX-License-Identifier: Apache-2.0 */
/*
 * failure - what a server's error means for the statement, the transaction and the caller
 *
 * In:  the number and SQLSTATE of an error of MariaDB, MySQL, Galera or their client library.
 * Out: what to do next. Threads: no state.
 */
#pragma once

#include <glib.h>

#include "base/fault.h"

enum remedy {
    REMEDY_REPLAY,    /* the transaction is lost, the connection is good: roll back, do it again */
    REMEDY_RECONNECT, /* the connection is lost: connect, look what was committed, do it again */
    REMEDY_AWAY,      /* the server can't write now (disk full, read-only): waiting may help,
                         smaller transactions do not */
    REMEDY_DATA,      /* a value does not fit: the row is bad, the rest is not */
    REMEDY_DUPLICATE, /* a unique key is there already (1062) */
    REMEDY_OPERATOR   /* password, rights, database, schema: a person must act */
};

struct failure {
    unsigned code; /* 0: no error of the server, but a transaction that is gone */
    char state[6];
    enum remedy remedy;
};

/* Fills *failure. An error nobody knows is REMEDY_REPLAY: replays are counted and end. */
void failure_classify(unsigned code, const char *state, struct failure *failure);
/* FAULT_OPERATOR, FAULT_REJECT (REMEDY_DATA, REMEDY_DUPLICATE) or FAULT_RETRY. */
enum fault failure_fault(const struct failure *failure);
/* What a person can do about it, to stand behind the server's words; "" when nothing is to say. */
const char *failure_advice(unsigned code);
