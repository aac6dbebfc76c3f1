/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_folder - the mailboxes that got the reports
 *
 * In:      a folder that holds one folder for each mailbox, its name ending in "@DOMAIN" (or being
 *          DOMAIN; mail_folders.h).
 * Out:     a report_mail for each message, in order of name; one that reports the same again (by
 *          submitter and report id) is marked, never dropped.
 * Errors, threads: as mail_folders.h. A mail of which nothing can be learnt is a PROBLEM_REPORT,
 * too.
 */
#pragma once

#include "base/progress.h"
#include "study/problems.h"
#include "study/report_mail.h"

struct report_folder {
    GPtrArray *reports;        /* of struct report_mail * */
    struct problems *problems; /* borrowed */
    struct progress *progress; /* borrowed; counts mails; NULL: none */
    GHashTable *seen;          /* "submitter id" to the file of the first one */
    uint64_t duplicates, paper_stops;
};

void report_folder_init(struct report_folder *folder, struct problems *problems);
void report_folder_clear(struct report_folder *folder);
bool report_folder_read(struct report_folder *folder, const char *path, GError **error);
