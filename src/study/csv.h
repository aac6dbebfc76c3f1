/* SPDX-License-Identifier: Apache-2.0 */
/* csv - cells of comma-separated values (RFC 4180) */
#pragma once

#include "base/span.h"

/* Appends one cell. One that a spreadsheet would take for a formula gets a "'" in front. */
void csv_append(GString *out, const char *text);
/* A whole line of cells, NULL-terminated, with its end. NULL can't stand for an empty cell: "". */
void csv_append_line(GString *out, const char *const *cells);
