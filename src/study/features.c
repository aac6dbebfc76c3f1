/* SPDX-License-Identifier: Apache-2.0 */
#include "study/features.h"

#include <inttypes.h>

#include "study/report_match.h"

G_STATIC_ASSERT(REPORT_LISTS == FEATURES_REPORT_LISTS);

enum { F1, F2, F3, F4, F5, F6, F7, F8 };

const char *const feature_names[FEATURES] = { "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8" };
const char *const feature_words[FEATURES] = {
    "looks up the DMARC record",
    "shows the DMARC result",
    "sends aggregate reports",
    "sends failure reports",
    "asks whether an outside address agreed",
    "reports to an outside address that agreed",
    "refrains when it did not agree",
    "obeys the address given instead",
};
const char *const semantics_names[SEMANTICS] = { "paper", "correct" };
const char *const report_list_names[FEATURES_REPORT_LISTS] = {
    "esp_sending_rua",
    "esp_sending_ruf",
    "esp_sending_rua_edv_succeed",
    "esp_sending_rua_edv_failed",
    "edv_rewritting_rua",
};

struct evaluation {
    const struct study *study;
    const struct features *features;
    const struct study_member *member;
    struct feature_row *row;
};

static void set(struct evaluation *at, enum semantics semantics, int feature, enum answer verdict,
                const char *format, ...) G_GNUC_PRINTF(5, 6);

static void
set(struct evaluation *at, enum semantics semantics, int feature, enum answer verdict,
    const char *format, ...)
{
    struct cell *cell = &at->row->cells[semantics][feature];
    va_list arguments;
    va_start(arguments, format);
    cell->verdict = verdict;
    cell->reason = g_strdup_vprintf(format, arguments);
    va_end(arguments);
}

static enum answer
yes_if(bool yes)
{
    return yes ? ANSWER_YES : ANSWER_NO;
}

/* ---- F1, F5: what was asked ---- */

static void
evaluate_query(struct evaluation *at, int feature, enum dns_column column)
{
    const struct study *study = at->study;
    const struct query_target *target =
        query_names_of(study->queries.names, at->member->label, column);
    for (int semantics = 0; semantics < SEMANTICS; semantics++) {
        bool paper = semantics == PAPER;
        if (!study->queries_read)
            set(at, semantics, feature, ANSWER_NULL, "no query log was read");
        else if (!paper && study->queries.counts.queries == 0)
            set(at, semantics, feature, ANSWER_NULL, "the query logs hold no query");
        else if (target == NULL)
            set(at, semantics, feature, ANSWER_NULL, "the label is in no list of names");
        else
            set(at, semantics, feature, yes_if(query_target_asked(target, paper)),
                "%s, type %s: asked for %" PRIu64 " times", target->name,
                query_target_wants_txt(target, paper) ? "TXT" : "any",
                query_target_wants_txt(target, paper)
                    ? (paper ? target->paper.txt : target->correct.txt)
                    : (paper ? target->paper.any : target->correct.any));
    }
    for (guint i = 0; target != NULL && i < target->evidence->len; i++) {
        const struct evidence *evidence = g_ptr_array_index(target->evidence, i);
        evidence_add(at->row->evidence[feature], evidence->counts, evidence->where,
                     span_of(evidence->text));
    }
}

/* ---- F2: what is shown ---- */

static void
evaluate_shown(struct evaluation *at)
{
    const struct study *study = at->study;
    const struct inbox *inbox = inbox_of(&study->inboxes, at->member->label);
    const char *missing = !study->inboxes_read ? "no mailboxes were read"
                          : inbox == NULL      ? "no mailbox of this provider"
                          : inbox->mails == 0  ? "the mailbox is empty"
                                               : NULL;
    if (missing != NULL)
        set(at, CORRECT, F2, ANSWER_NULL, "%s", missing);
    else
        set(at, CORRECT, F2, yes_if(g_hash_table_contains(inbox->all, "dmarc")),
            "looked for dmarc among the results of any of %" PRIu64 " mails", inbox->mails);
    if (missing == NULL && inbox->paper_mails == 0)
        missing = "the mailbox has no *.eml file";
    if (missing != NULL)
        set(at, PAPER, F2, ANSWER_NULL, "%s", missing);
    else
        set(at, PAPER, F2, yes_if(g_hash_table_contains(inbox->first, "dmarc")),
            "looked for dmarc among the results of the first mail listed");
    for (guint i = 0; inbox != NULL && i < inbox->evidence->len; i++) {
        const struct evidence *evidence = g_ptr_array_index(inbox->evidence, i);
        evidence_add(at->row->evidence[F2], evidence->counts, evidence->where,
                     span_of(evidence->text));
    }
}

