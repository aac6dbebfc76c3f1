/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imap - one folder of an IMAP server as a mailbox (RFC 3501, 4315, 4731, 6851, 7628)
 *
 * libcurl connects, does TLS and logs in; the commands behind that are our own, because a URL
 * fetch sets \Seen and costs a round trip a mail. Each session's tags are random and literals are
 * counted, so no octets of a mail can pass for an answer of the server.
 *
 * Gives:   messages that are not \Deleted and do not carry the keyword, each UID once, in UID
 *          order but for those that had to be asked for again. received_date is INTERNALDATE.
 *          BODY.PEEK[]: fetching leaves \Seen alone.
 * Settles: settle() only notes the UID; it is carried out in ranges between two fetches and in
 *          finish(). UIDs of another UIDVALIDITY are dropped (the ledger knows those mails).
 * Broken:  a lost line is taken up again at the next host of the list, with growing waits, and
 *          the UIDs not yet delivered are asked for anew. A message on which the server errs each
 *          time is delivered as `unreadable`; one on which the line dies each time is left, and
 *          the last next() says so with FAULT_RETRY.
 * Limits:  LIMIT_MESSAGE_OCTETS a message (larger ones are `unreadable` and not downloaded); about
 *          that much memory, and 24 octets a message of the folder.
 * Threads: one mailbox, one thread at a time. The program must ignore SIGPIPE.
 */
#pragma once

#include "mailbox/mailbox.h"

enum imap_tls {
    IMAP_TLS,      /* from the first octet */
    IMAP_STARTTLS, /* obligatory: without it nothing is sent */
    IMAP_PLAIN     /* refused unless every host is a loopback address */
};

/* Strings are copied by mailbox_open_imap(); NULL or 0 takes the default. */
struct imap_settings {
    const char *host; /* comma list, tried in turn: name, 192.0.2.1, [2001:db8::1], each
                       * with :port where it differs */
    uint16_t port;    /* 993, or 143 without IMAP_TLS */
    const char *user;
    const char *password;      /* or one of the next two */
    const char *token_file;    /* OAuth2 access token (XOAUTH2, OAUTHBEARER): first line of it */
    const char *token_command; /* prints the token; split like a shell does, run without one */
    enum imap_tls tls;
    const char *ca_file; /* PEM; default: the system's */
    bool unverified;     /* take any certificate */
    const char *folder;  /* UTF-8; INBOX */
    enum settle settle;
    const char *done;         /* for SETTLE_MOVE; Done; made when missing */
    const char *quarantine;   /* for OUTCOME_QUARANTINED, made when first needed; Quarantine with
                               * MOVE and DELETE, else such a message is treated as a stored one */
    const char *keyword;      /* for SETTLE_KEYWORD; $Ingested */
    unsigned connect_seconds; /* until logged in; 20 */
    unsigned idle_seconds;    /* without one octet from the server; 120 */
    /* Asked for each message before anything is downloaded, only where messages stay in the folder
     * unmarked (SETTLE_KEEP, or a server that keeps no keywords): true leaves it out. NULL: none.
     */
    bool (*is_known)(void *closure, uint32_t uid_validity, uint32_t uid);
    /* One line for the log: reconnected, servers that cannot do what was asked. NULL: none. */
    void (*note)(void *closure, const char *line);
    void *closure;
};

/* Logs in, selects the folder and lists its messages. Where the server cannot do what `settle`
 * asks: MOVE is COPY and UID EXPUNGE, else the keyword, else COPY and EXPUNGE (the last only when
 * no one else's message is \Deleted); KEYWORD becomes KEEP; note() says so.
 * NULL with FAULT_OPERATOR (settings, certificate, user or password refused, no such folder) or
 * FAULT_RETRY (server away). Free with mailbox_free(). */
struct mailbox *mailbox_open_imap(const struct imap_settings *settings, GError **error);
