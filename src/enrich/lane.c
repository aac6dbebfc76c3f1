/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/lane.h"

static void
line_init(struct line *line)
{
    line->first = NULL;
    line->last = &line->first;
}

static struct question *
line_take(struct line *line)
{
    struct question *question = line->first;
    if (question == NULL)
        return NULL;
    line->first = question->next;
    if (line->first == NULL)
        line->last = &line->first;
    question->next = NULL;
    return question;
}

void
lane_init(struct lane *lane, unsigned cap)
{
    *lane = (struct lane){ .cap = MAX(cap, 1) };
    line_init(&lane->waiting);
    line_init(&lane->again);
}

void
lane_wait(struct lane *lane, struct question *question, bool again)
{
    struct line *line = again ? &lane->again : &lane->waiting;
    question->next = NULL;
    *line->last = question;
    line->last = &question->next;
}

struct question *
lane_next(struct lane *lane)
{
    struct question *question;
    if (lane->failure == NULL && !lane_is_silent(lane) && lane->in_flight >= lane->cap)
        return NULL;
    question = line_take(&lane->again);
    return question != NULL ? question : line_take(&lane->waiting);
}

bool
lane_is_silent(const struct lane *lane)
{
    return lane->unanswered >= LANE_SILENT_MAX;
}

void
lane_note(struct lane *lane, const char *silence)
{
    lane->silence = silence;
    lane->unanswered = silence == NULL ? 0 : lane->unanswered + 1;
}

void
lane_wake(struct lane *lane)
{
    lane->unanswered = 0;
}
