/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/reparse.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/progress.h"
#include "base/span.h"
#include "ingest/examine.h"
#include "ingest/exclusive.h"
#include "ingest/lookup_wants.h"
#include "ingest/reparse_message.h"
#include "store/batch.h"
#include "store/id_list.h"
#include "store/query.h"
#include "store/raw_read.h"

#define PAGE_ROWS 200
#define BATCH_MESSAGES 64
#define BATCH_OCTETS (8 * 1024 * 1024)

struct work {
    const struct reparse_order *order;
    struct reparse_counts *counts;
    struct db *db; /* to read */
    struct renewer *renewer;
    struct reparser *reparser;
    struct progress *progress;
    GArray *renewals;    /* of struct renewal: parsed, not yet written */
    GPtrArray *id_lists; /* what they point to */
    size_t octets;
};

#define COLUMNS_STORED                                                                             \
    "SELECT emailId, 0, rawId, feed, kind, digest, TIMESTAMPDIFF(SECOND, '1970-01-01', "           \
    "receivedDate), TIMESTAMPDIFF(SECOND, '1970-01-01', arrivalDate), parserVersion, subject, "    \
    "part, receivedDate "
#define FROM_STORED                                                                                \
    "FROM arfEmail WHERE emailId > ? AND rawId > 0 AND (? = '' OR feed = ?) AND receivedDate >= "  \
    "? "                                                                                           \
    "AND ABS(parserVersion) < ? "
#define COLUMNS_HELD                                                                               \
    "SELECT heldId, heldId, rawId, feed, kind, digest, TIMESTAMPDIFF(SECOND, '1970-01-01', "       \
    "receivedDate), 0, parserVersion, '', 0, receivedDate "
#define FROM_HELD                                                                                  \
    "FROM heldMessage WHERE heldId > ? AND rawId > 0 AND (? = '' OR feed = ?) AND receivedDate "   \
    ">= ? AND kind IN ('" HELD_UNREADABLE "', '" HELD_CRASH "', '" HELD_UNSTORABLE                 \
    "', '" HELD_REPLY "') AND ? > 0 AND (? = '' OR kind = ?) AND (? = 0 OR heldId = ?) "
#define VALUES_MAX 10
enum {
    ROW_ID,
    ROW_HELD,
    ROW_RAW,
    ROW_FEED,
    ROW_KIND,
    ROW_DIGEST,
    ROW_RECEIVED,
    ROW_ARRIVAL,
    ROW_VERSION,
    ROW_SUBJECT,
    ROW_PART,
    ROW_RECEIVED_TEXT
};

bool
reparse_takes_kind(const char *kind)
{
    return strcmp(kind, HELD_UNREADABLE) == 0 || strcmp(kind, HELD_CRASH) == 0 ||
           strcmp(kind, HELD_UNSTORABLE) == 0 || strcmp(kind, HELD_REPLY) == 0;
}

/* One of the two tables. */
struct rows {
    const char *columns, *from, *order_by;
    bool held;
};

static const struct rows stored_rows = { COLUMNS_STORED, FROM_STORED, "ORDER BY emailId", false };
static const struct rows held_rows = { COLUMNS_HELD, FROM_HELD, "ORDER BY heldId", true };

/* Values of the conditions; `since` holds a text of the date. */
static size_t
bind_order(const struct reparse_order *order, const struct rows *rows, int64_t behind,
           char since[CLOCK_TEXT_MAX], struct value values[VALUES_MAX])
{
    const char *feed = order->feed != NULL ? order->feed : "";
    const char *kind = order->kind != NULL ? order->kind : "";
    values[0] = value_number(behind);
    values[1] = values[2] = value_text(feed);
    values[3] = value_text(clock_sql(order->since, since));
    values[4] = value_number(order->all ? INT32_MAX : RECORD_PARSER_VERSION);
    if (!rows->held)
        return 5;
    values[5] = values[6] = value_text(kind);
    values[7] = values[8] = value_number(order->held_id);
    return 9;
}

static void
clear_batch(struct work *work)
{
    for (guint i = 0; i < work->renewals->len; i++)
        record_free(g_array_index(work->renewals, struct renewal, i).record);
    g_array_set_size(work->renewals, 0);
    g_ptr_array_set_size(work->id_lists, 0);
    work->octets = 0;
}

static void
fail_one(struct work *work, const struct stored_message *message, const char *reason)
{
    g_autofree char *id =
        g_strdup_printf("%s%" G_GINT64_FORMAT, message->held_id != 0 ? "held:" : "",
                        message->held_id != 0 ? message->held_id : message->email_ids[0]);
    log_event(LOG_LEVEL_WARNING, "not-reparsed", "id", id, "reason", reason, NULL);
    work->counts->failed++;
}

