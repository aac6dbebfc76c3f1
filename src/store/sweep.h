/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sweep - removes URLs, files, local parts and patterns that no mail uses any more
 *
 * They are personal data, and what a purge leaves of a mail. Names of domains stay: they are few,
 * and hosts of URLs, sources and facts (fact_purge.h) refer to them as well.
 * How:     the mark (sweep_mark.h) is raised once; every mail stored after that has an id of a
 *          block taken after it. What the mails below that id use is read without any lock. Then
 *          rows go, some hundred a transaction, each time with the mark raised and with a look at
 *          the mails above that id. A writer at work looks for its ids again, and loses nothing.
 *          At last the lines of table searchBlock are held against what is left (search_mend.h).
 * Memory:  a bit for each id of emailLocal and url, then of arfEmail.
 * Errors:  as db.h; FAULT_RETRY when another sweep or reparse runs. What was removed is removed;
 *          run it again. Threads: as db.h.
 */
#pragma once

#include "store/db.h"

struct sweep_counts {
    uint64_t urls, files, locals, patterns;
};

/* Adds to *counts what was removed. */
bool sweep_run(struct db *db, struct sweep_counts *counts, GError **error);
