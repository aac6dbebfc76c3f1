/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/exclusive.h"

#include "base/fault.h"

struct run_lock *
exclusive_take(char **folder, bool *busy, GError **error)
{
    bool held = false;
    struct run_lock *lock = run_lock_take(EXCLUSIVE_NAME, &held, NULL, folder, error);
    if (lock == NULL && held)
        g_set_error(error, FAULT, FAULT_RETRY,
                    "another purge, reparse or repair is at work: wait until it has ended");
    if (busy != NULL)
        *busy = lock == NULL && held;
    return lock;
}
