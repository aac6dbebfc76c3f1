/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_match - which reports count for a provider, in the two semantics
 *
 * Threads: no state.
 */
#pragma once

#include "study/study.h"

enum report_list {
    LIST_RUA,         /* To local part rua, in the mailbox of the internal sender domain */
    LIST_RUF,         /* the same, ruf */
    LIST_ACCEPTED,    /* anything in the mailbox of the address that agreed */
    LIST_REFUSED,     /* anything in the mailbox of the one that did not */
    LIST_OVERWRITTEN, /* To the other address, in the mailbox of the one that redirects */
    REPORT_LISTS
};

/* True when the notebook counts the report for whoever its subject names. */
bool report_in_list(const struct study_config *config, const struct report_mail *report,
                    enum report_list list);
/* The provider whom the subject names, as the notebook has it; NULL: it reads no such subject. */
const char *report_paper_provider(const struct study_config *config,
                                  const struct report_mail *report);

/* A DMARC report by the member about its own name below the sender domain, in the right mailbox. */
bool report_is_about(const struct study_config *config, const struct report_mail *report,
                     const struct study_member *member, enum sender_role role);
/* By the member, in the mailbox of that role, whatever about. */
bool report_is_there(const struct study_config *config, const struct report_mail *report,
                     const struct study_member *member, enum sender_role role);