/* ---- F3, F4, F6, F7, F8: what was reported ---- */

static bool
is_in(const GPtrArray *names, const char *name)
{
    return g_ptr_array_find_with_equal_func((GPtrArray *)(uintptr_t)names, name, g_str_equal, NULL);
}

/* Reports of the member about its name below the sender domain, to the address or local part (NULL:
 * to anybody); all its reports in that mailbox become evidence. */
static unsigned
count_reports(struct evaluation *at, int feature, enum sender_role role, const char *local,
              const char *address)
{
    const struct study_config *config = at->study->config;
    const GPtrArray *reports = at->study->reports.reports;
    unsigned count = 0;
    for (guint i = 0; i < reports->len; i++) {
        const struct report_mail *report = g_ptr_array_index(reports, i);
        bool counts = report_is_about(config, report, at->member, role) &&
                      (local == NULL || report_mail_is_to_local(report, local)) &&
                      (address == NULL || report_mail_is_to(report, address));
        if (!report_is_there(config, report, at->member, role))
            continue;
        count += counts;
        if (feature >= 0 && evidence_wants(at->row->evidence[feature], counts)) {
            g_autofree char *text = g_strdup_printf(
                "about %s, to %s, id %s%s%s",
                report->has_correct ? report->correct.domain : report->paper.domain, report->to,
                report->has_correct ? report->correct.report_id : report->paper.report_id,
                report->duplicate_of != NULL ? ", the same as " : "",
                report->duplicate_of != NULL ? report->duplicate_of : "");
            evidence_add(at->row->evidence[feature], counts, report->file, span_of(text));
        }
    }
    return count;
}

static bool
has_sender(struct evaluation *at, int feature, enum sender_role role)
{
    const char *missing = !at->study->reports_read ? "no reports were read"
                          : at->study->config->senders[role].domain == NULL
                              ? "the study has no such sender domain"
                              : NULL;
    if (missing == NULL)
        return true;
    set(at, PAPER, feature, ANSWER_NULL, "%s", missing);
    set(at, CORRECT, feature, ANSWER_NULL, "%s", missing);
    return false;
}

/* False: neither of the semantics is left to be answered. */
static bool
sends_reports(struct evaluation *at, int feature, bool open[SEMANTICS])
{
    for (int semantics = 0; semantics < SEMANTICS; semantics++) {
        open[semantics] = at->row->cells[semantics][F3].verdict == ANSWER_YES;
        if (!open[semantics])
            set(at, semantics, feature, ANSWER_NULL, "sends no aggregate reports (F3)");
    }
    return open[PAPER] || open[CORRECT];
}

static void
evaluate_sends(struct evaluation *at, int feature, enum report_list list, const char *local)
{
    const char *sender = at->study->config->senders[SENDER_INTERNAL].domain;
    unsigned count;
    if (!has_sender(at, feature, SENDER_INTERNAL))
        return;
    count = count_reports(at, feature, SENDER_INTERNAL, local, NULL);
    set(at, CORRECT, feature, yes_if(count > 0), "%u reports about %s.%s to %s", count,
        at->member->label, sender, local);
    set(at, PAPER, feature, yes_if(is_in(at->features->lists[list], at->row->name)),
        "looked for one of its reports, about anything, to %s in the mailbox of %s", local, sender);
}

static void
evaluate_accepted(struct evaluation *at)
{
    const struct study_config *config = at->study->config;
    bool open[SEMANTICS];
    unsigned count;
    if (!has_sender(at, F6, SENDER_ACCEPTED) || !sends_reports(at, F6, open))
        return;
    count = count_reports(at, F6, SENDER_ACCEPTED, config->rua, NULL);
    if (open[CORRECT])
        set(at, CORRECT, F6, yes_if(count > 0), "%u reports about %s.%s to %s", count,
            at->member->label, config->senders[SENDER_ACCEPTED].domain, config->rua);
    if (open[PAPER])
        set(at, PAPER, F6, ANSWER_YES, "repeats F3: the outside mailbox is not looked at");
}

