/* SPDX-License-Identifier: Apache-2.0 */
/*
 * type_counts - how many mails of each type the other filters leave, where that is cheap
 *
 * Out:     for the row of types above a list: what a press on each would show.
 * Cost:    nothing, where the page has all; else one index read of READ_TOTAL_MS at most, for
 *          windows of TYPE_COUNTS_SECONDS or at most TYPE_COUNTS_ROWS mails; else, and where the
 *          total took too long already, none, not known.
 * Errors:  as db.h, but for time: not known. Threads: as db.h.
 */
#pragma once

#include "select/email_rows.h"

#define TYPE_COUNTS_SECONDS (3 * 86400) /* so many whole days has "days=2" */
#define TYPE_COUNTS_ROWS 2000

struct type_counts {
    bool known;
    int64_t of[TYPE_AUTO_REPLIED + 1]; /* by enum select_type; TYPE_ANY: all */
};

/* `page` and `total` are those of the selection, see email_total(). */
bool type_counts_read(struct db *db, const struct selection *selection, int64_t now,
                      const struct email_rows *page, int64_t total, struct type_counts *counts,
                      GError **error);
