/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read - a SELECT with a limit on the server's time
 *
 * MariaDB: SET STATEMENT max_statement_time; MySQL: hint MAX_EXECUTION_TIME. A statement that ran
 * longer is ended by the server: FAULT_REJECT, "narrow the dates", and read_was_slow() is true.
 * Statements are not kept by the connection: their texts are many.
 * Owns, threads: as store/query.h.
 */
#pragma once

#include "store/query.h"

#define READ_LIST_MS 4000 /* a page, a graph, a map */
#define READ_TOTAL_MS 15  /* a total: not worth more */
#define READ_CAMPAIGN_MS 5000
#define READ_IDS_MS 10000 /* ids for a draft, a page of an export */

/* `sql` begins with "SELECT ". */
struct query *read_rows(struct db *db, unsigned limit_ms, const char *sql,
                        const struct value *values, size_t count, GError **error);
/* The last failure of this connection was a read that took too long. */
bool read_was_slow(const struct db *db);
/* Of the server connected to. */
bool read_is_mariadb(struct db *db);
/* A date of a cell ("2026-01-31 00:00:00") as seconds; CLOCK_UNKNOWN for NULL and nonsense. */
int64_t read_date(const struct query *query, unsigned column);
/* A cell's text in a chunk; NULL for NULL. */
const char *read_text(const struct query *query, unsigned column, GStringChunk *text);
/* An address of 4 or 16 octets as its canonical text (RFC 5952), which INET6_NTOA does not write
 * of IPv6; NULL for NULL and any other number of octets. */
const char *read_ip(const struct query *query, unsigned column, GStringChunk *text);
/* As read_text; "" for NULL. */
const char *read_text_or_empty(const struct query *query, unsigned column, GStringChunk *text);
