/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upgrade_mails - all mails of the original, by several threads with a connection each
 *
 * Errors:  as db.h: the first one of any thread; the others end with their chunk.
 * Threads: called by one thread, which waits, and is the one that `progress` is called by.
 */
#pragma once

#include "store/upgrade_dictionary.h"
#include "store/upgrade_mail.h"

#define UPGRADE_THREADS_MAX 8

/* Does what is left. `threads` is 1 at least. */
bool upgrade_mails_run(struct db *db, const struct db_settings *settings,
                       const struct upgrade_mail_shared *shared, unsigned threads,
                       upgrade_progress *progress, void *self, GError **error);
