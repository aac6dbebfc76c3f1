/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "admin/admin.h"
#include "admin/exclusive.h"
#include "admin/option.h"
#include "admin/reparse_message.h"
#include "base/clock.h"
#include "base/progress.h"
#include "base/span.h"
#include "ingest/examine.h"
#include "ingest/lookup_wants.h"
#include "store/id_list.h"
#include "store/query.h"
#include "store/raw_read.h"

#define PAGE_ROWS 200
#define BATCH_MESSAGES 64
#define BATCH_OCTETS (8 * 1024 * 1024)

struct order {
    gboolean held, stored, all, dry;
    char *feed; /* or NULL */
    int64_t since;
};

struct work {
    const struct order *order;
    struct db *db; /* to read */
    struct renewer *renewer;
    struct reparser *reparser;
    struct progress *progress;
    GArray *renewals;    /* of struct renewal: parsed, not yet written */
    GPtrArray *id_lists; /* what they point to */
    size_t octets;
    uint64_t seen, changed, released, failed;
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
    ">= ? AND kind IN ('unreadable', 'crash', 'unstorable') AND ? > 0 "
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

static bool
read_order(int argc, char **argv, struct order *order, GError **error)
{
    g_autofree char *since = NULL;
    const GOptionEntry entries[] = {
        { "held", 0, 0, G_OPTION_ARG_NONE, &order->held, "Only what is held as unreadable", NULL },
        { "stored", 0, 0, G_OPTION_ARG_NONE, &order->stored, "Only stored mails", NULL },
        { "all", 0, 0, G_OPTION_ARG_NONE, &order->all,
          "Stored mails of this parser, too, not only of older ones", NULL },
        { "feed", 0, 0, G_OPTION_ARG_STRING, &order->feed, "Only what came from this feed",
          "NAME" },
        { "since", 0, 0, G_OPTION_ARG_STRING, &since, "Only what was received since", "DATE" },
        { "dry-run", 'n', 0, G_OPTION_ARG_NONE, &order->dry,
          "Parse, and say what it came to; change nothing", NULL },
        G_OPTION_ENTRY_NULL
    };
    if (!option_read(
            argc, argv, entries, "",
            "Held messages that are reports today become mails. Mails that an older parser\n"
            "read are read again: their ids, what was reported and what an analyst said\n"
            "stays. Mails that came from the original get subject, URLs, attachments and\n"
            "patterns anew. It may be stopped at any time and run again.",
            NULL, error))
        return false;
    if (!order->held && !order->stored)
        order->held = order->stored = TRUE;
    return since == NULL || option_date(since, &order->since, error);
}

/* Values of the conditions; `since` holds a text of the date. */
static size_t
bind_order(const struct order *order, int64_t behind, char since[CLOCK_TEXT_MAX],
           struct value *values)
{
    const char *feed = order->feed != NULL ? order->feed : "";
    values[0] = value_number(behind);
    values[1] = values[2] = value_text(feed);
    values[3] = value_text(clock_sql(order->since, since));
    values[4] = value_number(order->all ? INT32_MAX : RECORD_PARSER_VERSION);
    return 5;
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
    work->failed++;
}

static void
count_one(struct work *work, const struct renewal *renewal)
{
    if (renewal->flaw != NULL || renewal->gone) {
        work->failed += renewal->flaw != NULL;
        return;
    }
    if (renewal->how == RENEW_RELEASE)
        work->released++;
    else
        work->changed += renewal->changed;
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
    progress_show(work->progress, work->seen);
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
    work->seen++;
    octets = raw_read(work->db, message.raw_id, &problem);
    if (octets == NULL && !g_error_matches(problem, FAULT, FAULT_REJECT)) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return false;
    }
    if (octets == NULL || !reparse_message(work->reparser, &message, octets, &renewal, &problem)) {
        fail_one(work, &message, problem->message);
        return true;
    }
    g_array_append_val(work->renewals, renewal);
    work->octets += g_bytes_get_size(octets);
    return work->renewals->len < BATCH_MESSAGES && work->octets < BATCH_OCTETS
               ? true
               : write_batch(work, error);
}

