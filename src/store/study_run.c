/* SPDX-License-Identifier: Apache-2.0 */
#include "store/study_run.h"

#include "base/clock.h"
#include "base/compress.h"
#include "base/fault.h"
#include "store/id_block.h"
#include "store/query.h"
#include "store/statement.h"
#include "store/transaction.h"

#define LEVEL 3
#define UNPACKED_MAX (256 * 1024 * 1024)

struct writing {
    int64_t id;
    const struct study_run *run;
    struct span packed;
    const struct study_cell *cells;
    size_t count;
};

static bool
remove_rows(struct db *db, int64_t id, GError **error)
{
    struct value value = value_number(id);
    return statement_run(db, "DELETE FROM studyCell WHERE runId = ?", &value, 1, NULL, NULL,
                         error) &&
           statement_run(db, "DELETE FROM studyRun WHERE runId = ?", &value, 1, NULL, NULL, error);
}

static bool
write_run(struct db *db, const struct writing *writing, GError **error)
{
    const struct study_run *run = writing->run;
    char now[CLOCK_TEXT_MAX];
    struct value values[] = {
        value_number(writing->id),
        value_text(clock_sql(clock_now(), now)),
        value_text(run->title),
        value_text(run->paper ? "paper" : "correct"),
        value_number((int64_t)run->providers),
        value_number((int64_t)run->query_lines),
        value_number((int64_t)run->mails),
        value_number((int64_t)run->reports),
        value_number((int64_t)run->left_out),
        { .text = writing->packed.octets, .len = writing->packed.len },
    };
    return statement_run(db,
                         "INSERT INTO studyRun (runId, saved, title, semantics, providers, "
                         "queryLines, mails, reports, leftOut, content) VALUES (?, ?, LEFT(?, "
                         "255), ?, ?, ?, ?, ?, ?, ?)",
                         values, G_N_ELEMENTS(values), NULL, NULL, error);
}

static bool
write_cell(struct db *db, int64_t id, const struct study_cell *cell, GError **error)
{
    struct value values[] = {
        value_number(id),           value_text(cell->label),   value_number(cell->feature),
        value_text(cell->provider), value_number(cell->paper), value_number(cell->correct),
        value_text(cell->evidence)
    };
    return statement_run(
        db,
        "INSERT INTO studyCell (runId, label, feature, provider, paper, correct, "
        "evidence) VALUES (?, ?, ?, LEFT(?, 255), NULLIF(?, -1), NULLIF(?, -1), ?)",
        values, G_N_ELEMENTS(values), NULL, NULL, error);
}

/* May be done twice: what an earlier try left is removed first. */
static bool
write_all(struct db *db, void *self, bool *final, GError **error)
{
    const struct writing *writing = self;
    (void) final;
    if (!remove_rows(db, writing->id, error) || !write_run(db, writing, error))
        return false;
    for (size_t i = 0; i < writing->count; i++)
        if (!write_cell(db, writing->id, &writing->cells[i], error))
            return false;
    return true;
}

bool
study_run_write(struct db *db, const struct study_run *run, const char *content,
                const struct study_cell *cells, size_t count, int64_t *id, GError **error)
{
    struct id_block ids = { .name = "studyRun" };
    g_autoptr(Compressor) compressor = compressor_new(LEVEL);
    g_autoptr(GBytes) packed = compressor_run(compressor, span_of(content));
    struct writing writing = { 0, run, span_of_bytes(packed), cells, count };
    if (writing.packed.len > STUDY_CONTENT_OCTETS_MAX) {
        g_set_error(error, FAULT, FAULT_REJECT, "a run has at most %d octets",
                    STUDY_CONTENT_OCTETS_MAX);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (strlen(cells[i].evidence) <= STUDY_EVIDENCE_OCTETS_MAX)
            continue;
        g_set_error(error, FAULT, FAULT_REJECT, "a cell's evidence has at most %d octets",
                    STUDY_EVIDENCE_OCTETS_MAX);
        return false;
    }
    if (!id_block_reserve_few(db, &ids, 1, error))
        return false;
    writing.id = id_block_next(&ids);
    if (!transaction_run(db, write_all, &writing, error))
        return false;
    *id = writing.id;
    return true;
}

/* ---- removing ---- */

struct removing {
    const int64_t *ids;
    size_t count;
};

static bool
remove_all(struct db *db, void *self, bool *final, GError **error)
{
    const struct removing *removing = self;
    (void) final;
    for (size_t i = 0; i < removing->count; i++) {
        struct value value = value_number(removing->ids[i]);
        g_autoptr(Query) query =
            query_run(db, "SELECT 1 FROM studyRun WHERE runId = ? FOR UPDATE", &value, 1, error);
        if (query == NULL)
            return false;
        if (!query_next(query)) {
            g_set_error(error, FAULT, FAULT_REJECT,
                        "there is no run %" G_GINT64_FORMAT "; nothing was removed",
                        (gint64)removing->ids[i]);
            return false;
        }
        g_clear_pointer(&query, query_free);
        if (!remove_rows(db, removing->ids[i], error))
            return false;
    }
    return true;
}

