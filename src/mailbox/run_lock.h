/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_lock - one run at a time a feed, on this machine
 *
 * flock() on NAME.lock in the state folder (state_folder.h): it dies with the process. The file
 * stays; its time is when the lock was taken.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct run_lock;
/* The lock; or NULL. That is no error when *held is true: another run has it, since the time
 * *since (seconds since 1970). Otherwise FAULT_OPERATOR or FAULT_RETRY. `since` and `folder` may
 * be NULL; *folder is the state folder's path, set when the lock was taken or is held, caller
 * frees. */
struct run_lock *run_lock_take(const char *name, bool *held, int64_t *since, char **folder,
                               GError **error);
void run_lock_free(struct run_lock *lock); /* lets go; NULL is allowed */
typedef struct run_lock RunLock;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunLock, run_lock_free)
