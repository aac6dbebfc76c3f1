/* SPDX-License-Identifier: Apache-2.0 */
#include "study/report_match.h"

static bool
in_mailbox(const struct study_config *config, const struct report_mail *report,
           enum sender_role role)
{
    const char *mailbox = config->senders[role].mailbox;
    return mailbox != NULL && strcmp(report->mailbox, mailbox) == 0;
}

const char *
report_paper_provider(const struct study_config *config, const struct report_mail *report)
{
    return report->has_paper ? study_config_submitter(config, report->paper.submitter) : NULL;
}

bool
report_in_list(const struct study_config *config, const struct report_mail *report,
               enum report_list list)
{
    if (!report->has_paper)
        return false;
    switch (list) {
    case LIST_RUA:
        return in_mailbox(config, report, SENDER_INTERNAL) &&
               strcmp(report->paper_local, config->rua) == 0;
    case LIST_RUF:
        return in_mailbox(config, report, SENDER_INTERNAL) &&
               strcmp(report->paper_local, config->ruf) == 0;
    case LIST_ACCEPTED:
        return in_mailbox(config, report, SENDER_ACCEPTED);
    case LIST_REFUSED:
        return in_mailbox(config, report, SENDER_REFUSED);
    default:
        return in_mailbox(config, report, SENDER_OVERWRITTEN) && config->edv_redirect != NULL &&
               strcmp(report->to, config->edv_redirect) == 0;
    }
}

bool
report_is_there(const struct study_config *config, const struct report_mail *report,
                const struct study_member *member, enum sender_role role)
{
    const char *submitter = report->has_correct ? report->correct.submitter
                            : report->has_paper ? report->paper.submitter
                                                : NULL;
    return submitter != NULL && in_mailbox(config, report, role) &&
           strcmp(study_config_submitter(config, submitter), member->name) == 0;
}

bool
report_is_about(const struct study_config *config, const struct report_mail *report,
                const struct study_member *member, enum sender_role role)
{
    const char *domain = config->senders[role].domain;
    size_t len = strlen(member->label);
    return domain != NULL && report->has_correct && report->kind != REPORT_MAIL_TLS &&
           report_is_there(config, report, member, role) &&
           strncmp(report->correct.domain, member->label, len) == 0 &&
           report->correct.domain[len] == '.' &&
           strcmp(report->correct.domain + len + 1, domain) == 0;
}