static void
count_one(struct work *work, const struct renewal *renewal)
{
    if (renewal->flaw != NULL || renewal->gone) {
        work->counts->failed += renewal->flaw != NULL;
        return;
    }
    if (renewal->how == RENEW_RELEASE && renewal->record->report_count == 0)
        work->counts->answers++;
    else if (renewal->how == RENEW_RELEASE)
        work->counts->released++;
    else
        work->counts->changed += renewal->changed;
}

/* Writes what was parsed. */
static bool
write_batch(struct work *work, GError **error)
{
    struct renewal *renewals = (struct renewal *)(void *)work->renewals->data;
    bool good = work->order->dry || work->renewals->len == 0 ||
                renewer_store(work->renewer, renewals, work->renewals->len, error);
    for (guint i = 0; good && i < work->renewals->len; i++)
        count_one(work, &renewals[i]);
    clear_batch(work);
    progress_show(work->progress, work->counts->seen);
    return good;
}

/* The mails of one message, in order of part; NULL when it is not the turn of this row: the message
 * comes with the one of the lowest id. */
static bool
find_parts(struct work *work, const struct query *row, GArray **ids, GError **error)
{
    int64_t id = query_number(row, ROW_ID);
    *ids = id_list_new();
    if (query_number(row, ROW_PART) == 0) {
        id_list_add(*ids, id);
        return true;
    }
    struct value values[] = { value_text(query_text(row, ROW_RECEIVED_TEXT)),
                              value_number(query_number(row, ROW_RAW)) };
    g_autoptr(Query) parts = query_run(work->db,
                                       "SELECT emailId FROM arfEmail WHERE receivedDate = ? AND "
                                       "rawId = ? ORDER BY part, emailId",
                                       values, G_N_ELEMENTS(values), error);
    bool first = true;
    while (parts != NULL && query_next(parts)) {
        id_list_add(*ids, query_number(parts, 0));
        first = first && query_number(parts, 0) >= id;
    }
    if (parts == NULL || !first)
        g_clear_pointer(ids, g_array_unref);
    return parts != NULL;
}

/* Finds the complaint that an answer is about; without one it stays held. One that is stored
 * already, or waits for it, leaves nothing to be written. */
static bool
match_answer(struct work *work, struct renewal *renewal, GError **error)
{
    struct record *record = renewal->record;
    bool stored = false;
    if (renewal->how != RENEW_RELEASE || record->reply == NULL)
        return true;
    if (!reply_is_stored(work->db, record->digest, &stored, error))
        return false;
    for (guint i = 0; !stored && i < work->renewals->len; i++) {
        const struct record *other = g_array_index(work->renewals, struct renewal, i).record;
        stored = other->reply != NULL && memcmp(other->digest, record->digest, DIGEST_OCTETS) == 0;
    }
    if (stored)
        g_clear_pointer(&record->reply, reply_free);
    else if (!batch_match_replies(work->db, &record, 1, error))
        return false;
    if (record->held_kind != NULL)
        renewal->how = RENEW_HOLD;
    return true;
}

/* Parses the message of the row; it waits in the batch then. */
static bool
take_row(struct work *work, const struct query *row, GError **error)
{
    g_autoptr(GError) problem = NULL;
    g_autoptr(GBytes) octets = NULL;
    struct renewal renewal;
    GArray *ids = NULL;
    struct stored_message message = { .held_id = query_number(row, ROW_HELD),
                                      .raw_id = query_number(row, ROW_RAW),
                                      .feed = query_text(row, ROW_FEED),
                                      .kind = query_text(row, ROW_KIND),
                                      .received_date = query_number(row, ROW_RECEIVED),
                                      .arrival_date = query_number(row, ROW_ARRIVAL),
                                      .parser_version = query_number(row, ROW_VERSION),
                                      .subject = query_text(row, ROW_SUBJECT) };
    memcpy(message.digest, query_text(row, ROW_DIGEST),
           MIN(query_len(row, ROW_DIGEST), sizeof message.digest));
    if (message.held_id == 0 && !find_parts(work, row, &ids, error))
        return false;
    if (message.held_id == 0 && ids == NULL)
        return true;
    if (ids != NULL) {
        g_ptr_array_add(work->id_lists, ids);
        message.email_ids = (const int64_t *)(const void *)ids->data;
        message.email_count = ids->len;
    }
    work->counts->seen++;
    octets = raw_read(work->db, message.raw_id, &problem);
    if (octets == NULL && !g_error_matches(problem, FAULT, FAULT_REJECT)) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return false;
    }
    if (octets == NULL || !reparse_message(work->reparser, &message, octets, &renewal, &problem)) {
        fail_one(work, &message, problem->message);
        return true;
    }
    if (!match_answer(work, &renewal, error)) {
        record_free(renewal.record);
        return false;
    }
    g_array_append_val(work->renewals, renewal);
    work->octets += g_bytes_get_size(octets);
    return work->renewals->len < BATCH_MESSAGES && work->octets < BATCH_OCTETS
               ? true
               : write_batch(work, error);
}

