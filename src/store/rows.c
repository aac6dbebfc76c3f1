/* SPDX-License-Identifier: Apache-2.0 */
#include "store/rows.h"

#include <string.h>

#define NUMBER_OCTETS 9 /* with its indicator, as the protocol sends it */
#define ROWS_FIRST 64

struct stack {
    int64_t *numbers;
    const char **texts;
    unsigned long *lengths;
    const int64_t **references;
    char *absent;
};

struct rows {
    const struct column *columns;
    struct stack *stacks; /* one a column */
    size_t column_count;
    size_t count, room;
    size_t *octets; /* one a row */
    char *sql;
};

struct rows *
rows_new_sql(const char *sql, const struct column *columns, size_t count)
{
    struct rows *rows = g_new0(struct rows, 1);
    rows->columns = columns;
    rows->column_count = count;
    rows->stacks = g_new0(struct stack, count);
    rows->sql = g_strdup(sql);
    return rows;
}

struct rows *
rows_new(const char *statement, const struct column *columns, size_t count)
{
    g_autoptr(GString) sql = g_string_new(statement);
    for (size_t i = 0; i < count; i++)
        g_string_append_printf(sql, "%s%s", i == 0 ? " (" : ", ", columns[i].name);
    g_string_append(sql, ") VALUES (");
    for (size_t i = 0; i < count; i++)
        g_string_append(sql, i == 0 ? "?" : ", ?");
    g_string_append_c(sql, ')');
    return rows_new_sql(sql->str, columns, count);
}

void
rows_free(struct rows *rows)
{
    if (rows == NULL)
        return;
    for (size_t i = 0; i < rows->column_count; i++) {
        g_free(rows->stacks[i].numbers);
        g_free(rows->stacks[i].texts);
        g_free(rows->stacks[i].lengths);
        g_free(rows->stacks[i].references);
        g_free(rows->stacks[i].absent);
    }
    g_free(rows->stacks);
    g_free(rows->octets);
    g_free(rows->sql);
    g_free(rows);
}

void
rows_clear(struct rows *rows)
{
    rows->count = 0;
}

static bool
is_numeric(enum cell cell)
{
    return cell == CELL_NUMBER || cell == CELL_REFERENCE;
}

static void
rows_grow(struct rows *rows)
{
    rows->room = rows->room == 0 ? ROWS_FIRST : rows->room * 2;
    rows->octets = g_renew(size_t, rows->octets, rows->room);
    for (size_t i = 0; i < rows->column_count; i++) {
        struct stack *stack = &rows->stacks[i];
        stack->absent = g_renew(char, stack->absent, rows->room);
        if (rows->columns[i].cell == CELL_REFERENCE)
            stack->references = g_renew(const int64_t *, stack->references, rows->room);
        if (is_numeric(rows->columns[i].cell)) {
            stack->numbers = g_renew(int64_t, stack->numbers, rows->room);
        } else {
            stack->texts = g_renew(const char *, stack->texts, rows->room);
            stack->lengths = g_renew(unsigned long, stack->lengths, rows->room);
        }
    }
}

void
rows_begin(struct rows *rows)
{
    if (rows->count == rows->room)
        rows_grow(rows);
    size_t row = rows->count++;
    rows->octets[row] = rows->column_count * NUMBER_OCTETS;
    for (size_t i = 0; i < rows->column_count; i++) {
        struct stack *stack = &rows->stacks[i];
        stack->absent[row] = 1;
        if (stack->references != NULL)
            stack->references[row] = NULL;
        if (stack->numbers != NULL) {
            stack->numbers[row] = 0;
        } else {
            stack->texts[row] = "";
            stack->lengths[row] = 0;
        }
    }
}

void
rows_number(struct rows *rows, unsigned column, int64_t number)
{
    rows->stacks[column].numbers[rows->count - 1] = number;
    rows->stacks[column].absent[rows->count - 1] = 0;
}

void
rows_text(struct rows *rows, unsigned column, const char *text, size_t len)
{
    struct stack *stack = &rows->stacks[column];
    size_t row = rows->count - 1;
    stack->texts[row] = len > 0 ? text : "";
    stack->lengths[row] = len;
    stack->absent[row] = 0;
    rows->octets[row] += len;
}

void
rows_reference(struct rows *rows, unsigned column, const int64_t *id)
{
    rows->stacks[column].references[rows->count - 1] = id;
    rows->stacks[column].absent[rows->count - 1] = id == NULL;
}

void
rows_resolve(struct rows *rows)
{
    for (size_t i = 0; i < rows->column_count; i++) {
        struct stack *stack = &rows->stacks[i];
        for (size_t row = 0; stack->references != NULL && row < rows->count; row++)
            if (stack->references[row] != NULL)
                stack->numbers[row] = *stack->references[row];
    }
}

size_t
rows_count(const struct rows *rows)
{
    return rows->count;
}

const char *
rows_sql(const struct rows *rows)
{
    return rows->sql;
}

size_t
rows_columns(const struct rows *rows)
{
    return rows->column_count;
}

size_t
rows_chunk(const struct rows *rows, size_t from, size_t rows_max, size_t octets_max)
{
    size_t octets = 0, n = 0;
    while (from + n < rows->count && n < rows_max) {
        octets += rows->octets[from + n];
        if (n > 0 && octets > octets_max)
            break;
        n++;
    }
    return n;
}

void
rows_view(const struct rows *rows, unsigned column, size_t from, struct column_view *view)
{
    const struct stack *stack = &rows->stacks[column];
    *view =
        (struct column_view){ .cell = rows->columns[column].cell, .absent = stack->absent + from };
    if (stack->numbers != NULL) {
        view->numbers = stack->numbers + from;
    } else {
        view->texts = stack->texts + from;
        view->lengths = stack->lengths + from;
    }
}
