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
/* As indented text; the reference is taken over. */
void output_append_json(json_t *json, GString *out);
/* Verdicts, reasons and evidence of the provider (its name or label) as text or JSON: of the
 * features whose known `names` are given (ended by NULL), or of all. False: no such provider. */
bool output_append_explained(const struct features *features, const char *provider,
                             char *const *names, bool as_json, GString *out);
