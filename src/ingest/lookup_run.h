/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_run - finds out who sent the mails that are waiting for it (table lookup)
 *
 * Chunks of mails, newest first: what the database does not know of their sources and of the hosts
 * of their URLs is asked, each once; the facts are stored, then told to the mails. What nobody
 * answered stays for the next run, and keeps no other mail waiting.
 * Beside:  with an intake, mails that are stored meanwhile are looked up as they come; all others
 *          (older ones, those of other programs, those that got no answer at once) when it has
 *          ended.
 * Limits:  [dns] budget seconds for all questions, from the intake's end on when there is one; a
 *          chunk that has its answers by then is written.
 * Errors:  FAULT_OPERATOR (configuration), or as db.h. Resolvers that do not answer are none.
 * Threads: one run in a process, which starts a thread that waits for answers while the chunk
 *          before is written; another program's run on this machine is told by a lock.
 */
#pragma once

#include "base/config.h"
#include "ingest/intake.h"

struct lookup_options {
    const struct config *config;
    bool quiet;               /* no progress bar */
    const volatile int *stop; /* set by a signal: write what is answered, and end */
    struct intake *intake;    /* goes on while mails are stored; or NULL */
    int64_t newest;           /* with it: the newest mail's id in the queue before */
};

struct lookup_counts {
    uint64_t asked, found, none, not_known; /* questions */
    uint64_t mails, left;                   /* completed; still waiting */
    double seconds;                         /* since the intake's end, when there was one */
};

enum lookup_end {
    LOOKUP_DONE,  /* the queue's end or the budget's */
    LOOKUP_HELD,  /* another run is at work */
    LOOKUP_FAILED /* *error is set; the counts tell what was done before */
};

enum lookup_end lookup_run(const struct lookup_options *options, struct lookup_counts *counts,
                           GError **error);
