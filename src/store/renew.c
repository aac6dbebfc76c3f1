/* SPDX-License-Identifier: Apache-2.0 */
#include "store/renew.h"

#include "base/clock.h"
#include "base/text.h"
#include "store/batch.h"
#include "store/id_list.h"
#include "store/intern.h"
#include "store/lookup_queue.h"
#include "store/renew_rows.h"
#include "store/replay.h"
#include "store/schema.h"
#include "store/statement.h"
#include "store/sweep_mark.h"
#include "store/transaction.h"

#define SPARE_BLOCKS 100 /* each replay takes new ids */

struct renewer {
    struct db *db;
    struct intern *intern;
    struct batch batch;
    struct search_lines *search;
    struct fact_wants wants;
    int64_t mark;
};

/* Those of one transaction, with the ids of their rows. */
struct share {
    struct renewer *renewer;
    struct renewal *renewals;
    size_t count;
    GArray *emails, *held;
    GArray *urls, *files, *patterns, *other_patterns, *further; /* mails whose links are replaced */
    int64_t first_new; /* the first id of mails that are made */
    bool again;        /* something was gone: build again without it */
};

static bool
raise_mark(struct db *db, void *self, bool *final, GError **error)
{
    struct renewer *renewer = self;
    (void) final;
    renewer->mark = SWEEP_MARK_ANY;
    return sweep_mark_raise(db, &renewer->mark, error);
}

struct renewer *
renewer_new(struct db *db, const struct fact_wants *wants, GError **error)
{
    g_autoptr(Renewer) renewer = g_new0(struct renewer, 1);
    renewer->db = db;
    renewer->intern = intern_new(INTERN_ENTRIES);
    batch_init(&renewer->batch);
    renew_email_rows(&renewer->batch.rows[BATCH_EMAIL]);
    renewer->search = g_steal_pointer(&renewer->batch.search); /* for what has changed alone */
    renewer->wants = *wants;
    renewer->batch.public_ranges = wants->public_ranges;
    renewer->batch.public_count = wants->public_count;
    if (!schema_check(db, error) || !sweep_mark_make(db, error) ||
        !transaction_run(db, raise_mark, renewer, error))
        return NULL;
    return g_steal_pointer(&renewer);
}

void
renewer_free(struct renewer *renewer)
{
    if (renewer == NULL)
        return;
    batch_done(&renewer->batch);
    search_lines_free(renewer->search);
    intern_free(renewer->intern);
    g_free(renewer);
}

static bool
takes_part(const struct renewal *renewal)
{
    return !renewal->gone && renewal->flaw == NULL;
}

static void
add_whole(struct share *share, struct renewal *renewal)
{
    struct batch *batch = &share->renewer->batch;
    const struct record *record = renewal->record;
    for (size_t i = 0; i < record->report_count; i++) {
        bool there = i < renewal->email_count;
        int64_t id = there ? renewal->email_ids[i] : id_block_next(&batch->email_ids);
        batch_email_row(batch, record, &record->reports[i], id, renewal->raw_id);
        if (there) {
            id_list_add(share->urls, id);
            id_list_add(share->files, id);
            id_list_add(share->patterns, id);
            id_list_add(share->further, id);
        }
    }
}

static void
add_original(struct share *share, struct renewal *renewal)
{
    const struct record_report *report = &renewal->record->reports[0];
    int64_t id = renewal->email_ids[0];
    batch_email_links(&share->renewer->batch, report, id, renewal->arrival);
    if (report->report->link_count > 0)
        id_list_add(share->urls, id);
    if (report->report->attachment_count > 0)
        id_list_add(share->files, id);
    if (report->pattern_count > 0)
        id_list_add(renewal->keep_senders ? share->other_patterns : share->patterns, id);
}

/* All rows, built again without a renewal that has a flaw. */
static bool
build(struct share *share, GError **error)
{
    struct batch *batch = &share->renewer->batch;
    GArray *lists[] = { share->emails,   share->held,           share->urls,   share->files,
                        share->patterns, share->other_patterns, share->further };
    struct db *db = share->renewer->db;
    size_t reports = 0, answers = 0;
    for (size_t i = 0; i < share->count; i++) {
        reports += share->renewals[i].record->report_count;
        answers += share->renewals[i].record->reply != NULL;
    }
    if (!id_block_reserve(db, &batch->email_ids, reports, error) ||
        !search_lines_reserve(share->renewer->search, db, SPARE_BLOCKS + reports, error) ||
        (answers > 0 && !id_block_reserve(db, &batch->reply_ids, answers, error)))
        return false;
    int64_t first_id = share->first_new = batch->email_ids.next;
    int64_t first_reply = batch->reply_ids.next;
    for (bool again = true; again;) {
        again = false;
        batch_clear(batch);
        batch->email_ids.next = first_id;
        batch->reply_ids.next = first_reply;
        for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
            g_array_set_size(lists[i], 0);
        for (size_t i = 0; i < share->count && !again; i++) {
            struct renewal *renewal = &share->renewals[i];
            if (!takes_part(renewal))
                continue;
            for (size_t k = 0; k < renewal->email_count; k++)
                id_list_add(share->emails, renewal->email_ids[k]);
            if (renewal->how == RENEW_RELEASE || renewal->how == RENEW_HOLD)
                id_list_add(share->held, renewal->held_id);
            if (renewal->how == RENEW_RELEASE && renewal->record->reply != NULL)
                batch_reply_row(batch, renewal->record, renewal->raw_id);
            else if (renewal->how == RENEW_WHOLE || renewal->how == RENEW_RELEASE)
                add_whole(share, renewal);
            else if (renewal->how == RENEW_ORIGINAL)
                add_original(share, renewal);
            renewal->flaw = batch->flaw;
            again = batch->flaw != NULL;
        }
    }
    return true;
}

