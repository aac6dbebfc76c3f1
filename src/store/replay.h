/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay - how often and after which wait a lost transaction is tried again
 *
 * Conflicts of two writers wait some milliseconds, a server that is away some seconds: 5 replays,
 * about 1 s and 18 s in all. Threads: no shared state.
 */
#pragma once

#include "store/db.h"

#define REPLAYS_MAX 5

struct replay {
    unsigned tries;
};

/* Waits and counts one more try; false at once when there were enough. */
bool replay_again(struct replay *replay, const struct failure *failure);
/* After a failure: rolls back, or leaves the connection when it is of no use any more. */
void replay_clean(struct db *db, const struct failure *failure);
