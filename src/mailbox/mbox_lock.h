/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mbox_lock - keeps delivery agents out of an mbox file while it is looked at or taken away
 *
 * Both ways that delivery agents use: fcntl, and FILE.lock beside it. Threads: no shared state.
 */
#pragma once

#include <stdbool.h>

#include <glib.h>

/* Waits until nobody is delivering into `fd`, an open file, by taking and dropping a shared fcntl
 * lock, and until name.lock is gone. FAULT_RETRY after `wait_ms`. */
bool mbox_lock_quiet(int folder, const char *name, int fd, unsigned wait_ms, GError **error);
/* Takes both locks; `fd` must be open for writing. A name.lock older than five minutes was left by
 * a program that died, and is taken over. FAULT_RETRY after `wait_ms`, FAULT_OPERATOR when the
 * folder lets nobody make name.lock. */
bool mbox_lock_take(int folder, const char *name, int fd, unsigned wait_ms, GError **error);
/* Removes name.lock; the fcntl lock goes when `fd` is closed. */
void mbox_lock_drop(int folder, const char *name);
