/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sender_parts - what the sender's threads share, and how it comes out of the configuration
 *
 * Threads: read-only once they run, but for what is marked.
 */
#pragma once

#include "complaint/sender.h"
#include "complaint/smtp_submit.h"
#include "store/outbox.h"

struct sender {
    const struct config *config;
    sender_told *told;
    struct outbox_caps caps;
    GPtrArray *own; /* of const char *, for the caps */
    char **own_domains;
    struct smtp_settings smtp;
    char *smtp_host;
    char *from; /* the bare address of [web] reportSender */
    struct db_settings db;
    GThread **threads;
    unsigned count;
    gint stopping;     /* atomic */
    gint64 stop_us;    /* set before `stopping` */
    gint64 expired_us; /* when leases were last looked at; behind the lock of the wakes */
};

/* Fills server, caps, addresses and database from sender->config, which is set. FAULT_OPERATOR. */
bool sender_set_up(struct sender *sender, GError **error);

/* The message of a claimed job, in job->rest: what is stored, or what is written and stored now.
 * *held false: the claim is gone meanwhile, nothing may be sent. FAULT_REJECT: it can't be written,
 * and why; FAULT_RETRY: not now. `ids` of "rawMessage", of this thread. */
bool sender_write(struct db *db, struct id_block *ids, const struct config *config,
                  struct outbox_job *job, bool *held, GError **error);
