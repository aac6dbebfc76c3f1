/* SPDX-License-Identifier: Apache-2.0 */
/*
 * renew_rows - the statements of renew.h; seen by renew.c only
 *
 * Errors and threads: as db.h.
 */
#pragma once

#include "store/batch.h"
#include "store/renew.h"

/* Makes *rows one that updates the row of arfEmail that is there, and inserts it where none is. */
void renew_email_rows(struct rows **rows);
/* Locks the rows of those ids; the set of ids (int64_t) that are there. */
GHashTable *renew_lock(struct db *db, const char *table, const char *column, const GArray *ids,
                       GError **error);
/* Id (int64_t; of a held message: below 0) to a text that differs when a column or link of the
 * mail, or kind or reason of the held message, does. */
GHashTable *renew_sums(struct db *db, const GArray *emails, const GArray *held, GError **error);
/* Rows behind the last report of a message that gives fewer than before stay as they are, but
 * count as read. */
bool renew_surplus(struct db *db, const struct renewal *renewal, GError **error);
/* Id (int64_t) to a text that differs when subject or arrival do. */
GHashTable *renew_texts(struct db *db, const char *where, GError **error);
/* Lines of table searchBlock for the mails of `where` whose text is not as in `before`. */
bool renew_search(struct db *db, const char *where, GHashTable *before, struct search_lines *lines,
                  GError **error);
