/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list_export - short lists (networks, patterns, the quarantine ...) as JSON or CSV
 *
 * In:      /NAME.csv, /NAME.json and /api/NAME, which have the same keys; exports hold up to
 *          LIST_EXPORT_ROWS rows and say when that was not all.
 * Threads: one worker.
 */
#pragma once

#include <jansson.h>

#include "http/visit.h"

#define LIST_EXPORT_ROWS 10000

struct list_column {
    const char *name; /* in CSV and JSON */
    const char *key;  /* of the row's view; NULL: the same */
};

struct list_form {
    const char *name;                  /* {"NAME": [...]}, NAME.csv */
    const struct list_column *columns; /* ends with a name of NULL */
    const char *next;                  /* "after" of the next page, or NULL */
    bool cut;                          /* there are more rows than these */
};

/* How many rows to read: `shown` for a page, for an export all that it may hold. */
size_t list_export_limit(const struct visit *visit, size_t shown);
/* True when the path asks for CSV or JSON: the reply is set. `rows` (an array of objects with text
 * and numbers) is borrowed. */
bool list_export(struct visit *visit, const struct list_form *form, const json_t *rows);
