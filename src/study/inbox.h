/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inbox - the mailboxes of the providers: which results their mails show
 *
 * In:      a folder that holds one folder for each provider, named by its label (mail_folders.h).
 * Out:     methods of all mails (correct); of the first *.eml file (paper: the notebook looks no
 *          further). Memory does not grow with the number of mails.
 * Errors, threads: as mail_folders.h.
 */
#pragma once

#include "base/progress.h"
#include "study/evidence.h"
#include "study/problems.h"
#include "study/study_config.h"

struct inbox {
    char *label;
    uint64_t mails;
    uint64_t paper_mails; /* those whose name ends in .eml */
    GHashTable *first;    /* paper: methods of the first mail; sets of char * */
    GHashTable *all;      /* correct: methods of any mail */
    GPtrArray *evidence;  /* mails that show dmarc, and that do not; the first one is first */
};

struct inbox_scan {
    const struct study_config *config; /* borrowed */
    GPtrArray *inboxes;                /* of struct inbox *, in order of label */
    struct problems *problems;         /* borrowed */
    struct progress *progress;         /* borrowed; counts mails; NULL: none */
    uint64_t mails;
};

void inbox_scan_init(struct inbox_scan *scan, const struct study_config *config,
                     struct problems *problems);
void inbox_scan_clear(struct inbox_scan *scan);
bool inbox_scan_folder(struct inbox_scan *scan, const char *folder, GError **error);
/* NULL: no such mailbox. */
const struct inbox *inbox_of(const struct inbox_scan *scan, const char *label);
