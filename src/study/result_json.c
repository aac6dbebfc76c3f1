/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "study/method_names.h"
#include "study/report_match.h"
#include "study/result.h"

#define ABOUT                                                                                      \
    "features: what the published notebook computes. features_correct: what its README defines. "  \
    "null: cannot be evaluated. auth_methods: of the first mail of each mailbox, as the notebook " \
    "reads it; auth_methods_all: of any mail."

/* Whatever the octets, jansson takes it. */
static json_t *
text_json(const char *text)
{
    g_autofree char *utf8 = NULL;
    if (text == NULL)
        return json_null();
    utf8 = text_utf8(span_of(text));
    return json_string(utf8);
}

static json_t *
verdict_json(enum answer verdict)
{
    return verdict == ANSWER_NULL ? json_null() : json_boolean(verdict == ANSWER_YES);
}

static json_t *
features_json(const struct features *features, enum semantics semantics)
{
    json_t *object = json_object();
    for (guint i = 0; i < features->rows->len; i++) {
        const struct feature_row *row = g_ptr_array_index(features->rows, i);
        json_t *cells = json_object();
        json_object_set_new(cells, "label", text_json(row->label));
        for (int feature = 0; feature < FEATURES; feature++)
            json_object_set_new(cells, feature_names[feature],
                                verdict_json(row->cells[semantics][feature].verdict));
        json_object_set_new(object, row->name, cells);
    }
    return object;
}

static json_t *
differences_json(const struct features *features)
{
    json_t *list = json_array();
    for (guint i = 0; i < features->rows->len; i++) {
        const struct feature_row *row = g_ptr_array_index(features->rows, i);
        for (int feature = 0; feature < FEATURES; feature++) {
            enum answer paper = row->cells[PAPER][feature].verdict;
            enum answer correct = row->cells[CORRECT][feature].verdict;
            json_t *item;
            if (paper == correct)
                continue;
            item = json_object();
            json_object_set_new(item, "provider", text_json(row->name));
            json_object_set_new(item, "feature", json_string(feature_names[feature]));
            json_object_set_new(item, "paper", verdict_json(paper));
            json_object_set_new(item, "correct", verdict_json(correct));
            json_array_append_new(list, item);
        }
    }
    return list;
}

static json_t *
dns_json(const struct study *study, bool paper)
{
    const GPtrArray *targets = query_names_all(study->queries.names);
    json_t *object = json_object();
    for (guint i = 0; i < targets->len; i++) {
        const struct query_target *target = g_ptr_array_index(targets, i);
        json_t *columns = json_object_get(object, target->label);
        if (columns == NULL) {
            json_object_set_new(object, target->label, json_object());
            columns = json_object_get(object, target->label);
        }
        json_object_set_new(columns, dns_column_names[target->column],
                            json_boolean(query_target_asked(target, paper)));
    }
    return object;
}

static json_t *
methods_json(const struct study *study, bool all)
{
    json_t *object = json_object();
    for (guint i = 0; i < study->inboxes.inboxes->len; i++) {
        const struct inbox *inbox = g_ptr_array_index(study->inboxes.inboxes, i);
        g_autoptr(GPtrArray) names = method_names_sorted(all ? inbox->all : inbox->first);
        json_t *list;
        if ((all ? inbox->mails : inbox->paper_mails) == 0)
            continue;
        list = json_array();
        for (guint k = 0; k < names->len; k++)
            json_array_append_new(list, text_json(g_ptr_array_index(names, k)));
        json_object_set_new(object, inbox->label, list);
    }
    return object;
}

static json_t *
report_json_of(const struct study *study, const struct report_mail *report)
{
    const struct report_subject *parsed = report->has_paper ? &report->paper : &report->correct;
    const char *provider = report_paper_provider(study->config, report);
    json_t *object = json_object();
    if (provider == NULL && report->has_correct)
        provider = study_config_submitter(study->config, report->correct.submitter);
    json_object_set_new(object, "subject", text_json(report->subject));
    json_object_set_new(object, "parsed_domain", text_json(parsed->domain));
    json_object_set_new(object, "parsed_submitter", text_json(parsed->submitter));
    json_object_set_new(object, "parsed_report_id", text_json(parsed->report_id));
    json_object_set_new(object, "msg_to", text_json(report->to));
    json_object_set_new(object, "msg_from", text_json(report->from));
    json_object_set_new(object, "feature_domain", text_json(report->mailbox));
    json_object_set_new(object, "local_part", text_json(report->paper_local));
    json_object_set_new(object, "esp_label", text_json(provider));
    json_object_set_new(object, "kind", json_string(report_mail_kind_names[report->kind]));
    json_object_set_new(object, "file", text_json(report->file));
    json_object_set_new(object, "source", text_json(report->source));
    json_object_set_new(object, "duplicate_of", text_json(report->duplicate_of));
    json_object_set_new(object, "error", text_json(report->reason));
    return object;
}

static json_t *
reports_json(const struct study *study)
{
    json_t *list = json_array();
    for (guint i = 0; i < study->reports.reports->len; i++)
        json_array_append_new(list,
                              report_json_of(study, g_ptr_array_index(study->reports.reports, i)));
    return list;
}

