/* SPDX-License-Identifier: Apache-2.0 */
/*
 * email_rows - a page of the list of mails
 *
 * In:      a selection; the time (windows); what hangs on the mails, if wanted.
 * Out:     rows in the order asked, and the places before and behind them.
 * Owns:    all strings, until email_rows_free().
 * Limits:  SELECTION_LIMIT_MAX rows; READ_LIST_MS of the server's time (read.h).
 * Errors:  FAULT_REJECT: bad place, or too slow ("narrow the dates", read_was_slow()); else db.h.
 * Threads: as db.h.
 */
#pragma once

#include "select/selection.h"
#include "store/db.h"

#define EMAIL_ROWS_STREAM_MAX 100000
#define EMAIL_ROWS_CUT "cut: there are more than " G_STRINGIFY(EMAIL_ROWS_STREAM_MAX)

/* What ZEN is known to say of the source address. */
enum list_state { LIST_UNKNOWN = '?', LIST_CLEAN = ' ', LIST_POLICY = 'P', LIST_LISTED = 'Z' };

struct email_url {
    int64_t url_id;
    const char *url;
    unsigned flags; /* enum link_flag of report/report.h */
};

struct email_file {
    int64_t file_id;
    const char *filename, *md5, *sha256; /* sha256 may be NULL (rows of the original) */
    int64_t size;                        /* -1: not known */
};

/* Texts are valid UTF-8, as stored (hostile); NULL: not known or not said. */
struct email_row {
    int64_t email_id;
    int64_t arrival_date;
    const char *email_type, *email_rule, *feedback_type, *delivery_result, *subject;
    const char *from;         /* header text, decoded */
    const char *from_address; /* "local@domain" */
    const char *mail_from, *rcpt_to, *reporter;
    const char *reported_domain, *source_ip, *source_domain, *country_code, *as_name;
    uint32_t source_asn; /* 0: not known */
    enum list_state list;
    bool reported, source_special, source_confirmed, likely_genuine, headers_only, truncated;
    bool report_trusted; /* the report mail passed authentication */
    bool ip_proven;      /* stated by the report or by a border host of ours */
    uint32_t incidents;
    struct email_url *urls; /* with EMAIL_ROWS_LINKS */
    size_t url_count;
    struct email_file *files; /* with EMAIL_ROWS_LINKS */
    size_t file_count;
};

struct email_rows {
    struct email_row *rows;
    size_t count;
    char *next, *previous; /* for `after`; NULL: there is no such page */
    GStringChunk *text;
    GPtrArray *arrays;
    struct selection_sql *sql; /* for email_total() */
    int64_t total;             /* of all pages, where it came with this one; else -1 */
    bool slow;                 /* to count them anew would take too long */
};

#define EMAIL_ROWS_LINKS 1u /* urls and files */

struct email_rows *email_rows_read(struct db *db, const struct selection *selection, int64_t now,
                                   unsigned with, GError **error);
void email_rows_free(struct email_rows *rows); /* NULL is allowed */
typedef struct email_rows EmailRows;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EmailRows, email_rows_free)

#define EMAIL_ROWS_IDS_MAX 10000
/* Rows of these ids, at most EMAIL_ROWS_IDS_MAX (complaints, drafts), by id ascending, each once;
 * those that are gone are left out. */
struct email_rows *email_rows_by_ids(struct db *db, const int64_t *ids, size_t count, unsigned with,
                                     GError **error);

/* How many match: exact up to EMAIL_TOTAL_MAX. *total = -1: more; EMAIL_TOTAL_SLOW: not told in
 * time.
 * `page`: rows of the first page, if they are at hand (a page that is not full is the answer). */
#define EMAIL_TOTAL_MAX 10000
#define EMAIL_TOTAL_SLOW (-2)
bool email_total(struct db *db, const struct selection *selection, int64_t now,
                 const struct email_rows *page, int64_t *total, GError **error);

/* All rows of a selection, page by page, at most `max` (EMAIL_ROWS_STREAM_MAX): for CSV. `each`
 * returns false to stop. *cut: there are more. Nothing is held of pages that were given. */
bool email_rows_stream(struct db *db, const struct selection *selection, int64_t now, unsigned with,
                       size_t max, bool (*each)(void *user, const struct email_row *row),
                       void *user, bool *cut, GError **error);
