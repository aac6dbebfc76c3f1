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

/* The lock, or NULL with *error set; *busy (may be NULL): because another one is at work, then it
 * is FAULT_RETRY. *folder (may be NULL) is the state folder, caller frees. */
struct run_lock *exclusive_take(char **folder, bool *busy, GError **error);
