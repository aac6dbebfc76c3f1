/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_mail - a report mail: who reports about which domain, and to which address
 *
 * In:      a message of any octets.
 * Out:     both readings. Paper: the subject alone. Correct: the subject, else the aggregate report
 *          attached (policy domain; the submitter from its file name, the report's address or
 *          From), else the feedback part; TLS reports are told apart.
 * Owns:    the texts, valid UTF-8; report_mail_free().
 * Errors:  none: what can't be read is absent, and `reason` says why.
 * Threads: safe after report_open().
 */
#pragma once

#include "study/report_subject.h"

enum report_mail_kind { REPORT_MAIL_RUA, REPORT_MAIL_RUF, REPORT_MAIL_TLS, REPORT_MAIL_UNKNOWN };
extern const char *const report_mail_kind_names[];

struct report_mail {
    char *file;                /* set by who reads folders: path below the folder of reports */
    char *mailbox;             /* the same: domain of the mailbox it lay in */
    char *subject, *to, *from; /* unfolded, decoded; "" when absent */
    enum report_mail_kind kind;
    bool has_paper, has_correct;
    struct report_subject paper, correct; /* set when has_... is */
    const char *source;                   /* of `correct`: "subject", "xml", "feedback" */
    char *paper_local;                    /* text of To before its first "@" */
    char **addresses;                     /* of To, as written; NULL-terminated */
    char *reason;                         /* !has_correct: why */
    char *duplicate_of; /* set by who reads folders: file of the first one with the same submitter
                             and report id; NULL: it is the first */
};

struct report_mail *report_mail_read(struct span message);
void report_mail_free(struct report_mail *mail); /* NULL is allowed */
typedef struct report_mail ReportMail;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReportMail, report_mail_free)

/* True when one of its addresses is that one (any case), or has that local part. */
bool report_mail_is_to(const struct report_mail *mail, const char *address);
bool report_mail_is_to_local(const struct report_mail *mail, const char *local);
