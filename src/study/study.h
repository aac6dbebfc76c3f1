/* SPDX-License-Identifier: Apache-2.0 */
/*
 * study - all that was read of a study: logs, mailboxes, reports, and who takes part
 *
 * Each input is read by its own call, in any order, query logs one or many; one that is not read
 * leaves the features that need it without an answer.
 * Errors:  FAULT_OPERATOR, FAULT_RETRY: an input can't be opened. What it holds is never an error.
 * Owns:    all but the config and the progress. Threads: one study, one thread; report_open()
 *          before.
 */
#pragma once

#include "study/history_scan.h"
#include "study/inbox.h"
#include "study/query_scan.h"
#include "study/report_folder.h"

/* Who takes part: a label that rspamd's history names, or, without a history, the config. */
struct study_member {
    char *label;
    char *name; /* the config's, else the domain that the test mails went to */
    char *rcpt_domain;
    bool in_config;
    uint64_t test_mails;
};

struct study {
    const struct study_config *config;
    struct query_scan queries;
    struct inbox_scan inboxes;
    struct report_folder reports;
    struct problems problems;
    GPtrArray *members; /* of struct study_member *, in order of name after study_join() */
    GHashTable *labels; /* label to struct study_member * */
    uint64_t history_rows, history_broken, test_mails;
    bool history_read, queries_read, inboxes_read, reports_read;
};

struct study *study_new(const struct study_config *config);
void study_free(struct study *study); /* NULL is allowed */
typedef struct study Study;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Study, study_free)

/* `progress` may be NULL. Each test mail's row also goes to `row`, when that is not NULL. */
bool study_read_history(struct study *study, const char *path, struct progress *progress,
                        history_scan_row *row, void *user, GError **error);
bool study_read_query_log(struct study *study, const char *path, struct progress *progress,
                          GError **error);
bool study_read_inboxes(struct study *study, const char *path, struct progress *progress,
                        GError **error);
bool study_read_reports(struct study *study, const char *path, struct progress *progress,
                        GError **error);
/* After all was read: settles who takes part, in order of name; the control is left out. */
void study_join(struct study *study);
/* The words by which a test mail is known. */
struct test_mail_words study_words(const struct study_config *config);
