/* SPDX-License-Identifier: Apache-2.0 */
/*
 * renew - messages that are stored or held get the rows that today's parser makes of them
 *
 * Ids of mails stay, and with them reported, an analyst's emailTypeOverride (emailType keeps it),
 * feed, receivedDate and the raw octets; all other columns of the parser and all links are
 * replaced. A mail whose address of origin changes is looked up anew. What gives more reports than
 * before gets new rows; what gives fewer keeps the surplus rows.
 * How:     as writer.h: dictionary rows first, then one transaction for the rest, replayed when it
 *          is lost. A held message's row goes in the transaction that makes its mails, so each is
 *          in one place, whatever dies. Its row of ledger stays.
 * Errors:  as db.h; FAULT_RETRY when a purge or another reparse runs: run it again later.
 * Threads: as db.h.
 */
#pragma once

#include "store/db.h"
#include "store/fact_read.h"
#include "store/record.h"

enum renew_how {
    RENEW_WHOLE,    /* a stored message from its octets */
    RENEW_ORIGINAL, /* only subject, URLs, files and patterns, none of which is ever emptied: the
                     * octets are those of the reported mail alone, or were masked */
    RENEW_RELEASE,  /* a held message that is a report now, or an answer whose complaint is found;
                     * with neither in `record` it only goes, and its octets with it */
    RENEW_HOLD      /* a held message that is none: kind and reason */
};

struct renewal {
    enum renew_how how;
    struct record *record; /* borrowed; feed and received_date are those of the row */
    int64_t raw_id;
    int64_t held_id;          /* RELEASE, HOLD */
    const int64_t *email_ids; /* WHOLE, ORIGINAL: the rows there are, in order of `part` */
    size_t email_count;
    int64_t arrival;        /* ORIGINAL: arrivalDate of the row */
    const char *subject;    /* ORIGINAL: what it is to be */
    int64_t parser_version; /* ORIGINAL */
    bool keep_senders;      /* ORIGINAL: patterns of the sender stay, `record` has none */
    bool gone;              /* out: somebody removed a row of it meanwhile; nothing was done */
    bool changed;           /* out: some column or link is not what it was */
    const char *flaw;       /* out: a column that it has no storable value for; nothing was done */
};

struct renewer;

/* `db` is borrowed and serves nobody else meanwhile. `wants` is copied but for what it points to:
 * mails of which it wants to know something go into the queue (lookup_queue.h). */
struct renewer *renewer_new(struct db *db, const struct fact_wants *wants, GError **error);
void renewer_free(struct renewer *renewer); /* NULL is allowed */
typedef struct renewer Renewer;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Renewer, renewer_free)

/* Some hundred at most. False: none of them was renewed. */
bool renewer_store(struct renewer *renewer, struct renewal *renewals, size_t count, GError **error);
