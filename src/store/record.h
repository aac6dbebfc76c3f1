/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record - one message on its way into the database, with all that the rows need
 *
 * Built by a parse thread, read by the writer, owned by whoever holds it. A message gives either
 * one or more reports, or an answer to a complaint, or one held message (reason != NULL).
 */
#pragma once

#include "base/clock.h"
#include "base/span.h"
#include "report/report.h"
#include "store/reply.h"

#define DIGEST_OCTETS 32
#define HELD_UNSTORABLE "unstorable" /* kind of a held message: its rows were refused */
#define RECORD_HELD_KIND_CHARS 16 /* what table heldMessage takes; `where` is cut as the reason */
#define RECORD_HELD_REASON_CHARS 10000
/* Raised when the parser or the classifier find more than before: reparse renews older rows. */
#define RECORD_PARSER_VERSION 1

/* What the classifier found, in the database's words. */
struct judged {
    const char *email_type; /* "normal", "bounce", "auto-replied"; static */
    const char *email_rule; /* static */
    bool likely_genuine;
};

/* A masked pattern of a mail: what repeats through a campaign. */
struct pattern {
    const char *kind; /* "subject", "url", "file", "sender", ...; static, at most 16 octets */
    char *text;       /* at most 766 characters, owned by the record */
};

struct record_report {
    struct report *report; /* owned */
    struct judged judged;
    struct pattern *patterns; /* owned, may be NULL */
    size_t pattern_count;
    unsigned char fingerprint[DIGEST_OCTETS]; /* "the same report again" */
    char report_auth; /* 'p'ass, 'f'ail, 'n'one: authentication of the report mail */
    char ip_trust;    /* 's'tated by the report, 't'rusted Received, 'u'nproven, '-' no address */
};

struct record {
    unsigned char digest[DIGEST_OCTETS]; /* identity in the ledger */
    const char *feed;                    /* name of the feed; outlives the record */
    int64_t received_date;               /* never CLOCK_UNKNOWN */
    uint64_t octets;                     /* size of the raw message */
    GBytes *raw;                         /* one zstd frame of it */
    struct record_report *reports;       /* owned */
    size_t report_count;
    struct reply *reply;   /* owned, or NULL; held by the writer when it is about no complaint */
    const char *held_kind; /* "unreadable", "aggregate", "tlsrpt", "crash", ...; static; or NULL */
    char *held_reason;     /* for a person; owned */
    char *where;           /* where it was found, for held messages; owned */
    const char *folder; /* IMAP: feedState(feed, folder, uid_validity, uid) is written with the */
    uint32_t uid_validity; /* mail; folder NULL: no such row. folder outlives the record */
    uint32_t uid;
    void *ticket; /* the caller's; not touched */
};

void record_free(struct record *record); /* NULL is allowed */
typedef struct record Record;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Record, record_free)
