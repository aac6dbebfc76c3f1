/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export - the study's intermediate tables as CSV files in a folder
 *
 *   rspamd.csv         test mails: rspamd's fields, alignment, label, what the sender domain is for
 *   dns_queries.csv    TIME, IP_SOURCE, PORT_SOURCE, QUERY, TYPE of each query of class IN
 *   dns.csv            SPF_txt ... EDV_process by label
 *   auth_methods.csv   methods of the first mail and of all, by label
 *   reports.csv        the report mails
 *   features_paper.csv, features_correct.csv
 *   features_13.csv    the study's earlier table, correct: with SPF, DKIM and what is shown of them
 *
 * The first two are written while the logs are read: nothing is kept in memory.
 * Errors:  FAULT_RETRY: the folder or a file can't be written. Threads: one export, one thread.
 */
#pragma once

#include "study/features.h"

struct export;

/* Makes the folder when it is not there. */
struct export *export_open(const char *folder, const struct study_config *config, GError **error);
void export_free(struct export *export); /* NULL is allowed */
typedef struct export Export;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Export, export_free)

/* For query_scan.row and study_read_history(); `user` is the export. */
void export_query(void *user, struct span line, const struct query_line *query);
void export_history(void *user, const struct history_row *row, const char *where);
/* Writes the rest and ends all files. */
bool export_finish(struct export *export, const struct study *study,
                   const struct features *features, GError **error);
