/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outbox - complaints and what became of them, recipient by recipient
 *
 * States (decisions.md 31a): queued, deferred (tried, again at nextTry), writing (claimed, with a
 * lease, its message is not there yet: nothing was sent), sending (claimed, with a lease, its
 * message is there), sent, failed, unknown (DATA was sent, no answer came, or the lease is over: a
 * person decides), refused (by an opt-out or a cap's rule, never tried), cancelled, bounced.
 * Claiming is a transaction of its own with a unique claim, and so is the writing of the message,
 * which ends with the claim confirmed; both are committed before anything is sent. So two daemons
 * never send the same twice, what a dead one was sending becomes unknown, what a dead one was
 * writing is queued again, and what was sent can be shown octet by octet.
 * A complaint has one message a form: what contacts wish (enrich/contact_wish.h) as a text, which
 * is opaque here, "" for the usual one.
 * Errors, threads: as db.h.
 */
#pragma once

#include "base/ip.h"
#include "store/db.h"
#include "store/id_block.h"

#define OUTBOX_CLAIM_OCTETS 16
#define OUTBOX_LEASE_SECONDS 300

struct outbox_recipient {
    const char *address; /* checked */
    const char *role;    /* "contact", "copy" */
    const char *origin;  /* "asn", "person", "file", "rdap", "abusix", "typed", "config" */
    const char *form;    /* NULL is "" */
};

struct outbox_message {
    const char *form;
    const char *message_id, *subject;
    GBytes *rest; /* complaint/arf_message.h */
};

struct outbox_complaint {
    const char *reference;
    const char *feedback_type; /* "fraud", "abuse", "virus" */
    struct ip source_ip;
    uint32_t asn;
    const char *host; /* of the first reportable URL, for the quiet period; may be NULL */
    uint32_t incidents;
    const struct outbox_message *messages; /* those written already; the sender writes the others */
    size_t message_count;
    const int64_t *email_ids;
    size_t email_count;
    const struct outbox_recipient *recipients;
    size_t recipient_count;
    bool forced; /* a person said so against the quiet period */
};

struct outbox_order {
    const char *who;
    int64_t draft_id, user_id; /* the draft that is used up, and whose it is; 0: there is none */
};

/* All of them, or none, in one transaction; *first_id of consecutive ids. FAULT_REJECT also when
 * the draft is not there any more: somebody was quicker. */
bool outbox_put(struct db *db, const struct outbox_order *order,
                const struct outbox_complaint *complaints, size_t count, int64_t *first_id,
                GError **error);

/* What contacts are to bear; copies go to ourselves and are not counted. Counted is what was, or
 * may have been, delivered within the last hour or day. */
struct outbox_caps {
    unsigned an_hour, a_day;                 /* of all; 0: no cap */
    unsigned contact_an_hour, contact_a_day; /* to one address */
    unsigned quiet_hours;                    /* (address, source IP, host) not again before */
    const char *const *own;   /* our addresses, NULL-terminated, or NULL: no contact is one of them;
                               "bounces@example.com" stands for "bounces+...@example.com", too */
    char *const *own_domains; /* no contact is in or below one of them; the same */
};

struct outbox_job {
    int64_t complaint_id;
    unsigned position;
    unsigned char claim[OUTBOX_CLAIM_OCTETS];
    char *reference;
    char *address;
    char *to; /* of the To field: all contacts of this form for a contact, else the address */
    char *form;
    GBytes *rest;      /* NULL: it is to be written, outbox_write() */
    unsigned attempts; /* before this one */
};

/* Claims the next one that may be sent now within the caps; on the way those that may never be sent
 * become refused, and those that a cap holds back get a later nextTry. False without *error: none.
 */
bool outbox_claim(struct db *db, const struct outbox_caps *caps, struct outbox_job *job,
                  GError **error);
void outbox_job_clear(struct outbox_job *job);

struct outbox_text { /* owned */
    char *message_id, *subject;
    GBytes *rest;
};
/* Composes the message of a job, inside a transaction; asked again when that is replayed. False
 * with FAULT_REJECT: it can't be written, ever. */
typedef bool outbox_compose(struct db *db, void *user, const struct outbox_job *job,
                            struct outbox_text *text, GError **error);
/* Stores the message of a claimed job, unless another has stored it meanwhile, makes the row
 * "sending" with a new lease, and commits; job->rest is what may be sent then. *held false: the
 * claim is somebody else's now, nothing may be sent. `ids` of "rawMessage", of this thread. */
bool outbox_write(struct db *db, struct id_block *ids, struct outbox_job *job,
                  outbox_compose *compose, void *user, bool *held, GError **error);
/* A claimed job gets another form; it is to be written, or may be there already. */
bool outbox_reform(struct db *db, struct outbox_job *job, const char *form, GError **error);

enum outbox_end {
    OUTBOX_SENT,
    OUTBOX_DEFERRED,
    OUTBOX_FAILED,
    OUTBOX_UNKNOWN,
    OUTBOX_RELEASED /* was not tried: queued again, as if never claimed */
};
#define OUTBOX_TEXT_CHARS 512
/* What became of a claimed one; only while the claim holds, or when its lease was over meanwhile
 * and nobody has decided yet; else nothing is changed. `next_try` for OUTBOX_DEFERRED; `smtp_code`
 * 0: none. SENT also marks its mails as reported. */
bool outbox_settle(struct db *db, const struct outbox_job *job, enum outbox_end end,
                   unsigned smtp_code, const char *smtp_text, int64_t next_try, GError **error);
#define OUTBOX_WRITES_MAX 3
struct outbox_expired {
    uint64_t unknown; /* were being sent */
    uint64_t queued;  /* were being written: again */
    uint64_t failed;  /* the same, for the OUTBOX_WRITES_MAX-th time */
};
/* What becomes of those whose lease is over. */
bool outbox_expire(struct db *db, struct outbox_expired *expired, GError **error);

/* By a person: "retry" (of failed, unknown, refused, cancelled, deferred; of refused also against
 * the quiet period), "cancel" (of queued, deferred; says `who`, NULL: not known), "sent", "failed"
 * (of unknown). Done already is done. FAULT_REJECT when the state does not allow it. */
bool outbox_change(struct db *db, int64_t complaint_id, unsigned position, const char *what,
                   const char *who, GError **error);
