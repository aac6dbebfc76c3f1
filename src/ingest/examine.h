/* SPDX-License-Identifier: Apache-2.0 */
/*
 * examine - one message becomes the record that the writer stores: parsed, judged, compressed
 *
 * Pure but for the clock: no mailbox, no database, no network; so stored mail can go through it
 * again. A message that is no report gives a held record with the reason; examine() never fails.
 * Threads: settings are only read; an examiner serves one thread at a time.
 */
#pragma once

#include "base/config.h"
#include "classify/classify.h"
#include "ingest/reply_read.h"
#include "mailbox/mailbox.h"
#include "report/report_parse.h"
#include "store/record.h"

#define HELD_UNREADABLE "unreadable" /* no report, as far as we can read */
#define HELD_AGGREGATE "aggregate"   /* DMARC aggregate report, kept for a later reader */
#define HELD_TLSRPT "tlsrpt"         /* TLS report, likewise */
#define HELD_CRASH "crash"           /* the parser died of it */
#define HELD_LEFT "left"             /* too large, or no permission: noted, its octets stay */

/* What the configuration says about a feed, ready for use. */
struct examine_settings {
    const char *feed; /* name, outlives the records */
    struct report_settings report;
    struct classify_settings classify;
    char *const *authserv_id; /* whose Authentication-Results on the report mail count */
    struct ip_range *own_networks;
    bool replies; /* what comes are answers to complaints, no reports */
    struct reply_settings reply;
};

/* `feed` may be NULL: defaults. `config` outlives the settings. Clear with the function below. */
void examine_settings_init(struct examine_settings *settings, const struct config *config,
                           const struct config_feed *feed);
void examine_settings_clear(struct examine_settings *settings);

struct examiner;
struct examiner *examiner_new(const struct examine_settings *settings); /* settings are borrowed */
void examiner_free(struct examiner *examiner);                          /* NULL is allowed */
typedef struct examiner Examiner;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Examiner, examiner_free)

/* The record of the delivery's message, whose digest the caller computed. Caller owns it. */
struct record *examine(struct examiner *examiner, const struct delivery *delivery,
                       const unsigned char digest[DIGEST_OCTETS]);
/* A record of a message that the ledger has already: just who it is. */
struct record *examine_known(struct examiner *examiner, const struct delivery *delivery,
                             const unsigned char digest[DIGEST_OCTETS]);
/* A record that holds the message unparsed; `kind` is one of the above, static. */
struct record *examine_held(struct examiner *examiner, const struct delivery *delivery,
                            const unsigned char digest[DIGEST_OCTETS], const char *kind,
                            const char *reason);
