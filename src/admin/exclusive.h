/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exclusive - one purge, reparse or repair at a time on this machine
 *
 * Those of other machines are kept apart by the database (store/sweep_mark.h). Ingesters and the
 * web go on meanwhile. Threads: no state.
 */
#pragma once

#include "mailbox/run_lock.h"

#define EXCLUSIVE_NAME "maintenance"

/* The lock, or NULL with FAULT_RETRY when another one is at work; *folder (may be NULL) is the
 * state folder, caller frees. */
struct run_lock *exclusive_take(char **folder, GError **error);
