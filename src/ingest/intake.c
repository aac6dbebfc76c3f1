/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/intake.h"

#include "base/clock.h"

struct intake {
    GMutex lock;
    GCond moved;
    uint64_t stored; /* how often */
    int64_t ended_us;
};

struct intake *
intake_new(void)
{
    struct intake *intake = g_new0(struct intake, 1);
    g_mutex_init(&intake->lock);
    g_cond_init(&intake->moved);
    return intake;
}

void
intake_free(struct intake *intake)
{
    if (intake == NULL)
        return;
    g_mutex_clear(&intake->lock);
    g_cond_clear(&intake->moved);
    g_free(intake);
}

void
intake_stored(struct intake *intake)
{
    g_mutex_lock(&intake->lock);
    intake->stored++;
    g_cond_broadcast(&intake->moved);
    g_mutex_unlock(&intake->lock);
}

void
intake_end(struct intake *intake)
{
    g_mutex_lock(&intake->lock);
    if (intake->ended_us == 0)
        intake->ended_us = clock_monotonic_us();
    g_cond_broadcast(&intake->moved);
    g_mutex_unlock(&intake->lock);
}

bool
intake_wait(struct intake *intake, uint64_t *seen)
{
    bool goes_on;
    g_mutex_lock(&intake->lock);
    while (intake->ended_us == 0 && intake->stored == *seen)
        g_cond_wait(&intake->moved, &intake->lock);
    *seen = intake->stored;
    goes_on = intake->ended_us == 0;
    g_mutex_unlock(&intake->lock);
    return goes_on;
}

int64_t
intake_ended_us(struct intake *intake)
{
    int64_t ended_us;
    g_mutex_lock(&intake->lock);
    ended_us = intake->ended_us;
    g_mutex_unlock(&intake->lock);
    return ended_us;
}