bool
study_runs_remove(struct db *db, const int64_t *ids, size_t count, GError **error)
{
    struct removing removing = { ids, count };
    return transaction_run(db, remove_all, &removing, error);
}

/* ---- reading ---- */

static const char *
kept(const struct query *query, unsigned column, GStringChunk *text)
{
    const char *cell = query_text(query, column);
    return cell != NULL ? g_string_chunk_insert(text, cell) : NULL;
}

struct study_runs *
study_runs_read(struct db *db, GError **error)
{
    g_autoptr(Query) query =
        query_run(db,
                  "SELECT runId, saved, title, semantics = 'paper', providers, queryLines, mails, "
                  "reports, leftOut FROM studyRun ORDER BY saved DESC, runId DESC "
                  "LIMIT " G_STRINGIFY(STUDY_RUNS_MAX),
                  NULL, 0, error);
    struct study_runs *runs;
    if (query == NULL)
        return NULL;
    runs = g_new0(struct study_runs, 1);
    runs->text = g_string_chunk_new(1024);
    runs->runs = g_new0(struct study_run, query_rows(query) + 1);
    while (query_next(query))
        runs->runs[runs->count++] = (struct study_run){
            .id = query_number(query, 0),
            .saved = kept(query, 1, runs->text),
            .title = kept(query, 2, runs->text),
            .paper = query_number(query, 3) != 0,
            .providers = (uint64_t)query_number(query, 4),
            .query_lines = (uint64_t)query_number(query, 5),
            .mails = (uint64_t)query_number(query, 6),
            .reports = (uint64_t)query_number(query, 7),
            .left_out = (uint64_t)query_number(query, 8),
        };
    return runs;
}

void
study_runs_free(struct study_runs *runs)
{
    if (runs == NULL)
        return;
    g_free(runs->runs);
    g_string_chunk_free(runs->text);
    g_free(runs);
}

/* Columns: label, provider, feature, paper, correct, evidence. */
static struct study_cells *
take_cells(struct query *query)
{
    struct study_cells *cells = g_new0(struct study_cells, 1);
    cells->text = g_string_chunk_new(4096);
    cells->cells = g_new0(struct study_cell, query_rows(query) + 1);
    while (query_next(query))
        cells->cells[cells->count++] = (struct study_cell){
            .label = kept(query, 0, cells->text),
            .provider = kept(query, 1, cells->text),
            .feature = (unsigned)query_number(query, 2),
            .paper = (int)query_number(query, 3),
            .correct = (int)query_number(query, 4),
            .evidence = kept(query, 5, cells->text),
        };
    return cells;
}

struct study_cells *
study_cells_read(struct db *db, int64_t run_id, GError **error)
{
    struct value value = value_number(run_id);
    g_autoptr(Query) query =
        query_run(db,
                  "SELECT label, provider, feature, COALESCE(paper, -1), COALESCE(correct, -1), "
                  "NULL FROM studyCell WHERE runId = ? ORDER BY provider, label, feature",
                  &value, 1, error);
    return query != NULL ? take_cells(query) : NULL;
}

struct study_cells *
study_cell_read(struct db *db, int64_t run_id, const char *label, unsigned feature, GError **error)
{
    struct value values[] = { value_number(run_id), value_text(label), value_number(feature) };
    g_autoptr(Query) query =
        query_run(db,
                  "SELECT label, provider, feature, COALESCE(paper, -1), COALESCE(correct, -1), "
                  "evidence FROM studyCell WHERE runId = ? AND label = ? AND feature = ?",
                  values, G_N_ELEMENTS(values), error);
    return query != NULL ? take_cells(query) : NULL;
}

void
study_cells_free(struct study_cells *cells)
{
    if (cells == NULL)
        return;
    g_free(cells->cells);
    g_string_chunk_free(cells->text);
    g_free(cells);
}

bool
study_content_read(struct db *db, int64_t run_id, GBytes **content, GError **error)
{
    struct value value = value_number(run_id);
    g_autoptr(Query) query =
        query_run(db, "SELECT content FROM studyRun WHERE runId = ?", &value, 1, error);
    if (query == NULL)
        return false;
    *content = NULL;
    if (!query_next(query))
        return true;
    *content =
        decompress((struct span){ query_text(query, 0), query_len(query, 0) }, UNPACKED_MAX, error);
    return *content != NULL;
}
