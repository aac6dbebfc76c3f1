/* SPDX-License-Identifier: Apache-2.0 */
/*
 * output - results to where they are wanted
 *
 * Errors: FAULT_RETRY: it can't be written. Threads: no state.
 */
#pragma once

#include "study/result.h"

/* Whether it can be written at all, asked before the logs are read. Makes nothing. */
bool output_check(const char *path, GError **error);
/* To stdout (path NULL); to a plain or new file, replaced as a whole; into any other thing (device,
 * pipe, what a link names), which is never replaced. */
bool output_write(const char *path, const GString *text, GError **error);
/* Beside TABLE.tex: TABLE-standalone.tex, a document of its own that includes it. */
bool output_write_wrapper(const char *table_path, GError **error);
/* result_json() as text. */
void output_append_json(const struct study *study, const struct features *features, GString *out);
