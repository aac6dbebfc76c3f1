/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imap_settle - moves, marks or deletes by ranges of UIDs what was stored (RFC 6851, 4315)
 *
 * Only UIDs that were added are ever touched: EXPUNGE without a set (servers without UIDPLUS) is
 * sent only when every \Deleted message of the folder is one of ours.
 * Errors:  when the line breaks (the session's commands say so), or when the server refuses; what
 *          was not confirmed stays noted, and doing it twice is harmless.
 * Threads: one settler, one thread at a time.
 */
#pragma once

#include "mailbox/imap_session.h"
#include "mailbox/mailbox.h"

#define IMAP_SETTLE_AT_ONCE 2000

enum imap_way {
    IMAP_WAY_KEEP,
    IMAP_WAY_MOVE,         /* UID MOVE */
    IMAP_WAY_COPY,         /* UID COPY, \Deleted, UID EXPUNGE */
    IMAP_WAY_COPY_EXPUNGE, /* the same with a plain EXPUNGE */
    IMAP_WAY_KEYWORD,
    IMAP_WAY_DELETE, /* \Deleted, UID EXPUNGE */
    IMAP_WAY_DELETE_EXPUNGE
};

struct imap_pile { /* messages of one outcome */
    enum imap_way way;
    char *folder;    /* modified UTF-7, as asked for; NULL for none */
    char *real_name; /* as the server has it, once found */
    GArray *uids;    /* uint32_t, not yet settled */
};

struct imap_settler {
    enum settle settle;
    char *keyword;
    struct imap_pile stored;
    struct imap_pile quarantined; /* its folder is NULL: as stored */
    GArray *flagged;              /* ours, \Deleted, still to be expunged */
    guint left_flagged;           /* ours that stay so, because others' stand beside them */
};

/* Folder names are UTF-8; FAULT_OPERATOR when one of them, or the keyword, cannot be written in
 * IMAP. `quarantine` may be NULL. Clear it in either case. */
bool imap_settler_init(struct imap_settler *settler, enum settle settle, const char *done,
                       const char *quarantine, const char *keyword, GError **error);
void imap_settler_clear(struct imap_settler *settler);
/* Chooses the way by what this session's server can. Returns what is done instead of what was
 * asked, for the log, or NULL (static text). */
const char *imap_settler_plan(struct imap_settler *settler, const struct imap_session *session);
/* Finds or makes the folder for stored messages. */
bool imap_settler_prepare(struct imap_settler *settler, struct imap_session *session,
                          GError **error);
/* Whether messages with the keyword are done with. */
bool imap_settler_marks(const struct imap_settler *settler);
void imap_settler_add(struct imap_settler *settler, uint32_t uid, enum outcome outcome);
/* How many wait. */
guint imap_settler_waiting(const struct imap_settler *settler);
/* Forgets those that wait: their UIDs mean nothing any more. */
void imap_settler_forget(struct imap_settler *settler);
/* Settles all that wait. No other command may be under way. */
bool imap_settler_run(struct imap_settler *settler, struct imap_session *session, GError **error);
