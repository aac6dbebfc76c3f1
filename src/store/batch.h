/* SPDX-License-Identifier: Apache-2.0 */
/*
 * batch - messages as rows of all tables, and the one transaction that writes them
 *
 * In:      records, borrowed until batch_clear().
 * Out:     rows, in order of their tables; ids of dictionaries are filled in by batch_send().
 * Errors:  as db.h.
 * Threads: one batch, one thread.
 */
#pragma once

#include "store/dictionary.h"
#include "store/fact_memory.h"
#include "store/id_block.h"
#include "store/intern.h"
#include "store/record.h"
#include "store/search_lines.h"

enum batch_table {
    BATCH_LEDGER,
    BATCH_EMAIL,
    BATCH_URL,
    BATCH_FILE,
    BATCH_RCPT_TO,
    BATCH_REPORTED_DOMAIN,
    BATCH_PATTERN,
    BATCH_RAW,
    BATCH_HELD,
    BATCH_REPLY,
    BATCH_FEED_STATE,
    BATCH_LOOKUP,
    BATCH_TABLES
};

/* A mail that facts of today are for. */
struct fill {
    int64_t email_id, arrival;
    bool source_known; /* or there is nothing to know */
    guint links_end;   /* its URLs end here, and begin where those of the fill before end */
};

struct batch {
    struct rows *rows[BATCH_TABLES];
    struct wanted *wanted;
    struct search_lines *search; /* subjects; NULL: the caller's own business */
    GStringChunk *text;          /* texts made here */
    struct id_block email_ids, raw_ids, held_ids, reply_ids;
    const struct ip_range *public_ranges; /* special addresses that count as public all the same */
    size_t public_count;
    struct fact_memory *facts; /* borrowed; NULL: no facts are filled in, no mail is looked up */
    GArray *fills;             /* mails that facts are for, of struct fill */
    GPtrArray *links;          /* and their URLs, of struct entry * */
    bool filling;              /* the last of the fills is the mail in hand */
    const char *flaw;          /* of the record being added: the column that can't be stored */
    int64_t proof_id;          /* the first message's row: there when all was committed */
    enum batch_table proof_table;
    enum batch_table failed; /* the table at which batch_send() failed */
};

void batch_init(struct batch *batch);
void batch_done(struct batch *batch);
void batch_clear(struct batch *batch);
/* Takes the ids that `count` records need; before adding them, outside of a transaction. */
bool batch_reserve(struct batch *batch, struct db *db, struct record *const *records, size_t count,
                   GError **error);
/* Adds a message: its mails, or a held message when it is one or when `why_held` is not NULL.
 * NULL, or the name of a column that the message has no storable value for: the batch is then to
 * be cleared and built again, with that as its reason to be held. */
const char *batch_add(struct batch *batch, const struct record *record, const char *why_held);
/* The message's row of the ledger; in order of the digests, so that two writers that have the same
 * messages do not wait for each other in a circle. */
void batch_add_ledger(struct batch *batch, const struct record *record);
/* Only the row of feedState, for a message that was stored before. */
void batch_add_feed_state(struct batch *batch, const struct record *record);
/* Reads what is known of the addresses that the records' mails came from; before adding them. */
bool batch_know_sources(struct batch *batch, struct db *db, struct record *const *records,
                        size_t count, GError **error);
/* Gives every name, URL ... its id; new URLs are told what is known of their hosts, and mails of
 * which something is not known get rows of table lookup. No transaction may be open. */
bool batch_resolve(struct batch *batch, struct intern *intern, struct db *db, GError **error);
/* True when the record is stored as held message, whatever else. */
bool batch_is_held(const struct record *record);
/* Writes all rows in order; inside the caller's transaction. */
bool batch_send(struct batch *batch, struct db *db, GError **error);

/* A text cell of at most `chars` characters; NULL leaves it NULL. Text that is no UTF-8 sets
 * batch->flaw. */
void batch_text(struct batch *batch, enum batch_table table, const struct column *columns,
                unsigned column, const char *text, size_t chars);
/* A date cell. */
void batch_date(struct batch *batch, enum batch_table table, unsigned column, int64_t when);
/* The row of arfEmail and its links; the row's id is `email_id`. (email_row.c, email_links.c) */
void batch_email_row(struct batch *batch, const struct record *record,
                     const struct record_report *report, int64_t email_id, int64_t raw_id);
void batch_email_links(struct batch *batch, const struct record_report *report, int64_t email_id,
                       int64_t arrival);
/* Begins a mail: the URLs noted next are its own. *known is what is known of its source, or NULL.
 * Nothing is noted nor known of a mail that is too old for facts of today. (batch_fill.c) */
void batch_begin_fill(struct batch *batch, const struct ip *source, int64_t email_id,
                      int64_t arrival, const struct known_ip **known);
void batch_note_link(struct batch *batch, struct entry *url);
/* The row of complaintReply; which complaint it is about is known. (batch_reply.c) */
int64_t batch_reply_row(struct batch *batch, const struct record *record, int64_t raw_id);
/* Finds the complaints that the records' replies are about; a reply about none is to be held. */
bool batch_match_replies(struct db *db, struct record *const *records, size_t count,
                         GError **error);
/* The question for it. Caller frees. */
char *batch_proof(const struct batch *batch);
#define BATCH_REPLY_COLUMNS 12
extern const struct column batch_reply_columns[BATCH_REPLY_COLUMNS];
extern const struct column batch_email_columns[];
extern const size_t batch_email_column_count;
#define BATCH_URL_COLUMNS 5
#define BATCH_FILE_COLUMNS 4
#define BATCH_RCPT_COLUMNS 4
#define BATCH_DOMAIN_COLUMNS 3
#define BATCH_PATTERN_COLUMNS 2
#define BATCH_LOOKUP_COLUMNS 2
extern const struct column batch_url_columns[BATCH_URL_COLUMNS];
extern const struct column batch_file_columns[BATCH_FILE_COLUMNS];
extern const struct column batch_rcpt_columns[BATCH_RCPT_COLUMNS];
extern const struct column batch_domain_columns[BATCH_DOMAIN_COLUMNS];
extern const struct column batch_pattern_columns[BATCH_PATTERN_COLUMNS];
extern const struct column batch_lookup_columns[BATCH_LOOKUP_COLUMNS];
/* The record's date, or now when that is no date. */
int64_t batch_received(const struct record *record);
/* The id of a name; NULL when it is no UTF-8 (batch->flaw is set). */
const int64_t *batch_domain(struct batch *batch, const char *column, const char *name);
/* An address as ids of its halves; both NULL when `address` is NULL. "" has two empty halves. */
void batch_address(struct batch *batch, const char *column, const char *address,
                   const int64_t **local, const int64_t **domain);
