/* SPDX-License-Identifier: Apache-2.0 */
/*
 * search_mend - whether each text has its line in table searchBlock, and no line is of another text
 *
 * Mends: after mails or URLs were removed, so that nothing of them stays; after an upgrade, which
 * writes no lines; whatever a person did to the tables.
 * How:     ids of the rows first, then all blocks with the rows that they are about, then the rows
 *          that no block told of: what is stored meanwhile has its lines from its writer, and is
 *          not looked at. A block with a wrong line is made anew in a transaction.
 * Memory:  a bit for each id.
 * Errors:  as db.h. What was mended is mended; run it again. Threads: as db.h; one at a time, any
 *          number of writers beside it.
 */
#pragma once

#include "store/search_lines.h"

struct search_faults {
    uint64_t missing; /* texts without a line */
    uint64_t stale;   /* lines of texts that have changed or gone */
};

/* Looks at the rows with ids larger than `behind` (0: all, and all blocks), and mends when `mend`.
 * Adds to *faults. */
bool search_mend(struct db *db, enum search_kind kind, int64_t behind, bool mend,
                 struct search_faults *faults, GError **error);
