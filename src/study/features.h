/* SPDX-License-Identifier: Apache-2.0 */
/*
 * features - F1 to F8 of each provider, in both semantics, with what decided them
 *
 *  F1 looks up the DMARC record    F5 asks whether an outside address agreed (EDV, RFC 7489, 7.1)
 *  F2 shows the DMARC result       F6 reports to an outside address that agreed
 *  F3 sends aggregate reports      F7 refrains when EDV fails
 *  F4 sends failure reports        F8 obeys the address that the EDV record gives instead
 *
 * Paper: what the published notebook computes, its oddities included. Correct: what it meant:
 * reports count for their provider and their policy domain. A cell is null where nothing can be
 * said: an input was not read, or F6 to F8 of one who sends no reports at all.
 * Owns: all; features_free(). Threads: no shared state.
 */
#pragma once

#include "study/study.h"

#define FEATURES 8
#define SEMANTICS 2
#define FEATURES_REPORT_LISTS 5

enum semantics { PAPER, CORRECT };
enum answer { ANSWER_NO, ANSWER_YES, ANSWER_NULL };

struct cell {
    enum answer verdict;
    char *reason;
};

struct feature_row {
    char *name, *label;
    struct cell cells[SEMANTICS][FEATURES];
    GPtrArray *evidence[FEATURES]; /* of struct evidence */
};

struct features {
    GPtrArray *rows; /* of struct feature_row *, in order of name */
    /* The notebook's lists of who sent to which mailbox: names in order of appearance. */
    GPtrArray *lists[FEATURES_REPORT_LISTS];
};

/* "F1" ...; "looks up the DMARC record" ... */
extern const char *const feature_names[FEATURES];
extern const char *const feature_words[FEATURES];
extern const char *const semantics_names[SEMANTICS];
extern const char *const report_list_names[FEATURES_REPORT_LISTS];

/* After study_join(). */
struct features *features_of(const struct study *study);
void features_free(struct features *features); /* NULL is allowed */
typedef struct features Features;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Features, features_free)

/* By name or label, any case; NULL: none. */
const struct feature_row *features_row(const struct features *features, const char *provider);
/* 0 to 7, or -1. */
int feature_index(const char *name);
