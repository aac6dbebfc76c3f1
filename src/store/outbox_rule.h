/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outbox_rule - may this recipient be written to now?
 *
 * In:      a row of the outbox and what the database has of others; to be asked inside the
 *          transaction that claims, behind the lock that claims of all daemons take in turn.
 * Order:   our own addresses and domains, opt-outs, quiet period, caps of the contact, caps of all.
 * Counted: what is being sent, was sent, or may have been (sent, bounced, unknown). A row's time is
 *          when its answer came, which is not before it was delivered; so no hour or day ever has
 *          more deliveries than the cap.
 * Errors, threads: as db.h.
 */
#pragma once

#include "store/outbox.h"

struct outbox_candidate {
    int64_t complaint_id;
    unsigned position;
    char *address;
    bool copy;
    char *source_ip; /* octets */
    size_t source_ip_len;
    char *host;
    int64_t asn; /* 0: not known */
    bool forced;
    char *form;
    bool written; /* its message is there */
};

enum outbox_ruling {
    RULING_SEND,
    RULING_REFUSE,        /* never */
    RULING_LATER,         /* this row, not before `until` */
    RULING_LATER_CONTACT, /* nor anything else to this address */
    RULING_LATER_ALL      /* nor anything else to any contact */
};

struct outbox_verdict {
    enum outbox_ruling ruling;
    char reason[256]; /* unless it is sent */
    int64_t until;
};

bool outbox_rule(struct db *db, const struct outbox_caps *caps,
                 const struct outbox_candidate *candidate, int64_t now,
                 struct outbox_verdict *verdict, GError **error);
/* True when claims of two daemons must take turns for the caps' sake. */
bool outbox_rule_counts(const struct outbox_caps *caps);
