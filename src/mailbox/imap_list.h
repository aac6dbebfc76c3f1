/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imap_list - the UIDs of the messages to be fetched (RFC 3501, 6.4.4; RFC 4731)
 *
 * One UID SEARCH, answered as ranges where the server can (100,000 messages in a row are eleven
 * octets), else as numbers. Folders of more than IMAP_LIST_WINDOW messages are asked in pieces.
 * Threads: one session, one thread at a time.
 */
#pragma once

#include "mailbox/imap_session.h"

#define IMAP_LIST_WINDOW 1000000

/* Appends, ascending and each once, the UIDs (uint32_t) of messages that are not \Deleted and do
 * not carry `unkeyword` (NULL: whatever they carry). */
bool imap_list(struct imap_session *session, const char *unkeyword, GArray *uids, GError **error);
/* Appends the UIDs of messages that are \Deleted, in whatever order. */
bool imap_list_deleted(struct imap_session *session, GArray *uids, GError **error);
/* Appends, as imap_list() does, the UIDs of messages that arrived on a day (UTC) before that of
 * `when`. */
bool imap_list_before(struct imap_session *session, int64_t when, GArray *uids, GError **error);
