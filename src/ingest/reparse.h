/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reparse - held messages and stored mails through today's parser
 *
 * Held messages that are reports today become mails, those that answer a complaint of ours become
 * answers, and what follows from them follows; the others get today's reason; stored mails are
 * renewed in place (store/renew.h). Each message is in one place at any time, whatever dies.
 * One at a time on this machine (ingest/exclusive.h); others wait for nobody: they are told.
 * Errors:  as db.h; FAULT_RETRY when a purge or another reparse is at work.
 * Threads: as db.h; it has two connections of its own. A process with threads must give `trials`.
 */
#pragma once

#include "base/config.h"

/* A quiet process that forks to try a message in: a daemon must not die of one. */
struct reparse_trials;
/* Before any thread is started. It reads messages with this configuration, which outlives it. */
struct reparse_trials *reparse_trials_open(const struct config *config, GError **error);
void reparse_trials_free(struct reparse_trials *trials); /* NULL is allowed */

struct reparse_order {
    bool held, stored;
    bool all;         /* stored mails of this parser, too, not only of older ones */
    bool dry;         /* parse only, change nothing */
    const char *feed; /* only what came from it; NULL: any */
    int64_t since;    /* only what was received since */
    const char *kind; /* of held messages, only these; NULL: any that can be read again */
    int64_t held_id;  /* only this held message; 0: any */
    int64_t behind;   /* only ids above it */
    uint64_t most;    /* messages; 0: no limit */
    int64_t until_us; /* clock_monotonic_us() at which no more are begun; 0: no end */
    bool quiet;       /* no progress on the terminal */
    struct reparse_trials *trials; /* or NULL */
};

struct reparse_counts {
    uint64_t seen, changed, released, failed;
    uint64_t answers; /* to complaints of ours, out of those held */
    bool busy;        /* nothing was done: a purge or another reparse is at work */
    bool stopped;     /* by `most` or `until_us` */
    int64_t last_id;  /* `stopped`: the last one that was seen, */
    uint64_t left;    /* and how many wait behind it */
};

/* Kinds of held messages that are worth reading again. */
bool reparse_takes_kind(const char *kind);
/* *counts says what was done until then also when it fails. */
bool reparse_run(const struct config *config, const struct reparse_order *order,
                 struct reparse_counts *counts, GError **error);
