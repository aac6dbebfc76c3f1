/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reparse_message - one stored or held message through today's parser
 *
 * The octets are parsed with the settings of the feed they came from; a feed that is no longer
 * configured has the defaults. What is held and came to a feed of kind replies is read as an
 * answer, also when the feed was told its kind later (its complaint is the caller's to find). A
 * mail that came from the original has the reported mail only, and one of a spam trap was masked:
 * of both only what renew.h calls RENEW_ORIGINAL is taken. Each message being parsed is noted in
 * the journal; one on which an earlier run died, and one that is held because of that, is tried in
 * a process of its own first. With `trials` each one is: a daemon must not die of a message.
 * Threads: one; a process with several gives trials.
 */
#pragma once

#include "base/config.h"
#include "ingest/reparse.h"
#include "mailbox/in_work.h"
#include "store/renew.h"

struct stored_message { /* borrowed until the message is freed */
    int64_t held_id;    /* 0: a stored mail */
    int64_t raw_id;
    const char *feed;
    const char *kind; /* kind of the mail or of the held message */
    unsigned char digest[DIGEST_OCTETS];
    int64_t received_date;
    int64_t arrival_date;
    int64_t parser_version;
    const char *subject;
    const int64_t *email_ids; /* in order of part */
    size_t email_count;
};

struct reparser;
/* All are borrowed; `trials` may be NULL. */
struct reparser *reparser_new(const struct config *config, struct in_work *journal,
                              struct reparse_trials *trials);
void reparser_free(struct reparser *reparser); /* NULL is allowed */
typedef struct reparser Reparser;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reparser, reparser_free)

/* Fills *renewal (its record is the caller's to free). FAULT_REJECT when the message can't be
 * parsed again, FAULT_RETRY when there was no process to try it in; its rows are to stay as they
 * are then. */
bool reparse_message(struct reparser *reparser, const struct stored_message *message,
                     GBytes *octets, struct renewal *renewal, GError **error);