/* The rows are there, and stay as they are until the end of the transaction. */
static bool
lock_rows(struct share *share, bool *final, GError **error)
{
    g_autoptr(GHashTable) emails =
        renew_lock(share->renewer->db, "arfEmail", "emailId", share->emails, error);
    g_autoptr(GHashTable) held =
        emails != NULL ? renew_lock(share->renewer->db, "heldMessage", "heldId", share->held, error)
                       : NULL;
    if (held == NULL)
        return false;
    for (size_t i = 0; i < share->count; i++) {
        struct renewal *renewal = &share->renewals[i];
        bool there = renewal->held_id == 0 || g_hash_table_contains(held, &renewal->held_id);
        for (size_t k = 0; k < renewal->email_count; k++)
            there = there && g_hash_table_contains(emails, &renewal->email_ids[k]);
        if (there || !takes_part(renewal))
            continue;
        renewal->gone = true;
        share->again = true;
    }
    if (share->again) {
        *final = true;
        g_set_error(error, FAULT, FAULT_RETRY, "rows were removed meanwhile");
    }
    return !share->again;
}

static bool
remove_links(struct share *share, GError **error)
{
    struct db *db = share->renewer->db;
    return id_list_execute(db, "DELETE FROM emailUrl WHERE emailId IN ", share->urls, "", error) &&
           id_list_execute(db, "DELETE FROM emailFile WHERE emailId IN ", share->files, "",
                           error) &&
           id_list_execute(db, "DELETE FROM emailPattern WHERE emailId IN ", share->patterns, "",
                           error) &&
           id_list_execute(db,
                           "DELETE e FROM emailPattern e JOIN pattern p USING (patternId) WHERE "
                           "p.kind NOT IN ('sender', 'subject+sender') AND e.emailId IN ",
                           share->other_patterns, "", error) &&
           id_list_execute(db, "DELETE FROM emailRcptTo WHERE emailId IN ", share->further, "",
                           error) &&
           id_list_execute(db, "DELETE FROM emailReportedDomain WHERE emailId IN ", share->further,
                           "", error);
}

/* What no batch writes: the row of a mail of the original, and of a held message. */
static bool
write_one(struct db *db, struct renewal *renewal, GError **error)
{
    switch (renewal->how) {
    case RENEW_ORIGINAL: {
        struct value values[] = { value_text(renewal->subject),
                                  value_number(renewal->parser_version),
                                  value_number(renewal->email_ids[0]) };
        return statement_run(db,
                             "UPDATE arfEmail SET subject = ?, parserVersion = ? WHERE emailId = ?",
                             values, G_N_ELEMENTS(values), NULL, NULL, error);
    }
    case RENEW_HOLD: {
        const struct record *record = renewal->record;
        g_autofree char *reason =
            text_utf8(span_of(record->held_reason != NULL ? record->held_reason : ""));
        struct value values[] = {
            { .text = record->held_kind,
              .len = text_cut_octets(record->held_kind, strlen(record->held_kind),
                                     RECORD_HELD_KIND_CHARS) },
            { .text = reason,
              .len = text_cut_chars(reason, strlen(reason), RECORD_HELD_REASON_CHARS) },
            value_number(RECORD_PARSER_VERSION),
            value_number(renewal->held_id),
        };
        return statement_run(
            db, "UPDATE heldMessage SET kind = ?, reason = ?, parserVersion = ? WHERE heldId = ?",
            values, G_N_ELEMENTS(values), NULL, NULL, error);
    }
    case RENEW_RELEASE: {
        struct value held_id = value_number(renewal->held_id);
        struct value raw_id = value_number(renewal->raw_id);
        bool owned = renewal->record->reply != NULL || renewal->record->report_count > 0;
        return statement_run(db, "DELETE FROM heldMessage WHERE heldId = ?", &held_id, 1, NULL,
                             NULL, error) &&
               (owned || statement_run(db, "DELETE FROM rawMessage WHERE rawId = ?", &raw_id, 1,
                                       NULL, NULL, error));
    }
    case RENEW_WHOLE:
        break;
    }
    return renew_surplus(db, renewal, error);
}

