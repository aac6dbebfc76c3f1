/* SPDX-License-Identifier: Apache-2.0 */
/*
 * workers - threads that answer requests, each with a state of its own
 *
 * One thread serves only the jobs that are quick, all others serve both kinds, so that a quick one
 * never waits behind slow ones.
 * Threads: any.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct workers;

struct workers_settings {
    unsigned count; /* without the quick one */
    unsigned queue_max;
    void *(*open)(void *closure);
    void (*close)(void *closure, void *state);
    void (*work)(void *closure, void *state, void *job);
    void *closure;
};

/* As many threads as can be had; FAULT_RETRY when not even two can. */
struct workers *workers_new(const struct workers_settings *settings, GError **error);
/* False: the queue is full, or the workers are at their end. */
bool workers_put(struct workers *workers, void *job, bool quick);
void workers_figures(struct workers *workers, unsigned *waiting, unsigned *busy);
/* Waits until nothing waits and nobody works, at most `seconds`; false when time ran out. */
bool workers_drain(struct workers *workers, unsigned seconds);
/* Ends the threads after their jobs. */
void workers_end(struct workers *workers);
/* After workers_end(). */
void workers_free(struct workers *workers);
