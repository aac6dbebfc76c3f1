/* SPDX-License-Identifier: Apache-2.0 */
#include "base/thread.h"

GThread *
thread_begin(const char *name, GThreadFunc run, void *self, GError **error)
{
    g_autoptr(GError) cause = NULL;
    GThread *thread = g_thread_try_new(name, run, self, &cause);
    if (thread == NULL)
        g_set_error(error, FAULT, FAULT_RETRY, "no thread to be had: %s", cause->message);
    return thread;
}