static bool
count_rows(struct work *work, const struct rows *rows, int64_t behind, uint64_t *sum,
           GError **error)
{
    char since[CLOCK_TEXT_MAX];
    struct value values[VALUES_MAX];
    int64_t figure = 0;
    g_autofree char *sql = g_strconcat("SELECT COUNT(*) ", rows->from, NULL);
    size_t count = bind_order(work->order, rows, behind, since, values);
    if (!query_figure(work->db, sql, values, count, &figure, error))
        return false;
    *sum += (uint64_t)figure;
    return true;
}

static bool
is_over(const struct work *work)
{
    const struct reparse_order *order = work->order;
    return (order->most != 0 && work->counts->seen >= order->most) ||
           (order->until_us != 0 && clock_monotonic_us() >= order->until_us);
}

/* All rows of a table, in order of id, or as many as there is time for. */
static bool
reparse_rows(struct work *work, const struct rows *rows, GError **error)
{
    char since[CLOCK_TEXT_MAX];
    struct value values[VALUES_MAX];
    struct reparse_counts *counts = work->counts;
    g_autofree char *page_sql =
        g_strconcat(rows->columns, rows->from, rows->order_by, " LIMIT ?", NULL);
    for (int64_t behind = work->order->behind;;) {
        size_t count = bind_order(work->order, rows, behind, since, values);
        values[count++] = value_number(PAGE_ROWS);
        g_autoptr(Query) page = query_run(work->db, page_sql, values, count, error);
        if (page == NULL)
            return false;
        while (!counts->stopped && query_next(page)) {
            /* At least one, or the next time would begin at the same place. */
            counts->stopped = counts->seen > 0 && is_over(work);
            if (counts->stopped)
                break;
            behind = query_number(page, ROW_ID);
            if (!take_row(work, page, error))
                return false;
        }
        if (!write_batch(work, error)) /* it borrows texts of the page */
            return false;
        counts->last_id = behind;
        if (counts->stopped)
            return count_rows(work, rows, behind, &counts->left, error);
        if (query_rows(page) < PAGE_ROWS)
            return true;
    }
}

static bool
reparse_all(struct work *work, GError **error)
{
    const struct reparse_order *order = work->order;
    uint64_t expected = 0;
    if (!order->quiet && ((order->held && !count_rows(work, &held_rows, 0, &expected, error)) ||
                          (order->stored && !count_rows(work, &stored_rows, 0, &expected, error))))
        return false;
    g_autoptr(Progress) progress = progress_new("messages", expected, order->quiet);
    work->progress = progress;
    /* Stored ones first: what is released now needs no second look. */
    bool good = (!order->stored || reparse_rows(work, &stored_rows, error)) &&
                (!order->held || work->counts->stopped || reparse_rows(work, &held_rows, error));
    work->progress = NULL;
    return good;
}

static void
list_free(void *list)
{
    g_array_unref(list);
}

static bool
reparse(const struct config *config, const struct reparse_order *order, const char *folder,
        struct reparse_counts *counts, GError **error)
{
    const struct db_settings settings = db_settings_of(config);
    g_autoptr(LookupWants) wants = lookup_wants_new(config, error);
    g_autoptr(InWork) journal = wants != NULL ? in_work_open(folder, EXCLUSIVE_NAME, error) : NULL;
    g_autoptr(Db) reading = journal != NULL ? db_open(&settings, error) : NULL;
    g_autoptr(Db) writing = reading != NULL ? db_open(&settings, error) : NULL;
    g_autoptr(Renewer) renewer =
        writing != NULL && !order->dry ? renewer_new(writing, &wants->facts, error) : NULL;
    if (writing == NULL || (renewer == NULL && !order->dry))
        return false;
    g_autoptr(Reparser) reparser = reparser_new(config, journal, order->trials);
    g_autoptr(GPtrArray) id_lists = g_ptr_array_new_with_free_func(list_free);
    g_autoptr(GArray) renewals = g_array_new(FALSE, FALSE, sizeof(struct renewal));
    struct work work = { .order = order,
                         .counts = counts,
                         .db = reading,
                         .renewer = renewer,
                         .reparser = reparser,
                         .renewals = renewals,
                         .id_lists = id_lists };
    struct reply_counts followed;
    bool good = reparse_all(&work, error);
    clear_batch(&work);
    return good && (counts->answers == 0 || order->dry || reply_apply(reading, &followed, error));
}

bool
reparse_run(const struct config *config, const struct reparse_order *order,
            struct reparse_counts *counts, GError **error)
{
    g_autofree char *folder = NULL;
    *counts = (struct reparse_counts){ .seen = 0 };
    g_autoptr(RunLock) lock = exclusive_take(&folder, &counts->busy, error);
    return lock != NULL && reparse(config, order, folder, counts, error);
}