/* All rows that one statement names, in order of id. */
static bool
reparse_rows(struct work *work, const char *columns, const char *from, const char *order_by,
             GError **error)
{
    char since[CLOCK_TEXT_MAX];
    struct value values[6];
    g_autofree char *page_sql = g_strconcat(columns, from, order_by, " LIMIT ?", NULL);
    for (int64_t behind = 0;;) {
        size_t count = bind_order(work->order, behind, since, values);
        values[count++] = value_number(PAGE_ROWS);
        g_autoptr(Query) page = query_run(work->db, page_sql, values, count, error);
        if (page == NULL)
            return false;
        while (query_next(page)) {
            behind = query_number(page, ROW_ID);
            if (!take_row(work, page, error))
                return false;
        }
        if (!write_batch(work, error)) /* it borrows texts of the page */
            return false;
        if (query_rows(page) < PAGE_ROWS)
            return true;
    }
}

static bool
expect(struct work *work, const char *from, uint64_t *expected, GError **error)
{
    char since[CLOCK_TEXT_MAX];
    struct value values[5];
    int64_t figure = 0;
    g_autofree char *sql = g_strconcat("SELECT COUNT(*) ", from, NULL);
    size_t count = bind_order(work->order, 0, since, values);
    if (!query_figure(work->db, sql, values, count, &figure, error))
        return false;
    *expected += (uint64_t)figure;
    return true;
}

static bool
reparse_all(struct work *work, bool quiet, GError **error)
{
    const struct order *order = work->order;
    uint64_t expected = 0;
    if ((order->held && !expect(work, FROM_HELD, &expected, error)) ||
        (order->stored && !expect(work, FROM_STORED, &expected, error)))
        return false;
    g_autoptr(Progress) progress = progress_new("messages", expected, quiet);
    work->progress = progress;
    /* Stored ones first: what is released now needs no second look. */
    bool good =
        (!order->stored ||
         reparse_rows(work, COLUMNS_STORED, FROM_STORED, "ORDER BY emailId", error)) &&
        (!order->held || reparse_rows(work, COLUMNS_HELD, FROM_HELD, "ORDER BY heldId", error));
    work->progress = NULL;
    return good;
}

static void
list_free(void *list)
{
    g_array_unref(list);
}

static bool
reparse(const struct config *config, const struct order *order, const char *folder, bool quiet,
        GError **error)
{
    g_autoptr(LookupWants) wants = lookup_wants_new(config, error);
    g_autoptr(InWork) journal = wants != NULL ? in_work_open(folder, EXCLUSIVE_NAME, error) : NULL;
    g_autoptr(Db) reading = journal != NULL ? admin_database(config, error) : NULL;
    g_autoptr(Db) writing = reading != NULL ? admin_database(config, error) : NULL;
    g_autoptr(Renewer) renewer =
        writing != NULL && !order->dry ? renewer_new(writing, &wants->facts, error) : NULL;
    if (writing == NULL || (renewer == NULL && !order->dry))
        return false;
    g_autoptr(Reparser) reparser = reparser_new(config, journal);
    g_autoptr(GPtrArray) id_lists = g_ptr_array_new_with_free_func(list_free);
    g_autoptr(GArray) renewals = g_array_new(FALSE, FALSE, sizeof(struct renewal));
    struct work work = { .order = order,
                         .db = reading,
                         .renewer = renewer,
                         .reparser = reparser,
                         .renewals = renewals,
                         .id_lists = id_lists };
    int64_t started = clock_monotonic_us();
    bool good = reparse_all(&work, quiet, error);
    clear_batch(&work);
    printf("reparsed %" PRIu64 ", changed %" PRIu64 ", now reports %" PRIu64 ", failed %" PRIu64
           " in %.1f s\n",
           work.seen, work.changed, work.released, work.failed,
           (double)(clock_monotonic_us() - started) / 1e6);
    return good;
}

bool
admin_reparse(const struct admin_run *run, int argc, char **argv, GError **error)
{
    struct order order = { .since = 0 };
    g_autofree char *folder = NULL;
    bool good = read_order(argc, argv, &order, error);
    g_autoptr(Config) config = good ? admin_config(run, error) : NULL;
    g_autoptr(RunLock) lock = config != NULL ? exclusive_take(&folder, error) : NULL;
    good = lock != NULL && reparse(config, &order, folder, run->level <= LOG_LEVEL_ERROR, error);
    g_free(order.feed);
    return good;
}
