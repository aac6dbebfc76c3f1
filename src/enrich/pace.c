/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/pace.h"

#include <glib.h>

#define SECOND_US 1000000
/* A quarter more each round; twice as much is over the edge before it is seen. */
#define GROWTH 4
/* A measure takes as many answers, and as long as one of them waited. */
#define MEASURE_ANSWERS 32
/* What was measured longer ago says nothing about now. */
#define MEASURE_US 200000
/* How long the quickest answer is remembered, and at most twice that. */
#define QUICK_US (10 * SECOND_US)

static void
begin_measure(struct pace *pace, int64_t now_us)
{
    pace->begun_us = now_us;
    pace->answers = 0;
    pace->least_us = INT64_MAX;
}

void
pace_begin(struct pace *pace, int64_t now_us)
{
    *pace = (struct pace){ .credit = PACE_BURST,
                           .passed_us = now_us,
                           .quick_us = { INT64_MAX, INT64_MAX },
                           .quick_at = now_us };
    begin_measure(pace, now_us);
}

static void
give(struct pace *pace, unsigned credit)
{
    pace->credit = MIN(pace->credit + credit, PACE_BURST);
}

void
pace_pass(struct pace *pace, int64_t now_us)
{
    int64_t passed_us = now_us - pace->passed_us;
    int64_t credit = MIN(passed_us, SECOND_US) * PACE_SECOND / SECOND_US;
    if (now_us - pace->begun_us > MEASURE_US) {
        pace->queue = pace->debt = 0;
        begin_measure(pace, now_us);
    }
    if (credit == 0)
        return;
    pace->passed_us = now_us;
    if (pace->queue <= PACE_QUEUE_MAX)
        give(pace, (unsigned)credit);
}

bool
pace_allows(const struct pace *pace)
{
    return pace->credit > 0;
}

void
pace_sent(struct pace *pace)
{
    if (pace->credit > 0)
        pace->credit--;
}

static void
note_quick(struct pace *pace, int64_t now_us, int64_t waited_us)
{
    if (now_us - pace->quick_at > QUICK_US) {
        pace->quick_us[1] = pace->quick_us[0];
        pace->quick_us[0] = INT64_MAX;
        pace->quick_at = now_us;
    }
    pace->quick_us[0] = MIN(pace->quick_us[0], waited_us);
    pace->least_us = MIN(pace->least_us, waited_us);
}

static void
end_measure(struct pace *pace, int64_t now_us)
{
    int64_t over_us = pace->least_us - MIN(pace->quick_us[0], pace->quick_us[1]);
    pace->queue = (unsigned)(pace->answers * over_us / (now_us - pace->begun_us));
    pace->debt = pace->queue > PACE_QUEUE_MAX ? pace->queue - PACE_QUEUE_MAX : 0;
    begin_measure(pace, now_us);
}

void
pace_answered(struct pace *pace, int64_t now_us, int64_t waited_us)
{
    note_quick(pace, now_us, MAX(waited_us, 0));
    if (pace->debt > 0)
        pace->debt--;
    else
        give(pace, pace->queue <= PACE_QUEUE_MAX / 2 && pace->answers % GROWTH == 0 ? 2 : 1);
    if (++pace->answers >= MEASURE_ANSWERS && now_us - pace->begun_us > pace->least_us)
        end_measure(pace, now_us);
}
