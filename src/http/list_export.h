/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list_export - short lists (networks, patterns, the quarantine ...) as JSON or CSV
 *
 * Threads: one worker.
 */
#pragma once

#include <jansson.h>

#include "http/visit.h"

/* True when the path asks for CSV or JSON: the reply is set, {"NAME": rows} or the columns of each
 * row; `rows` (an array of objects with text and numbers) is borrowed. `columns` ends with NULL. */
bool list_export(struct visit *visit, const char *name, json_t *rows, const char *const *columns);
