/* SPDX-License-Identifier: Apache-2.0 */
/*
 * folder - all messages in the files below a folder, or in one file
 *
 * Regular files in order of name; what lies below a sub-folder comes in its place. A sub-folder
 * with cur/ and new/ is read as a Maildir. A file is an mbox when it begins with a From_ line,
 * unless its name ends in .eml: that is one message, and loses the line. Left out: hidden names,
 * symbolic links, FIFOs and devices, tmp/ beside cur/ or new/, the folder for done ones.
 * What cannot be opened is told as a delivery with `unreadable`, and the rest is read.
 * SETTLE_MOVE renames into the folder for done ones at the top; SETTLE_DELETE unlinks. A file that
 * has changed since it was read is left alone. Maildir and mbox: see there.
 * Limits: folders 64 deep.
 */
#pragma once

#include "mailbox/mailbox.h"

#define FOLDER_DONE "Done" /* where nothing else is configured */

/* `root` is taken over on success. `where` is its name for people. `done` is the folder for done
 * ones, left out when reading; NULL: none, nothing is moved. */
struct mailbox *folder_open(int root, const char *where, const char *done, enum settle settle,
                            GError **error);
/* The same for the one file `name` in `root`. */
struct mailbox *folder_open_file(int root, const char *name, const char *where, const char *done,
                                 enum settle settle);