static void
note_changes(struct share *share, GHashTable *before, GHashTable *after)
{
    for (size_t i = 0; i < share->count; i++) {
        struct renewal *renewal = &share->renewals[i];
        renewal->changed =
            takes_part(renewal) &&
            (renewal->how == RENEW_RELEASE ||
             (renewal->how == RENEW_WHOLE && renewal->record->report_count > renewal->email_count));
        for (size_t k = 0; k < renewal->email_count; k++)
            if (g_strcmp0(g_hash_table_lookup(before, &renewal->email_ids[k]),
                          g_hash_table_lookup(after, &renewal->email_ids[k])) != 0)
                renewal->changed = true;
        int64_t held = -renewal->held_id;
        if (renewal->how == RENEW_HOLD &&
            g_strcmp0(g_hash_table_lookup(before, &held), g_hash_table_lookup(after, &held)) != 0)
            renewal->changed = true;
    }
}

/* The mails that were there and those that are made. Caller frees. */
static char *
mails_of(const struct share *share)
{
    g_autofree char *ids = id_list_text(share->emails);
    return g_strdup_printf("(a.emailId IN (%s) OR (a.emailId >= %" G_GINT64_FORMAT
                           " AND a.emailId < %" G_GINT64_FORMAT "))",
                           ids, share->first_new, share->renewer->batch.email_ids.next);
}

/* What is new, or has another source or other URLs than before, is looked up. */
static bool
look_up(const struct share *share, const char *where, GError **error)
{
    return lookup_queue_add(share->renewer->db, where,
                            fact_since(&share->renewer->wants, clock_now()), error);
}

static bool
renew_rows(struct db *db, void *self, bool *final, GError **error)
{
    struct share *share = self;
    int64_t mark;
    if (!sweep_mark_hold(db, &mark, error))
        return false;
    if (mark != share->renewer->mark) {
        *final = true;
        g_set_error(error, FAULT, FAULT_RETRY,
                    "a purge or another reparse began meanwhile: run this again when it has ended");
        return false;
    }
    if (!lock_rows(share, final, error))
        return false;
    g_autoptr(GHashTable) before = renew_sums(db, share->emails, share->held, error);
    g_autofree char *mails = mails_of(share);
    g_autoptr(GHashTable) texts = before != NULL ? renew_texts(db, mails, error) : NULL;
    if (texts == NULL || !remove_links(share, error) ||
        !batch_send(&share->renewer->batch, db, error))
        return false;
    for (size_t i = 0; i < share->count; i++)
        if (takes_part(&share->renewals[i]) && !write_one(db, &share->renewals[i], error))
            return false;
    if (!look_up(share, mails, error) ||
        !renew_search(db, mails, texts, share->renewer->search, error))
        return false;
    g_autoptr(GHashTable) after = renew_sums(db, share->emails, share->held, error);
    if (after == NULL)
        return false;
    note_changes(share, before, after);
    return true;
}

/* Looks for the ids and writes; both are replayed. */
static bool
write_share(struct share *share, GError **error)
{
    struct renewer *renewer = share->renewer;
    for (struct replay replay = { 0 };;) {
        g_autoptr(GError) problem = NULL;
        if ((db_is_connected(renewer->db) || db_reconnect(renewer->db, &problem)) &&
            intern_resolve(renewer->intern, renewer->db, renewer->batch.wanted, &problem))
            break;
        struct failure failure = *db_failure(renewer->db);
        replay_clean(renewer->db, &failure);
        if (failure.remedy == REMEDY_OPERATOR || !replay_again(&replay, &failure)) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return false;
        }
    }
    return transaction_run(renewer->db, renew_rows, share, error);
}

bool
renewer_store(struct renewer *renewer, struct renewal *renewals, size_t count, GError **error)
{
    struct share share = { .renewer = renewer, .renewals = renewals, .count = count };
    GArray **lists[] = { &share.emails,   &share.held,           &share.urls,   &share.files,
                         &share.patterns, &share.other_patterns, &share.further };
    bool good = false;
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        *lists[i] = id_list_new();
    for (size_t i = 0; i < count; i++)
        renewals[i].gone = renewals[i].changed = false;
    do {
        g_clear_error(error);
        share.again = false;
        good = build(&share, error) && write_share(&share, error);
    } while (!good && share.again);
    if (good) {
        intern_note_seen(renewer->intern, renewer->batch.wanted);
        good = seen_flush(intern_seen(renewer->intern), renewer->db, error);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        g_array_unref(*lists[i]);
    return good;
}
