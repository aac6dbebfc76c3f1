/* SPDX-License-Identifier: Apache-2.0 */
/*
 * checkup - what doctor found, one line each on stdout
 *
 * A line is "ok", "act" (a person must do what it says), "later" (something is away; it may come
 * back by itself) or "note" (nothing is wrong), the thing that was looked at, and a text.
 * Threads: one.
 */
#pragma once

#include "base/config.h"
#include "store/db.h"

enum finding { FINDING_OK, FINDING_NOTE, FINDING_LATER, FINDING_ACT };

struct checkup {
    const struct config *config;
    struct db *db;    /* NULL: not to be had */
    const char *feed; /* this one only, or NULL */
    bool full;        /* look at all rows */
    bool offline;     /* ask neither DNS nor RDAP */
    bool repair;      /* and mend what can be mended */
    unsigned counts[FINDING_ACT + 1];
};

void checkup_tell(struct checkup *checkup, enum finding finding, const char *what,
                  const char *format, ...) G_GNUC_PRINTF(4, 5);
/* The error's text as "later" when it is FAULT_RETRY, else as "act". Frees it. */
void checkup_fault(struct checkup *checkup, const char *what, GError *error);

/* The file as a text: old syntax, and who may read it and the files it names. True when it is
 * worth loading. */
bool doctor_file(struct checkup *checkup, const char *path);
/* Server, session, settings, disk. */
void doctor_database(struct checkup *checkup);
/* Each feed: can it be read and settled, is a run stuck, is a message suspect. */
void doctor_feeds(struct checkup *checkup);
/* The files of [networks], and RDAP. */
void doctor_networks(struct checkup *checkup);
/* The resolver, the zones of [dns], and each list's test points; offline only what is set. */
void doctor_dns(struct checkup *checkup);
/* Rows that do not fit together, and held messages. */
void doctor_rows(struct checkup *checkup);
