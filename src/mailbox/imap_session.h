/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imap_session - one connection with its folder selected, and what server and folder can do
 *
 * Errors:  FAULT_OPERATOR (refused, no such folder, no right to change it) or FAULT_RETRY.
 * Threads: one session, one thread at a time.
 */
#pragma once

#include "mailbox/imap_command.h"

struct imap_session {
    struct imap_commands commands;
    bool can_move;
    bool can_uidplus;
    bool can_esearch;
    bool can_namespace;
    bool keyword_is_kept; /* PERMANENTFLAGS has it, or \* */
    bool read_only;
    bool has_validity;
    uint32_t uid_validity;
    uint32_t exists;
};
typedef struct imap_session ImapSession;

struct imap_folder {   /* what to select; all borrowed */
    const char *name;  /* modified UTF-7 */
    const char *shown; /* for error texts */
    const char *keyword;
    bool examine; /* read only: nothing of it can change */
};
/* Takes the connection over, also on failure. */
bool imap_session_open(struct imap_session *session, struct imap_connection *connection,
                       const struct imap_folder *folder, GError **error);
bool imap_session_is_open(const struct imap_session *session);
/* Drops the line; harmless when closed. */
void imap_session_close(struct imap_session *session);
/* Says LOGOUT and drops the line. */
void imap_session_leave(struct imap_session *session);

/* Sees to it that the folder is there, creating it where needed. Returns its name as the server
 * wants it (the personal namespace's prefix may have come before it); caller frees. */
char *imap_session_folder(struct imap_session *session, const char *name, GError **error);
