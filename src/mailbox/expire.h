/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expire - removes old messages from the folder for done ones
 *
 * Old is what arrived before a time: by the file's time in a Maildir, by the server's INTERNALDATE
 * (whole days) on IMAP; both are kept when a message is moved there.
 * Errors:  FAULT_OPERATOR or FAULT_RETRY; what was removed is removed. A folder that is not there
 *          holds nothing.
 * Threads: no state.
 */
#pragma once

#include "mailbox/imap.h"

/* Counts, and unless `dry` removes, the messages of the Maildir++ folder .DONE of `path`. */
bool maildir_expire(const char *path, const char *done, int64_t before, bool dry, uint64_t *count,
                    GError **error);
/* The same for the folder settings->done; its other fields tell how to get there. */
bool imap_expire(const struct imap_settings *settings, int64_t before, bool dry, uint64_t *count,
                 GError **error);
