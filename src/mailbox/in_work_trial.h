/* SPDX-License-Identifier: Apache-2.0 */
/*
 * in_work_trial - parses one suspect message in a process that may die of it
 *
 * fork() copies only the calling thread, and with it the locks that other threads hold at that
 * instant (GLib's slice allocator has some): so a process with threads must not fork for this.
 * in_work_trials_open() starts a quiet process before there are threads, which forks for each
 * trial. All children die with their parent; none dumps core.
 * Threads: in_work_trial() none; in_work_trials_run() from any, one after the other.
 */
#pragma once

#include <stdbool.h>

#include "base/span.h"

/* The parser. What it returns does not matter here: it lived. */
typedef bool (*in_work_parse)(struct span octets, void *user);

/* True when `parse` came to its end in a child within `seconds`. False with *died: how the child
 * died, for a person; caller frees. False with *died NULL: there was no child (no memory, too many
 * processes): nothing is known. Only for a process with one thread. */
bool in_work_trial(struct span octets, in_work_parse parse, void *user, unsigned seconds,
                   char **died);

struct in_work_trials;
/* Starts the process that forks. Call it before any thread is started. `user` is as it was then.
 * FAULT_RETRY when there is no process to be had. */
struct in_work_trials *in_work_trials_open(in_work_parse parse, void *user, GError **error);
/* As in_work_trial(). */
bool in_work_trials_run(struct in_work_trials *trials, struct span octets, unsigned seconds,
                        char **died);
void in_work_trials_free(struct in_work_trials *trials); /* NULL is allowed */
typedef struct in_work_trials InWorkTrials;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(InWorkTrials, in_work_trials_free)
