/* SPDX-License-Identifier: Apache-2.0 */
/*
 * query - the rows of a SELECT, read as a whole
 *
 * In:      a statement of our own; what a person or a mail gave goes in as values.
 * Out:     cells as the server writes them as text: numbers in decimals, dates as SQL has them,
 *          octets as they are.
 * Owns:    all cells until query_free(); no more of the server's than the connection.
 * Limits:  none of its own: put a LIMIT into the statement.
 * Errors and threads: as db.h.
 */
#pragma once

#include "store/db.h"
#include "store/value.h"

struct query;

/* `values` may be NULL when count is 0. */
struct query *query_run(struct db *db, const char *sql, const struct value *values, size_t count,
                        GError **error);
/* The same for a text that will not come again (a list of ids in it): the connection does not keep
 * it. */
struct query *query_run_once(struct db *db, const char *sql, GError **error);
/* The same with values. */
struct query *query_run_values_once(struct db *db, const char *sql, const struct value *values,
                                    size_t count, GError **error);
void query_free(struct query *query); /* NULL is allowed */
typedef struct query Query;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Query, query_free)
/* Goes to the first, then to the next row; false behind the last. */
bool query_next(struct query *query);
size_t query_rows(const struct query *query);
/* A cell of the row, with a NUL behind it; NULL for NULL. */
const char *query_text(const struct query *query, unsigned column);
size_t query_len(const struct query *query, unsigned column);
/* The cell as a number; 0 for NULL. */
int64_t query_number(const struct query *query, unsigned column);
/* The first cell of the first row as a number; 0 when there is none. */
bool query_figure(struct db *db, const char *sql, const struct value *values, size_t count,
                  int64_t *figure, GError **error);
