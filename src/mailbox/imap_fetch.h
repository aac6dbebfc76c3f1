/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imap_fetch - messages by UID: first their sizes, then bodies in ranges of bounded octets
 *
 * While one range is read the next is asked for already, so the line's delay is paid once. A
 * message that the server could not give is asked for again alone; the second time it is
 * delivered as `unreadable`.
 * Limits:  IMAP_RANGE_OCTETS a range unless one message alone is larger; LIMIT_MESSAGE_OCTETS a
 *          message.
 * Threads: one fetch, one thread at a time.
 */
#pragma once

#include "mailbox/imap_session.h"
#include "mailbox/mailbox.h"

#define IMAP_RANGE_OCTETS (8 * 1024 * 1024)
#define IMAP_FLIGHTS 3 /* commands under way: two ranges of bodies, one of sizes */

struct imap_flight {
    char tag[IMAP_TAG_OCTETS];
    bool bodies; /* else sizes */
    uint32_t number;
    guint first; /* messages[first..end) */
    guint end;
};

struct imap_fetch {
    GArray *messages;       /* of struct imap_message, ascending by UID */
    guint sized;            /* sizes are asked for up to here */
    guint next;             /* all before it are done or under way */
    guint left;             /* not done */
    guint abandoned;        /* the line died on them each time */
    uint32_t abandoned_uid; /* one of them, for the error text */
    uint32_t uid_validity;
    char *shown;  /* the folder, for `where` */
    GQueue ready; /* of struct delivery */
    struct imap_flight flights[IMAP_FLIGHTS];
    guint flying;
    uint32_t flight_count;
};
void imap_fetch_init(struct imap_fetch *fetch, const char *shown);
void imap_fetch_clear(struct imap_fetch *fetch);

/* Begins anew with these UIDs (uint32_t, ascending). */
void imap_fetch_start(struct imap_fetch *fetch, uint32_t uid_validity, const GArray *uids);
/* A message that is ready, or NULL; caller owns it. */
struct delivery *imap_fetch_take(struct imap_fetch *fetch);
/* Sends what can be asked for now; with `drain` nothing new. */
bool imap_fetch_ask(struct imap_fetch *fetch, struct imap_session *session, bool drain,
                    GError **error);
/* Reads one response and sorts it in. Only while imap_fetch_is_flying(). */
bool imap_fetch_read(struct imap_fetch *fetch, struct imap_session *session, GError **error);
bool imap_fetch_is_flying(const struct imap_fetch *fetch);
/* The connection broke: what was under way is to be asked for again, the message at which it
 * broke alone. `nonsense`: the server's fault, not the line's. */
void imap_fetch_broke(struct imap_fetch *fetch, bool nonsense);
