/* SPDX-License-Identifier: Apache-2.0 */
/*
 * study_run - tables studyRun and studyCell: what lafayette-study --save kept
 *
 * Verdicts are 1 (yes), 0 (no) and -1 (cannot be said; NULL in the tables).
 * Errors and threads: as db.h.
 */
#pragma once

#include "store/db.h"

#define STUDY_FEATURES 8
#define STUDY_CONTENT_OCTETS_MAX (8 * 1024 * 1024) /* packed; a packet takes 16 MiB by default */
#define STUDY_EVIDENCE_OCTETS_MAX (64 * 1024)
#define STUDY_RUNS_MAX 1000 /* listed */

struct study_cell {
    const char *label;
    const char *provider; /* name for the table */
    unsigned feature;     /* 1 to 8 */
    int paper, correct;
    const char *evidence; /* JSON, see forensic.sql */
};

struct study_run {
    int64_t id;
    const char *saved; /* "2026-01-31 00:00:00", UTC; reading only */
    const char *title;
    bool paper; /* the semantics to show first */
    uint64_t providers, query_lines, mails, reports, left_out;
};

/* Writes a run in one transaction; run->id and run->saved are not looked at. `content` is JSON.
 * FAULT_REJECT: over a limit. */
bool study_run_write(struct db *db, const struct study_run *run, const char *content,
                     const struct study_cell *cells, size_t count, int64_t *id, GError **error);

/* Removes these runs, all or none: FAULT_REJECT names one that is not there. */
bool study_runs_remove(struct db *db, const int64_t *ids, size_t count, GError **error);

/* What was read; texts belong to it. */
struct study_runs {
    struct study_run *runs;
    size_t count;
    GStringChunk *text;
};
/* The newest first. */
struct study_runs *study_runs_read(struct db *db, GError **error);
void study_runs_free(struct study_runs *runs); /* NULL is allowed */
typedef struct study_runs StudyRuns;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StudyRuns, study_runs_free)

struct study_cells {
    struct study_cell *cells; /* `evidence` NULL, unless one cell was asked for */
    size_t count;
    GStringChunk *text;
};
/* All cells of a run, by provider, then feature. None: there is no such run. */
struct study_cells *study_cells_read(struct db *db, int64_t run_id, GError **error);
/* One cell with its evidence, or none. */
struct study_cells *study_cell_read(struct db *db, int64_t run_id, const char *label,
                                    unsigned feature, GError **error);
void study_cells_free(struct study_cells *cells); /* NULL is allowed */
typedef struct study_cells StudyCells;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StudyCells, study_cells_free)

/* The JSON of a run; *content NULL: there is no such run. Caller unrefs. */
bool study_content_read(struct db *db, int64_t run_id, GBytes **content, GError **error);
