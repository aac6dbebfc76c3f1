/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sender - threads that write what is queued in the outbox, and take it to the SMTP server
 *
 * Each has a database connection and an SMTP connection of its own. They look every
 * SENDER_POLL_SECONDS, and when woken. What was put off is tried again after 5 minutes, 10, 20 ...
 * up to 4 hours, and given up after 3 days. When the SMTP server can't be spoken to at all a thread
 * waits before it takes the next (1 s, doubling to a minute).
 * Any number of daemons may do this on one database (store/outbox.h).
 * Errors:  told to the call-back, by any thread; sending goes on.
 * Threads: start and stop from one thread; sender_wake() from any.
 */
#pragma once

#include "base/config.h"

#define SENDER_POLL_SECONDS 3
#define SENDER_STOP_SECONDS 8 /* for the mail in hand */

/* What happened; texts are borrowed until the call returns. */
struct sender_event {
    const char *event;     /* "sent", "deferred", "failed", "unknown", "given-back", "expired",
                              "lost" (its claim was over before it was written),
                              "outbox" (the database failed) */
    const char *reference; /* of the complaint, or NULL */
    unsigned position;     /* of its recipient */
    unsigned code;         /* of the SMTP server, 0: none */
    const char *text;      /* its words, or the reason */
};
typedef void sender_told(const struct sender_event *event);

struct sender;

/* True when the configuration names an SMTP server, and threads to send with. */
bool sender_is_wanted(const struct config *config);
/* `config` is borrowed until sender_stop(). `told` may be NULL. FAULT_OPERATOR when there is no
 * sender address that can be written from, or no thread to be had. */
struct sender *sender_start(const struct config *config, unsigned count, sender_told *told,
                            GError **error);
/* Ends the threads: what is being sent is finished within SENDER_STOP_SECONDS or becomes unknown,
 * what was only claimed is queued again. NULL is allowed. */
void sender_stop(struct sender *sender);
/* There is something new in the outbox. */
void sender_wake(void);

/* Seconds until the next try after `attempts` of them; 0: give up. */
int64_t sender_wait_after(unsigned attempts);
