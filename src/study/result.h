/* SPDX-License-Identifier: Apache-2.0 */
/*
 * result - what a study found, in the forms in which it is shown
 *
 * In:      a study that was joined, and its features.
 * Out:     text appended to `out`, UTF-8; nothing from a mail or log goes out unescaped.
 * Threads: no shared state.
 */
#pragma once

#include <jansson.h>

#include "study/features.h"

/* A table for a terminal (providers are rows), where the semantics differ, and what was read. */
void result_text(const struct study *study, const struct features *features,
                 enum semantics semantics, GString *out);
/* provider,label,F1..F8: yes, no, or nothing. */
void result_csv(const struct features *features, enum semantics semantics, GString *out);
/* The table of the published study, to be included; packages are named in its comments. */
void result_latex(const struct features *features, enum semantics semantics, GString *out);
/* A document of its own that includes `table_file`. */
void result_latex_wrapper(const char *table_file, GString *out);
/* One page that needs nothing else: table, evidence by cell, what was read. */
void result_html(const struct study *study, const struct features *features,
                 enum semantics semantics, GString *out);
/* All of it: features, features_correct, differences, dns, auth_methods, auth_methods_all, reports,
 * report_lists, evidence, counts, problems. Caller owns the reference. */
json_t *result_json(const struct study *study, const struct features *features);
/* Verdict, reason and evidence of one cell or (feature -1) of all of a row. */
void result_explain(const struct feature_row *row, int feature, GString *out);
/* The same as JSON, as result_json() has it in "evidence": of the features whose known `names` are
 * given (ended by NULL), or of all when there is none. Caller owns the reference. */
json_t *result_explain_json(const struct feature_row *row, char *const *names);
/* What was read and left out, a line each. */
void result_summary(const struct study *study, GString *out);
/* Verdicts, reasons and evidence of one cell as JSON. Caller owns the reference. */
json_t *result_cell_json(const struct feature_row *row, int feature);
