/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pace - when the next question may be sent, so that no queue on its way overflows; seen by
 * resolver only
 *
 * A server takes what its socket's buffer holds, often 200 questions by UDP, and drops the rest
 * unseen. A cap of questions in flight can't help: most of those may be on the way, or lost.
 * Credit:  each question costs one. An answer gives one back, every fourth two while the queue is
 *          short, some none while it is long. PACE_SECOND a second come by themselves, unless it is
 *          long, for those that get no answer. No more than PACE_BURST are saved.
 * Queue:   answers a second, times what the quickest of them waited longer than the quickest of the
 *          last seconds (Little's law; the quickest, because a resolver has reasons of its own to
 *          be slow).
 * Time:    microseconds of clock_monotonic_us(). Cost: none. No allocation, no errors.
 * Threads: one pace, one thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define PACE_BURST 100
#define PACE_QUEUE_MAX 64
#define PACE_SECOND 500

struct pace {
    unsigned credit, debt;         /* debt: answers that give none */
    int64_t passed_us;             /* up to which time has given its credit */
    int64_t quick_us[2], quick_at; /* the quickest answer since quick_at, and in the time before */
    int64_t begun_us, least_us;    /* of what is measured now: since when, the quickest */
    unsigned answers, queue;       /* since then; what was measured last */
};

void pace_begin(struct pace *pace, int64_t now_us);
/* Time passes. */
void pace_pass(struct pace *pace, int64_t now_us);
bool pace_allows(const struct pace *pace);
void pace_sent(struct pace *pace);
/* An answer by UDP, waited_us after its question. */
void pace_answered(struct pace *pace, int64_t now_us, int64_t waited_us);
