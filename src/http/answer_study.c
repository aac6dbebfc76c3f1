/* SPDX-License-Identifier: Apache-2.0 */
/* /study: kept runs of lafayette-study as a matrix, the evidence of a cell, two runs compared. */
#include <string.h>

#include "base/fault.h"
#include "http/answers.h"
#include "http/page.h"
#include "http/time_view.h"
#include "store/study_run.h"

static const char *const feature_names[STUDY_FEATURES] = {
    "DMARC record looked up", "DMARC result shown",  "Aggregate reports",   "Failure reports",
    "EDV record looked up",   "EDV: allowed target", "EDV: refused target", "EDV: other target",
};

bool
answer_study(struct visit *visit, GError **error)
{
    g_autoptr(StudyRuns) runs = study_runs_read(visit->db, error);
    json_t *list = json_array();
    for (size_t i = 0; runs != NULL && i < runs->count; i++) {
        const struct study_run *run = &runs->runs[i];
        json_array_append_new(
            list, json_pack("{s:I, s:o, s:s, s:I, s:I, s:I, s:I, s:I}", "id", (json_int_t)run->id,
                            "saved", time_view_sql(run->saved), "name", run->title, "providers",
                            (json_int_t)run->providers, "lines", (json_int_t)run->query_lines,
                            "mails", (json_int_t)run->mails, "reports", (json_int_t)run->reports,
                            "left_out", (json_int_t)run->left_out));
    }
    json_t *view = json_pack("{s:o}", "runs", list);
    if (runs != NULL)
        return page_render(visit, 200, "study_list", "Study", view, error);
    json_decref(view);
    return false;
}

static const struct study_cell *
same_cell(const struct study_cells *cells, const struct study_cell *wanted)
{
    for (size_t i = 0; cells != NULL && i < cells->count; i++)
        if (cells->cells[i].feature == wanted->feature &&
            strcmp(cells->cells[i].label, wanted->label) == 0)
            return &cells->cells[i];
    return NULL;
}

static int
verdict_of(const struct study_cell *cell, bool paper)
{
    return paper ? cell->paper : cell->correct;
}

static json_t *
cell_view(const struct study_cell *cell, const struct study_cells *other, bool paper)
{
    const struct study_cell *before = same_cell(other, cell);
    int verdict = verdict_of(cell, paper);
    json_t *view = json_pack("{s:i, s:s, s:s}", "feature", (int)cell->feature, "mark",
                             verdict == 1   ? "\xE2\x9C\x93"
                             : verdict == 0 ? "\xE2\x9C\x97"
                                            : "\xE2\x80\x93",
                             "class",
                             verdict == 1   ? "pass"
                             : verdict == 0 ? "fail"
                                            : "");
    json_object_set_new(view, "said",
                        json_string(verdict == 1   ? "yes"
                                    : verdict == 0 ? "no"
                                                   : "cannot be said"));
    json_object_set_new(view, "differs", json_boolean(cell->paper != cell->correct));
    json_object_set_new(view, "changed",
                        json_boolean(before != NULL && verdict_of(before, paper) != verdict));
    return view;
}

/* Cells come by provider, then feature. */
static json_t *
rows_view(const struct study_cells *cells, const struct study_cells *other, bool paper)
{
    json_t *rows = json_array(), *list = NULL, *row = NULL;
    const char *label = NULL;
    unsigned passed = 0;
    for (size_t i = 0; i < cells->count; i++) {
        const struct study_cell *cell = &cells->cells[i];
        if (label == NULL || strcmp(label, cell->label) != 0) {
            label = cell->label;
            passed = 0;
            list = json_array();
            row = json_pack("{s:s, s:s, s:o}", "label", label, "provider", cell->provider, "cells",
                            list);
            json_array_append_new(rows, row);
        }
        passed += verdict_of(cell, paper) == 1;
        json_array_append_new(list, cell_view(cell, other, paper));
        json_object_set_new(row, "passed", json_integer(passed));
    }
    return rows;
}

static bool
wants_paper(const struct visit *visit)
{
    return g_strcmp0(visit_query(visit, "semantics"), "paper") == 0;
}

/* The runs to compare with; *found: `with` is one of them. */
static json_t *
others_view(struct visit *visit, int64_t with, bool *found, GError **error)
{
    g_autoptr(StudyRuns) runs = study_runs_read(visit->db, error);
    json_t *list = json_array();
    *found = false;
    for (size_t i = 0; runs != NULL && i < runs->count; i++) {
        const struct study_run *run = &runs->runs[i];
        g_autofree char *saved = g_strndup(run->saved, strlen("2026-01-31 08:00"));
        if (run->id == (int64_t)visit->number)
            continue;
        *found = *found || run->id == with;
        json_array_append_new(list,
                              json_pack("{s:I, s:s, s:s, s:b}", "id", (json_int_t)run->id, "saved",
                                        saved, "name", run->title, "chosen", run->id == with));
    }
    if (runs != NULL)
        return list;
    json_decref(list);
    return NULL;
}

