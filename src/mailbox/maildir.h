/* SPDX-License-Identifier: Apache-2.0 */
/*
 * maildir - the messages of cur/ and new/ of a Maildir, in order of name
 *
 * SETTLE_MOVE renames a message into the Maildir++ folder .DONE/cur/NAME:2,S (made when missing;
 * its other flags stay), SETTLE_DELETE unlinks it. What was moved or removed by others meanwhile is
 * passed over: it is still in the mailbox for the next run, or already where it belongs.
 * A file that is no regular file is told as unreadable and never touched.
 */
#pragma once

#include "mailbox/mailbox.h"

/* True when `folder` holds cur/ and new/. */
bool maildir_is_one(int folder);
/* `root` is borrowed until mailbox_free(), `path` is the Maildir below it ("" for root itself),
 * `where` its name for people, `done` the folder for SETTLE_MOVE, without the dot; all copied. */
struct mailbox *maildir_open(int root, const char *path, const char *where, const char *done,
                             enum settle settle, GError **error);
/* Closes its files until they are needed again; for folders of many Maildirs. */
void maildir_rest(struct mailbox *mailbox);
/* From now on mailbox_free() closes the root. */
void maildir_own_root(struct mailbox *mailbox);
