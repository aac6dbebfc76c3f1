/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rows - rows for one table, column by column, as array binding wants them
 *
 * In:      cells set by column number; a cell not set is NULL. Texts and octets are borrowed until
 *          rows_clear(); numbers are copied; a reference is a number that is known only later.
 * Out:     what bulk_insert() sends, as often as it must.
 * Threads: no shared state.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum cell {
    CELL_NUMBER,
    CELL_TEXT, /* valid UTF-8 */
    CELL_OCTETS,
    CELL_REFERENCE /* an id of another table */
};

struct column {
    const char *name;
    enum cell cell;
};

struct rows;

/* `columns` outlives the rows; `statement` is the text up to the column list, such as
 * "INSERT INTO ledger". */
struct rows *rows_new(const char *statement, const struct column *columns, size_t count);
void rows_free(struct rows *rows); /* NULL is allowed */
typedef struct rows Rows;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rows, rows_free)
/* The same, for an own statement with as many `?` as there are columns. */
struct rows *rows_new_sql(const char *sql, const struct column *columns, size_t count);
void rows_clear(struct rows *rows);

/* Begins a row; the next cells belong to it. */
void rows_begin(struct rows *rows);
void rows_number(struct rows *rows, unsigned column, int64_t number);
void rows_text(struct rows *rows, unsigned column, const char *text, size_t len);
/* NULL leaves the cell NULL. `*id` is read by rows_resolve(). */
void rows_reference(struct rows *rows, unsigned column, const int64_t *id);
/* Copies what the references point to. */
void rows_resolve(struct rows *rows);

size_t rows_count(const struct rows *rows);
const char *rows_sql(const struct rows *rows);
size_t rows_columns(const struct rows *rows);
/* How many rows from `from` on go into one packet: at most `rows_max`, and no more octets than
 * `octets_max` unless the first alone has more. */
size_t rows_chunk(const struct rows *rows, size_t from, size_t rows_max, size_t octets_max);

/* A column's arrays from row `from` on. */
struct column_view {
    enum cell cell;
    int64_t *numbers;   /* CELL_NUMBER, CELL_REFERENCE */
    const char **texts; /* CELL_TEXT, CELL_OCTETS */
    unsigned long *lengths;
    const char *absent; /* 1: NULL */
};
void rows_view(const struct rows *rows, unsigned column, size_t from, struct column_view *view);