/* The cells of the run asked for by ?with=N, and the list to choose from. */
static bool
read_other(struct visit *visit, struct study_cells **other, json_t **others, GError **error)
{
    const char *with = visit_query(visit, "with");
    guint64 id = 0;
    bool number = with != NULL && g_ascii_string_to_unsigned(with, 10, 1, G_MAXINT64, &id, NULL);
    bool found;
    *others = others_view(visit, (int64_t)id, &found, error);
    if (*others == NULL)
        return false;
    if (with == NULL)
        return true;
    if (number && found && (*other = study_cells_read(visit->db, (int64_t)id, error)) != NULL)
        return true;
    json_decref(*others);
    if (!number || !found)
        g_set_error(error, FAULT, FAULT_REJECT, "with: no other run of that number is kept");
    return false;
}

bool
answer_study_run(struct visit *visit, GError **error)
{
    const char *with = visit_query(visit, "with");
    bool paper = wants_paper(visit);
    g_autoptr(StudyCells) cells = study_cells_read(visit->db, visit->number, error);
    g_autoptr(StudyCells) other = NULL;
    json_t *others;
    if (cells == NULL)
        return false;
    if (cells->count == 0) {
        page_error(visit, 404, "There is no run of that number; /study lists all.");
        return true;
    }
    if (!read_other(visit, &other, &others, error))
        return false;
    json_t *heads = json_array();
    for (int i = 0; i < STUDY_FEATURES; i++)
        json_array_append_new(heads, json_pack("{s:i, s:s}", "n", i + 1, "name", feature_names[i]));
    json_t *view =
        json_pack("{s:I, s:o, s:o, s:o, s:b, s:i, s:s*}", "run", (json_int_t)visit->number,
                  "others", others, "heads", heads, "rows", rows_view(cells, other, paper), "paper",
                  paper, "features", STUDY_FEATURES, "with", with);
    return page_render(visit, 200, "study_run", "Conformance", view, error);
}

/* The verdict of evidence as a word. */
static void
put_said(json_t *found, const char *which)
{
    json_t *one = json_object_get(found, which), *verdict = json_object_get(one, "verdict");
    if (!json_is_object(one))
        return;
    json_object_set_new(one, "said",
                        json_string(json_is_true(verdict)    ? "yes"
                                    : json_is_false(verdict) ? "no"
                                                             : "cannot be said"));
    json_object_set_new(one, "class",
                        json_string(json_is_true(verdict)    ? "good"
                                    : json_is_false(verdict) ? "bad"
                                                             : ""));
}

/* /study/RUN/cell?provider=LABEL&feature=N */
bool
answer_study_cell(struct visit *visit, GError **error)
{
    const char *label = visit_query(visit, "provider"), *number = visit_query(visit, "feature");
    unsigned feature = number != NULL ? (unsigned)g_ascii_strtoull(number, NULL, 10) : 0;
    if (label == NULL || feature < 1 || feature > STUDY_FEATURES) {
        g_set_error(error, FAULT, FAULT_REJECT, "provider and feature (1 to %d) name a cell",
                    STUDY_FEATURES);
        return false;
    }
    g_autoptr(StudyCells) cells = study_cell_read(visit->db, visit->number, label, feature, error);
    if (cells == NULL)
        return false;
    if (cells->count == 0) {
        page_error(visit, 404, "There is no such cell.");
        return true;
    }
    const struct study_cell *cell = &cells->cells[0];
    json_t *evidence = json_loads(cell->evidence, 0, NULL);
    put_said(evidence, "correct");
    put_said(evidence, "paper");
    json_t *view = json_pack("{s:I, s:s, s:i, s:s, s:o*}", "run", (json_int_t)visit->number,
                             "provider", cell->provider, "feature", (int)cell->feature, "name",
                             feature_names[feature - 1], "found", evidence);
    return page_render(visit, 200, "study_cell", "Evidence", view, error);
}

/* All that was kept of a run, as lafayette-study --format json writes it. It names addresses. */
bool
answer_study_result(struct visit *visit, GError **error)
{
    g_autofree char *subject = g_strdup_printf("study %" G_GINT64_FORMAT, visit->number);
    g_autofree char *disposition =
        g_strdup_printf("attachment; filename=\"study-%" G_GINT64_FORMAT ".json\"", visit->number);
    g_autoptr(GBytes) content = NULL;
    if (!study_content_read(visit->db, visit->number, &content, error))
        return false;
    if (content == NULL) {
        page_error(visit, 404, "There is no run of that number; /study lists all.");
        return true;
    }
    if (!visit_audit(visit, "export", subject, "", error))
        return false;
    reply_field(visit->reply, "Content-Disposition", disposition);
    reply_set(visit->reply, 200, REPLY_JSON, g_steal_pointer(&content));
    return true;
}
