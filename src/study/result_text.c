/* SPDX-License-Identifier: Apache-2.0 */
#include "study/result.h"

#include <inttypes.h>

#include "study/csv.h"

#define NAME_COLUMN 18

static const char *const signs[] = {
    [ANSWER_NO] = "no", [ANSWER_YES] = "yes", [ANSWER_NULL] = "-"
};

static void
text_table(const struct features *features, enum semantics semantics, GString *out)
{
    g_string_append_printf(out, "%-*s", NAME_COLUMN, "");
    for (int feature = 0; feature < FEATURES; feature++)
        g_string_append_printf(out, " %4s", feature_names[feature]);
    g_string_append_c(out, '\n');
    for (guint i = 0; i < features->rows->len; i++) {
        const struct feature_row *row = g_ptr_array_index(features->rows, i);
        g_string_append_printf(out, "%-*s", NAME_COLUMN, row->name);
        for (int feature = 0; feature < FEATURES; feature++)
            g_string_append_printf(out, " %4s", signs[row->cells[semantics][feature].verdict]);
        g_string_append_c(out, '\n');
    }
}

static void
text_differences(const struct features *features, GString *out)
{
    for (guint i = 0; i < features->rows->len; i++) {
        const struct feature_row *row = g_ptr_array_index(features->rows, i);
        for (int feature = 0; feature < FEATURES; feature++) {
            enum answer paper = row->cells[PAPER][feature].verdict;
            enum answer correct = row->cells[CORRECT][feature].verdict;
            if (paper != correct)
                g_string_append_printf(out, "%s %s: paper %s, correct %s\n", row->name,
                                       feature_names[feature], signs[paper], signs[correct]);
        }
    }
}

void
result_text(const struct study *study, const struct features *features, enum semantics semantics,
            GString *out)
{
    g_string_append_printf(out, "%s%sSemantics: %s. yes, no, - cannot be said.\n\n",
                           study->config->title, study->config->title[0] != '\0' ? "\n" : "",
                           semantics_names[semantics]);
    text_table(features, semantics, out);
    g_string_append_c(out, '\n');
    for (int feature = 0; feature < FEATURES; feature++)
        g_string_append_printf(out, "%s %s\n", feature_names[feature], feature_words[feature]);
    g_string_append_c(out, '\n');
    text_differences(features, out);
    result_summary(study, out);
}

static void
summary_problems(const struct problems *problems, GString *out)
{
    for (int kind = 0; kind < PROBLEM_KINDS; kind++)
        if (kind != PROBLEM_QUERY_LINE && problems->count[kind] > 0)
            g_string_append_printf(out, "left out: %" PRIu64 " of kind %s\n", problems->count[kind],
                                   problem_kind_names[kind]);
}

void
result_summary(const struct study *study, GString *out)
{
    const struct query_counts *queries = &study->queries.counts;
    if (study->history_read)
        g_string_append_printf(out, "history: %" PRIu64 " rows, %" PRIu64 " of test mails\n",
                               study->history_rows, study->test_mails);
    if (study->queries_read)
        g_string_append_printf(out,
                               "query logs: %" PRIu64 " lines, %" PRIu64 " queries, %" PRIu64
                               " of another class, %" PRIu64 " no queries; %" PRIu64
                               " decide something\n",
                               queries->lines, queries->queries, queries->other_class,
                               queries->unmatched, queries->of_study);
    if (study->inboxes_read)
        g_string_append_printf(out, "mailboxes: %u, %" PRIu64 " mails\n",
                               study->inboxes.inboxes->len, study->inboxes.mails);
    if (study->reports_read)
        g_string_append_printf(
            out, "reports: %u, %" PRIu64 " the same again, %" PRIu64 " not readable\n",
            study->reports.reports->len, study->reports.duplicates,
            study->problems.count[PROBLEM_REPORT]);
    if (queries->paper_stops + study->reports.paper_stops > 0)
        g_string_append_printf(out,
                               "the published notebook would have stopped at %" PRIu64
                               " query lines and %" PRIu64 " reports\n",
                               queries->paper_stops, study->reports.paper_stops);
    summary_problems(&study->problems, out);
}

/* ---- CSV ---- */

void
result_csv(const struct features *features, enum semantics semantics, GString *out)
{
    static const char *const words[] = { "no", "yes", "" };
    g_string_append(out, "provider,label");
    for (int feature = 0; feature < FEATURES; feature++)
        g_string_append_printf(out, ",%s", feature_names[feature]);
    g_string_append(out, "\r\n");
    for (guint i = 0; i < features->rows->len; i++) {
        const struct feature_row *row = g_ptr_array_index(features->rows, i);
        csv_append(out, row->name);
        g_string_append_c(out, ',');
        csv_append(out, row->label);
        for (int feature = 0; feature < FEATURES; feature++)
            g_string_append_printf(out, ",%s", words[row->cells[semantics][feature].verdict]);
        g_string_append(out, "\r\n");
    }
}

/* ---- --explain ---- */

void
result_explain(const struct feature_row *row, int feature, GString *out)
{
    for (int f = 0; f < FEATURES; f++) {
        if (feature >= 0 && f != feature)
            continue;
        g_string_append_printf(out, "%s %s: %s\n", row->name, feature_names[f], feature_words[f]);
        for (int semantics = 0; semantics < SEMANTICS; semantics++)
            g_string_append_printf(out, "  %-8s %-4s %s\n", semantics_names[semantics],
                                   signs[row->cells[semantics][f].verdict],
                                   row->cells[semantics][f].reason);
        for (guint i = 0; i < row->evidence[f]->len; i++) {
            const struct evidence *evidence = g_ptr_array_index(row->evidence[f], i);
            g_string_append_printf(out, "  %s %s: %s\n", evidence->counts ? "+" : " ",
                                   evidence->where, evidence->text);
        }
    }
}
