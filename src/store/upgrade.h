/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upgrade - an older schema, or a database of the original, becomes the newest schema
 *
 * From the original: its tables are renamed to original_NAME, the newest schema is created, rows
 * are copied in chunks with a bookmark in the same transaction (table upgradeStep), every row is
 * held against the original's, and only then these are dropped. It may be killed at any moment, and
 * the server too: run again, it goes on where it was. While upgradeStep is there schema_check()
 * fails, so that nobody writes. Ids stay; dictionary rows that are one now are merged. Errors:  as
 * db.h; FAULT_OPERATOR when there is nothing that can be upgraded. Threads: called by one thread,
 * on one machine at a time; it starts some of its own.
 */
#pragma once

#include "base/ip.h"
#include "store/upgrade_dictionary.h"

struct upgrade_options {
    unsigned threads;                     /* that copy mails; 0: one a core */
    bool keep_original;                   /* the original's tables stay, as original_NAME */
    const struct ip_range *public_ranges; /* special addresses that count as public all the same */
    size_t public_count;
    int64_t lookup_since; /* mails that arrived since are looked up; INT64_MAX: none */
    upgrade_progress *progress;
    void *self; /* of progress */
    /* Called once before anything is changed; free is -1 when it can't be told. */
    void (*room)(void *self, int64_t needed_octets, int64_t free_octets);
};

struct upgrade_result {
    bool nothing_to_do;
    uint64_t mails, merged;
    uint64_t loose;   /* links that led nowhere, left out */
    GString *strange; /* tables kept because they have columns of the site's own, or NULL; caller
                         frees */
};

bool upgrade_run(struct db *db, const struct db_settings *settings,
                 const struct upgrade_options *options, struct upgrade_result *result,
                 GError **error);
