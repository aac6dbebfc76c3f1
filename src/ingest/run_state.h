/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_state - what a run holds from start to end: lock, journal, connections, writer
 */
#pragma once

#include "ingest/examine.h"
#include "ingest/lookup_wants.h"
#include "ingest/run.h"
#include "mailbox/in_work.h"
#include "mailbox/in_work_trial.h"
#include "mailbox/run_lock.h"
#include "store/writer.h"

#define RUN_TRIAL_SECONDS 60
#define RUN_PATHS_AT_ONCE 64 /* runs over files named by hand need no lock, only a journal each */

struct run_state {
    struct examine_settings settings;
    RunLock *lock;
    InWorkTrials *trials;
    InWork *journal;
    Db *reading; /* of the thread that reads the mailbox */
    Db *writing; /* of the writer's thread */
    Writer *writer;
    LookupWants *wants; /* what the writer fills in, or notes to be looked up */
};

/* NULL with *error set, or with *held: another run has the feed. Starts no thread. */
struct run_state *run_state_open(const struct run_options *options, bool *held, GError **error);
void run_state_free(struct run_state *state); /* NULL is allowed */
typedef struct run_state RunState;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunState, run_state_free)