static json_t *
report_lists_json(const struct features *features)
{
    json_t *object = json_object();
    for (int list = 0; list < FEATURES_REPORT_LISTS; list++) {
        json_t *names = json_array();
        for (guint i = 0; i < features->lists[list]->len; i++)
            json_array_append_new(names, text_json(g_ptr_array_index(features->lists[list], i)));
        json_object_set_new(object, report_list_names[list], names);
    }
    return object;
}

static json_t *
counts_json(const struct study *study)
{
    const struct query_counts *queries = &study->queries.counts;
    const struct {
        const char *key;
        uint64_t count;
    } counts[] = {
        { "rspamd_lines", study->history_rows },
        { "rspamd_test_mails", study->test_mails },
        { "rspamd_broken", study->history_broken },
        { "query_lines", queries->lines },
        { "query_lines_matched", queries->paper_queries },
        { "query_lines_ignored", queries->paper_ignored },
        { "query_lines_of_study", queries->of_study },
        { "query_lines_unmatched", queries->unmatched },
        { "query_lines_other_class", queries->other_class },
        { "mails", study->inboxes.mails },
        { "reports", study->reports.reports->len },
        { "reports_duplicate", study->reports.duplicates },
        { "reports_unread", study->problems.count[PROBLEM_REPORT] },
        { "paper_stops", queries->paper_stops + study->reports.paper_stops },
    };
    json_t *object = json_object();
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++)
        json_object_set_new(object, counts[i].key, json_integer((json_int_t)counts[i].count));
    return object;
}

static json_t *
problems_json(const struct problems *problems)
{
    json_t *object = json_object();
    json_t *counts = json_object();
    json_t *named = json_array();
    for (int kind = 0; kind < PROBLEM_KINDS; kind++)
        json_object_set_new(counts, problem_kind_names[kind],
                            json_integer((json_int_t)problems->count[kind]));
    for (guint i = 0; i < problems->named->len; i++) {
        const struct problem *problem = g_ptr_array_index(problems->named, i);
        json_t *item = json_object();
        json_object_set_new(item, "kind", json_string(problem_kind_names[problem->kind]));
        json_object_set_new(item, "where", text_json(problem->where));
        json_object_set_new(item, "reason", text_json(problem->reason));
        json_array_append_new(named, item);
    }
    json_object_set_new(object, "counts", counts);
    json_object_set_new(object, "named", named);
    return object;
}

json_t *
result_cell_json(const struct feature_row *row, int feature)
{
    json_t *object = json_object();
    json_t *list = json_array();
    for (int semantics = 0; semantics < SEMANTICS; semantics++) {
        const struct cell *cell = &row->cells[semantics][feature];
        json_t *said = json_object();
        json_object_set_new(said, "verdict", verdict_json(cell->verdict));
        json_object_set_new(said, "reason", text_json(cell->reason));
        json_object_set_new(object, semantics_names[semantics], said);
    }
    for (guint i = 0; i < row->evidence[feature]->len; i++) {
        const struct evidence *evidence = g_ptr_array_index(row->evidence[feature], i);
        json_t *item = json_object();
        json_object_set_new(item, "where", text_json(evidence->where));
        json_object_set_new(item, "text", text_json(evidence->text));
        json_object_set_new(item, "counts", json_boolean(evidence->counts));
        json_array_append_new(list, item);
    }
    json_object_set_new(object, "evidence", list);
    return object;
}

static json_t *
cells_json(const struct feature_row *row)
{
    json_t *cells = json_object();
    for (int feature = 0; feature < FEATURES; feature++)
        json_object_set_new(cells, feature_names[feature], result_cell_json(row, feature));
    return cells;
}

static json_t *
evidence_json(const struct features *features)
{
    json_t *object = json_object();
    for (guint i = 0; i < features->rows->len; i++) {
        const struct feature_row *row = g_ptr_array_index(features->rows, i);
        json_object_set_new(object, row->name, cells_json(row));
    }
    return object;
}

json_t *
result_explain_json(const struct feature_row *row, char *const *names)
{
    json_t *object = json_object();
    json_t *rows = json_object();
    json_t *cells = *names == NULL ? cells_json(row) : json_object();
    for (; *names != NULL; names++) {
        int feature = feature_index(*names);
        json_object_set_new(cells, feature_names[feature], result_cell_json(row, feature));
    }
    json_object_set_new(rows, row->name, cells);
    json_object_set_new(object, "evidence", rows);
    return object;
}

json_t *
result_json(const struct study *study, const struct features *features)
{
    json_t *object = json_object();
    json_object_set_new(object, "about", json_string(ABOUT));
    json_object_set_new(object, "title", text_json(study->config->title));
    json_object_set_new(object, "counts", counts_json(study));
    json_object_set_new(object, "features", features_json(features, PAPER));
    json_object_set_new(object, "features_correct", features_json(features, CORRECT));
    json_object_set_new(object, "differences", differences_json(features));
    json_object_set_new(object, "dns", dns_json(study, true));
    json_object_set_new(object, "dns_correct", dns_json(study, false));
    json_object_set_new(object, "auth_methods", methods_json(study, false));
    json_object_set_new(object, "auth_methods_all", methods_json(study, true));
    json_object_set_new(object, "reports", reports_json(study));
    json_object_set_new(object, "report_lists", report_lists_json(features));
    json_object_set_new(object, "evidence", evidence_json(features));
    json_object_set_new(object, "problems", problems_json(&study->problems));
    return object;
}
