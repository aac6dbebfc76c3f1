/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run - one run of the ingester: a mailbox read to its end into the database
 *
 * Order for each message: digest, look-up in the ledger, trial when it is suspect
 * (mailbox/in_work.h), parsing, writing, COMMIT, ledger read back, settling in the mailbox. A crash
 * anywhere leaves the message in the mailbox or the database, never in neither, and never twice in
 * the database.
 */
#pragma once

#include "base/config.h"
#include "mailbox/mailbox.h"

struct run_counts {
    uint64_t ingested, duplicate, quarantined, failed;
};

struct run_options {
    const struct config *config;
    const struct config_feed *feed; /* NULL: files named by hand, no feed */
    char **paths;                   /* read these instead of the feed's mailbox; or NULL */
    bool quiet;                     /* no progress bar */
    /* Set by a signal: end after what is in work. */
    const volatile int *stop;
    /* Both or neither, called in the caller's thread: before anything is stored, with the newest
     * mail's id in the queue of those to be looked up; and each time that mails were stored. */
    void (*begun)(void *user, int64_t newest);
    void (*stored)(void *user);
    void *user;
};

enum run_end {
    RUN_DONE,
    RUN_STOPPED, /* by *stop */
    RUN_HELD,    /* another run of the feed has the lock */
    RUN_FAILED   /* *error is set; the counts tell what was done before */
};

/* FAULT_RETRY as well when the lock of the feed is held for longer than [ingest] stuckAfter. */
enum run_end run_ingest(const struct run_options *options, struct run_counts *counts,
                        GError **error);
