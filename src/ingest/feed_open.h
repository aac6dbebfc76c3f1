/* SPDX-License-Identifier: Apache-2.0 */
/* feed_open - the mailbox that a feed of the configuration names */
#pragma once

#include "base/config.h"
#include "ingest/known_uids.h"
#include "mailbox/imap.h"

/* What the feed asks to be done with a stored message. */
enum settle feed_settle(const struct config_feed *feed);
/* How to reach the feed's server; borrowed from both. */
struct imap_settings feed_imap_settings(const struct config_feed *feed, struct known_uids *known);
/* Opens the feed's Maildir, mbox, folder or IMAP folder. `known` (IMAP) tells which UIDs the
 * database has; it may be NULL and outlives the mailbox. NULL: FAULT_OPERATOR or FAULT_RETRY. */
struct mailbox *feed_open(const struct config_feed *feed, struct known_uids *known, GError **error);
