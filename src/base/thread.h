/* SPDX-License-Identifier: Apache-2.0 */
/*
 * thread - a thread, or a word that there is none to be had
 *
 * g_thread_new() ends the program where the system has no more.
 */
#pragma once

#include "base/fault.h"

/* NULL with FAULT_RETRY: none is to be had. `name` is static. */
GThread *thread_begin(const char *name, GThreadFunc run, void *self, GError **error);
