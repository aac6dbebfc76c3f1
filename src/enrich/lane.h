/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lane - a cap of questions in flight and the line of those that wait; seen by resolver only
 *
 * A lane whose last LANE_SILENT_MAX questions all ended without any answer is silent: the rest need
 * not wait for as many time-outs. Threads: one lane, one thread.
 */
#pragma once

#include "enrich/question.h"

#define LANE_SILENT_MAX 100

struct line {
    struct question *first, **last;
};

struct lane {
    unsigned cap, in_flight;
    struct line waiting;
    struct line again;   /* whose next try is due; before those that wait */
    const char *silence; /* why the last question had no answer */
    unsigned unanswered; /* questions in a row */
    const char *failure; /* NULL, or why nothing is asked any more */
};

void lane_init(struct lane *lane, unsigned cap);
void lane_wait(struct lane *lane, struct question *question, bool again);
/* The next question to be asked, or NULL: none waits, or the cap is reached. A lane that has a
 * `failure` or is silent gives all that wait. */
struct question *lane_next(struct lane *lane);
bool lane_is_silent(const struct lane *lane);
/* A question ended. NULL: some server said something; else why none did. */
void lane_note(struct lane *lane, const char *silence);
/* A silent lane is tried anew. */
void lane_wake(struct lane *lane);