static void
evaluate_refused(struct evaluation *at)
{
    const struct study_config *config = at->study->config;
    const struct study_sender *sender = &config->senders[SENDER_REFUSED];
    bool open[SEMANTICS];
    unsigned count;
    if (!has_sender(at, F7, SENDER_REFUSED) || !sends_reports(at, F7, open))
        return;
    count = count_reports(at, F7, SENDER_REFUSED, NULL, NULL);
    if (open[CORRECT])
        set(at, CORRECT, F7, yes_if(count == 0), "%u reports about %s.%s", count, at->member->label,
            sender->domain);
    if (open[PAPER])
        set(at, PAPER, F7, yes_if(!is_in(at->features->lists[LIST_REFUSED], at->row->name)),
            "looked for none of its reports, about anything, in the mailbox of %s",
            sender->mailbox);
}

static void
evaluate_overwritten(struct evaluation *at)
{
    const struct study_config *config = at->study->config;
    bool open[SEMANTICS];
    unsigned redirected, original;
    if (!has_sender(at, F8, SENDER_OVERWRITTEN) || !sends_reports(at, F8, open))
        return;
    redirected = count_reports(at, F8, SENDER_OVERWRITTEN, NULL, config->edv_redirect);
    original = count_reports(at, -1, SENDER_OVERWRITTEN, config->rua, NULL);
    if (open[CORRECT])
        set(at, CORRECT, F8,
            redirected + original == 0 ? ANSWER_NULL : yes_if(redirected > 0 && original == 0),
            "%u reports to %s, %u to %s, about %s.%s", redirected, config->edv_redirect, original,
            config->rua, at->member->label, config->senders[SENDER_OVERWRITTEN].domain);
    if (open[PAPER])
        set(at, PAPER, F8, yes_if(is_in(at->features->lists[LIST_OVERWRITTEN], at->row->name)),
            "looked for one of its reports, about anything, to %s", config->edv_redirect);
}

/* ---- all ---- */

static void
row_free(void *item)
{
    struct feature_row *row = item;
    g_free(row->name);
    g_free(row->label);
    for (int feature = 0; feature < FEATURES; feature++) {
        for (int semantics = 0; semantics < SEMANTICS; semantics++)
            g_free(row->cells[semantics][feature].reason);
        g_ptr_array_unref(row->evidence[feature]);
    }
    g_free(row);
}

static void
add_row(struct features *features, const struct study *study, const struct study_member *member)
{
    struct feature_row *row = g_new0(struct feature_row, 1);
    struct evaluation at = { study, features, member, row };
    row->name = g_strdup(member->name);
    row->label = g_strdup(member->label);
    for (int feature = 0; feature < FEATURES; feature++)
        row->evidence[feature] = evidence_new();
    evaluate_query(&at, F1, DNS_DMARC_TXT);
    evaluate_shown(&at);
    evaluate_sends(&at, F3, LIST_RUA, study->config->rua);
    evaluate_sends(&at, F4, LIST_RUF, study->config->ruf);
    evaluate_query(&at, F5, DNS_EDV);
    evaluate_accepted(&at);
    evaluate_refused(&at);
    evaluate_overwritten(&at);
    g_ptr_array_add(features->rows, row);
}

struct features *
features_of(const struct study *study)
{
    struct features *features = g_new0(struct features, 1);
    features->rows = g_ptr_array_new_with_free_func(row_free);
    for (int list = 0; list < REPORT_LISTS; list++) {
        features->lists[list] = g_ptr_array_new_with_free_func(g_free);
        for (guint i = 0; i < study->reports.reports->len; i++) {
            const struct report_mail *report = g_ptr_array_index(study->reports.reports, i);
            const char *name = report_paper_provider(study->config, report);
            if (report_in_list(study->config, report, list) && !is_in(features->lists[list], name))
                g_ptr_array_add(features->lists[list], g_strdup(name));
        }
    }
    for (guint i = 0; i < study->members->len; i++)
        add_row(features, study, g_ptr_array_index(study->members, i));
    return features;
}

void
features_free(struct features *features)
{
    if (features == NULL)
        return;
    for (int list = 0; list < REPORT_LISTS; list++)
        g_ptr_array_unref(features->lists[list]);
    g_ptr_array_unref(features->rows);
    g_free(features);
}

const struct feature_row *
features_row(const struct features *features, const char *provider)
{
    for (guint i = 0; i < features->rows->len; i++) {
        const struct feature_row *row = g_ptr_array_index(features->rows, i);
        if (g_ascii_strcasecmp(row->name, provider) == 0 ||
            g_ascii_strcasecmp(row->label, provider) == 0)
            return row;
    }
    return NULL;
}

int
feature_index(const char *name)
{
    for (int i = 0; i < FEATURES; i++)
        if (g_ascii_strcasecmp(name, feature_names[i]) == 0)
            return i;
    return -1;
}
