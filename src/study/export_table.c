/* SPDX-License-Identifier: Apache-2.0 */
#include "study/export_table.h"

#include <inttypes.h>

#include "study/csv.h"
#include "study/method_names.h"
#include "study/report_match.h"
#include "study/result.h"

static const char *
yes_no(bool yes)
{
    return yes ? "yes" : "no";
}

static void
append_dns_cells(const struct study *study, const char *label, bool paper, size_t columns,
                 GString *out)
{
    for (size_t column = 0; column < columns; column++) {
        const struct query_target *target =
            query_names_of(study->queries.names, label, (enum dns_column)column);
        bool known = target != NULL && study->queries_read;
        g_string_append_printf(out, ",%s", known ? yes_no(query_target_asked(target, paper)) : "");
    }
}

static void
append_dns_line(const struct study *study, const char *label, GString *out)
{
    csv_append(out, label);
    append_dns_cells(study, label, true, DNS_COLUMNS, out);
    g_string_append(out, "\r\n");
}

static void
write_dns(const struct study *study, const struct features *features, GString *out)
{
    const struct study_config *config = study->config;
    (void)features;
    g_string_append(out, "label");
    for (size_t column = 0; column < DNS_COLUMNS; column++)
        g_string_append_printf(out, ",%s", dns_column_names[column]);
    g_string_append(out, "\r\n");
    for (size_t i = 0; i < config->provider_count; i++)
        append_dns_line(study, config->providers[i].label, out);
    if (config->control_label != NULL)
        append_dns_line(study, config->control_label, out);
}

static char *
joined(GHashTable *set)
{
    g_autoptr(GPtrArray) names = method_names_sorted(set);
    g_ptr_array_add(names, NULL);
    return g_strjoinv(" ", (char **)names->pdata);
}

static void
write_methods(const struct study *study, const struct features *features, GString *out)
{
    (void)features;
    g_string_append(out, "label,mails,first,all\r\n");
    for (guint i = 0; i < study->inboxes.inboxes->len; i++) {
        const struct inbox *inbox = g_ptr_array_index(study->inboxes.inboxes, i);
        g_autofree char *mails = g_strdup_printf("%" PRIu64, inbox->mails);
        g_autofree char *first = joined(inbox->first);
        g_autofree char *all = joined(inbox->all);
        const char *const cells[] = { inbox->label, mails, first, all, NULL };
        csv_append_line(out, cells);
    }
}

static const char *
or_empty(const char *text)
{
    return text != NULL ? text : "";
}

static void
write_reports(const struct study *study, const struct features *features, GString *out)
{
    static const char *const head[] = { "file",         "subject",  "domain",   "submitter",
                                        "report_id",    "msg_to",   "msg_from", "feature_domain",
                                        "local_part",   "provider", "kind",     "source",
                                        "duplicate_of", NULL };
    (void)features;
    csv_append_line(out, head);
    for (guint i = 0; i < study->reports.reports->len; i++) {
        const struct report_mail *report = g_ptr_array_index(study->reports.reports, i);
        const struct report_subject *parsed =
            report->has_correct ? &report->correct : &report->paper;
        const char *submitter = or_empty(parsed->submitter);
        const char *const cells[] = { report->file,
                                      report->subject,
                                      or_empty(parsed->domain),
                                      submitter,
                                      or_empty(parsed->report_id),
                                      report->to,
                                      report->from,
                                      report->mailbox,
                                      report->paper_local,
                                      study_config_submitter(study->config, submitter),
                                      report_mail_kind_names[report->kind],
                                      report->source,
                                      or_empty(report->duplicate_of),
                                      NULL };
        csv_append_line(out, cells);
    }
}

static void
write_paper(const struct study *study, const struct features *features, GString *out)
{
    (void)study;
    result_csv(features, PAPER, out);
}

static void
write_correct(const struct study *study, const struct features *features, GString *out)
{
    (void)study;
    result_csv(features, CORRECT, out);
}

/* SPF_txt SPF_exist DKIM_txt DMARC_txt, spf dkim dmarc shown, F3 to F8. */
static void
write_13(const struct study *study, const struct features *features, GString *out)
{
    static const char *const shown[] = { "spf", "dkim", "dmarc" };
    static const char *const words[] = { "no", "yes", "" };
    g_string_append(out, "provider,label,SPF_txt,SPF_exist,DKIM_txt,DMARC_txt,spf,dkim,dmarc,F3,F4,"
                         "F5,F6,F7,F8\r\n");
    for (guint i = 0; i < features->rows->len; i++) {
        const struct feature_row *row = g_ptr_array_index(features->rows, i);
        const struct inbox *inbox = inbox_of(&study->inboxes, row->label);
        csv_append(out, row->name);
        g_string_append_c(out, ',');
        csv_append(out, row->label);
        append_dns_cells(study, row->label, false, DNS_EDV, out);
        for (size_t k = 0; k < G_N_ELEMENTS(shown); k++)
            g_string_append_printf(out, ",%s",
                                   inbox == NULL || inbox->mails == 0
                                       ? ""
                                       : yes_no(g_hash_table_contains(inbox->all, shown[k])));
        for (int feature = feature_index("F3"); feature < FEATURES; feature++)
            g_string_append_printf(out, ",%s", words[row->cells[CORRECT][feature].verdict]);
        g_string_append(out, "\r\n");
    }
}

const struct export_table export_tables[] = {
    { "dns.csv", write_dns },
    { "auth_methods.csv", write_methods },
    { "reports.csv", write_reports },
    { "features_paper.csv", write_paper },
    { "features_correct.csv", write_correct },
    { "features_13.csv", write_13 },
};
const size_t export_table_count = G_N_ELEMENTS(export_tables);
