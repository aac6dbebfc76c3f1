/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contact_run - finds out whom to tell about the sources of stored mails, for table contact
 *
 * Sources of mails of the last [dns] backfillDays that are normal, not likely genuine and of no
 * special-purpose address; what the database knows and still holds is not asked again.
 * Limits:  [dns] budget seconds, 1,000,000 addresses; what is left stays for the next run.
 * Errors:  FAULT_OPERATOR (configuration), or as db.h. Servers that do not answer are none.
 * Threads: one run in a process; another program's run on this machine is told by a lock.
 */
#pragma once

#include "base/config.h"
#include "enrich/contact_find.h"
#include "store/db.h"

struct contact_run_options {
    const struct config *config;
    bool quiet;               /* no progress bar */
    const volatile int *stop; /* set by a signal: write what is answered, and end */
};

struct contact_run_counts {
    uint64_t addresses;              /* looked at */
    uint64_t found, none, not_known; /* of these */
    uint64_t written;                /* findings that are new in the database */
    const char *failure;             /* why some are not known, static or interned; "" */
    double seconds;
};

enum contact_run_end {
    CONTACTS_DONE, /* all sources, or the budget's end */
    CONTACTS_HELD, /* another run is at work */
    CONTACTS_FAILED
};

enum contact_run_end contact_run(const struct contact_run_options *options,
                                 struct contact_run_counts *counts, GError **error);

/* The same for addresses at hand: what the database knows goes into `find`, what that finds goes
 * into the database; *counts is added to. */
bool contact_run_ask(struct contact_find *find, struct db *db, const struct ip *ips, size_t count,
                     int64_t deadline_us, const volatile int *stop,
                     struct contact_run_counts *counts, GError **error);
