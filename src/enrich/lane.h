/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lane - a cap of questions in flight and the lines of those that wait; seen by resolver only
 *
 * Groups:  names of a shared lane stand in groups that are one organisation's (registrable domain,
 *          reverse zone); these take turns, so that no one's names are in another's way. How many
 *          of a group may be in flight grows with its answers from LANE_GROUP_FIRST to the lane's
 *          cap, and is halved when one is missing. A lane that is not shared is one group.
 * Silence: a group of which LANE_GROUP_SILENT_MAX (not shared: LANE_SILENT_MAX) questions in a row
 *          had no answer is silent: the rest of its line need not wait for as many time-outs. A
 *          shared lane of which LANE_SILENT_MAX groups had none since the last answer is suspect:
 *          anybody can send us names of dead domains, so the resolver is asked for something that
 *          no sender of names has a hand in before all are given up.
 * Memory:  the groups of a run; silent ones until lane_free(), up to LANE_GROUPS_KEPT_MAX.
 * Threads: one lane, one thread.
 */
#pragma once

#include "enrich/question.h"

#define LANE_SILENT_MAX 100
#define LANE_GROUP_FIRST 20
#define LANE_GROUP_SILENT_MAX 20
#define LANE_GROUP_AGAIN 3 /* questions by which a silent group is tried anew */
#define LANE_GROUPS_KEPT_MAX 10000

struct lane;

struct lane *lane_new(unsigned cap, bool shared);
void lane_free(struct lane *lane); /* NULL is allowed; no question may be in it */

/* Into the line of its group; `again`: its next try is due, before those that wait. */
void lane_wait(struct lane *lane, struct question *question, bool again);
/* The next question to be asked, or NULL: none waits, or no cap allows one, or the lane is suspect.
 * When *refusal is not NULL it is not to be asked, and says why. Else it is in flight until
 * lane_end(). */
struct question *lane_next(struct lane *lane, const char **refusal);
/* Any that waits, not to be asked; NULL: none, once nothing is in flight. */
struct question *lane_drop(struct lane *lane);
/* It is not in flight any more. */
void lane_end(struct lane *lane, const struct question *question);
/* A question was settled. NULL: some server said something; else why none did. */
void lane_note(struct lane *lane, const struct question *question, const char *silence);

/* Nothing more is asked; `failure` is static. The first one stays. */
void lane_close(struct lane *lane, const char *failure);
const char *lane_failure(const struct lane *lane); /* NULL: it is not closed */

bool lane_is_suspect(const struct lane *lane);
/* What the resolver said to the question that tells. NULL: something; else why nothing came: the
 * lane is silent then, unless some other answer came meanwhile. */
void lane_judge(struct lane *lane, const char *silence);

/* A run begins: what was silent is tried anew. */
void lane_wake(struct lane *lane);
/* A run has ended, and nothing waits: forgets groups that are not silent. */
void lane_rest(struct lane *lane);
