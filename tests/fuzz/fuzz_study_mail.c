/* SPDX-License-Identifier: Apache-2.0 */
/* Any mail of a study, in a provider's mailbox or among the reports: texts are UTF-8, names of methods hold no
 * blank, what was read of a report is whole. */
#include "demand.h"

#include "report/report_parse.h"
#include "study/auth_methods.h"
#include "study/report_mail.h"

static const struct result_header headers[] = {
    { (char[]){ "Authentication-Results" }, RESULT_RFC8601 },
    { (char[]){ "X-DMARC-Verification" }, RESULT_WORDS },
};

static void
check_methods(GHashTable *set)
{
    GHashTableIter iter;
    gpointer name;
    g_hash_table_iter_init(&iter, set);
    while (g_hash_table_iter_next(&iter, &name, NULL)) {
        demand_text(name);
        demand(strpbrk(name, " \t\n;=") == NULL);
    }
}

static void
check_subject(const struct report_subject *subject, bool there)
{
    demand(there == (subject->domain != NULL) && there == (subject->submitter != NULL) &&
           there == (subject->report_id != NULL));
    demand_text(subject->domain);
    demand_text(subject->submitter);
    demand_text(subject->report_id);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    auto_exact struct span copy = exact_copy(octets, len);
    struct auth_methods methods;
    report_open();
    auth_methods_init(&methods);
    auth_methods_read(&methods, copy, headers, G_N_ELEMENTS(headers));
    check_methods(methods.paper);
    check_methods(methods.correct);
    demand_text(methods.shown->str);
    auth_methods_clear(&methods);
    g_autoptr(ReportMail) mail = report_mail_read(copy);
    demand_text(mail->subject);
    demand_text(mail->to);
    demand_text(mail->from);
    demand_text(mail->paper_local);
    demand(mail->has_correct == (mail->reason == NULL));
    check_subject(&mail->paper, mail->has_paper);
    check_subject(&mail->correct, mail->has_correct);
    for (char **address = mail->addresses; *address != NULL; address++)
        demand_text(*address);
    return 0;
}
