/* SPDX-License-Identifier: Apache-2.0 */
/*
 * email_ids - ids of a page of mails, in the order asked
 *
 * Errors and threads: as selection_sql.h.
 */
#pragma once

#include "select/selection_sql.h"

struct email_ids {
    GArray *ids;           /* of int64_t */
    char *next, *previous; /* places, or NULL */
    int64_t total;         /* of all pages, where it came with them; -1: not told */
    int64_t took_us;       /* by the clock, all of it */
};

void email_ids_clear(struct email_ids *page);
/* The page of selection->after of `limit` rows, read within `limit_ms` of the server's time. */
bool email_ids_read(struct db *db, const struct selection *selection,
                    const struct selection_sql *sql, size_t limit, unsigned limit_ms,
                    struct email_ids *page, GError **error);
