/* SPDX-License-Identifier: Apache-2.0 */
#include "store/writer.h"

#include <string.h>

#include "store/batch.h"
#include "store/intern.h"
#include "store/ledger.h"
#include "store/replay.h"
#include "store/schema.h"
#include "store/statement.h"
#include "store/sweep_mark.h"

/* One message of the caller's batch. */
struct work {
    struct record *record;
    enum stored *outcome;
    char *why_held; /* set when it can't be stored as mail */
};

struct writer {
    struct db *db;
    struct intern *intern;
    struct batch batch;
    struct ip_range *public_ranges;
    int64_t mark;   /* of sweep_mark.h, when the ids in memory were true */
    bool uncertain; /* COMMIT was sent and not answered well: what is in `batch` may be stored */
    unsigned replays;
};

struct writer *
writer_new(struct db *db, const struct writer_options *options, GError **error)
{
    static const struct writer_options none = { 0 };
    if (!schema_check(db, error) || !sweep_mark_make(db, error))
        return NULL;
    if (options == NULL)
        options = &none;
    struct writer *writer = g_new0(struct writer, 1);
    writer->db = db;
    writer->intern =
        intern_new(options->memory_entries != 0 ? options->memory_entries : INTERN_ENTRIES);
    batch_init(&writer->batch);
    writer->public_ranges =
        g_memdup2(options->public_ranges, options->public_count * sizeof *options->public_ranges);
    writer->batch.public_ranges = writer->public_ranges;
    writer->batch.public_count = options->public_count;
    if (options->facts != NULL)
        writer->batch.facts = fact_memory_new(options->facts);
    return writer;
}

void
writer_free(struct writer *writer)
{
    if (writer == NULL)
        return;
    if (db_is_connected(writer->db))
        writer_flush(writer);
    fact_memory_free(writer->batch.facts);
    batch_done(&writer->batch);
    intern_free(writer->intern);
    g_free(writer->public_ranges);
    g_free(writer);
}

unsigned
writer_replays(const struct writer *writer)
{
    return writer->replays;
}

static void
work_free(void *pointer)
{
    struct work *work = pointer;
    g_free(work->why_held);
    g_free(work);
}

static gint
by_digest(gconstpointer a, gconstpointer b)
{
    const struct work *left = *(struct work *const *)a, *right = *(struct work *const *)b;
    return memcmp(left->record->digest, right->record->digest, DIGEST_OCTETS);
}

/* Reads the ledger for all works; `known` is the caller's, one a work. An answer outlives its row
 * of the ledger. */
static bool
read_ledger(struct writer *writer, GPtrArray *works, bool *known, GError **error)
{
    g_autofree const unsigned char **digests = g_new(const unsigned char *, works->len);
    for (unsigned i = 0; i < works->len; i++)
        digests[i] = ((struct work *)g_ptr_array_index(works, i))->record->digest;
    if (!ledger_confirm(writer->db, digests, works->len, known, error))
        return false;
    for (unsigned i = 0; i < works->len; i++)
        if (!known[i] && ((struct work *)g_ptr_array_index(works, i))->record->reply != NULL &&
            !reply_is_stored(writer->db, digests[i], &known[i], error))
            return false;
    return true;
}

/* Takes those that are stored already out of the list. */
static bool
drop_known(struct writer *writer, GPtrArray *works, GError **error)
{
    g_autofree bool *known = g_new0(bool, works->len);
    if (!read_ledger(writer, works, known, error))
        return false;
    unsigned kept = 0, all = works->len;
    for (unsigned i = 0; i < all; i++) {
        struct work *work = g_ptr_array_index(works, i);
        if (known[i])
            *work->outcome = STORED_DUPLICATE;
        else
            works->pdata[kept++] = work;
    }
    g_ptr_array_set_size(works, (gint)kept);
    return true;
}

/* Builds the rows. A message with a value that can't be stored is marked, and all is built again
 * without that value. */
static bool
build(struct writer *writer, GPtrArray *works, GError **error)
{
    g_autofree struct record **records = g_new(struct record *, works->len);
    g_autoptr(GPtrArray) sorted = g_ptr_array_sized_new(works->len);
    for (unsigned i = 0; i < works->len; i++) {
        struct work *work = g_ptr_array_index(works, i);
        records[i] = work->record;
        g_ptr_array_add(sorted, work);
    }
    g_ptr_array_sort(sorted, by_digest);
    if (!batch_know_sources(&writer->batch, writer->db, records, works->len, error) ||
        !batch_match_replies(writer->db, records, works->len, error))
        return false;
    for (bool again = true; again;) {
        again = false;
        batch_clear(&writer->batch);
        if (!batch_reserve(&writer->batch, writer->db, records, works->len, error))
            return false;
        for (unsigned i = 0; i < works->len; i++) {
            struct work *work = g_ptr_array_index(works, i);
            batch_add_ledger(&writer->batch, ((struct work *)sorted->pdata[i])->record);
            const char *flaw = batch_add(&writer->batch, work->record, work->why_held);
            if (flaw == NULL || work->why_held != NULL)
                continue;
            work->why_held = g_strdup_printf("%s can't be stored: no UTF-8", flaw);
            again = true;
        }
    }
    return true;
}

static void
tell_stored(GPtrArray *works)
{
    for (unsigned i = 0; i < works->len; i++) {
        const struct work *work = g_ptr_array_index(works, i);
        bool held = work->why_held != NULL || batch_is_held(work->record);
        *work->outcome = held ? STORED_HELD : STORED_NEW;
    }
}

/* Whether the transaction that was sent last is there. Its rows stand or fall together, so one of
 * them tells. */
static bool
settle_uncertain(struct writer *writer, GPtrArray *works, bool *stored, GError **error)
{
    g_autofree char *found = NULL;
    g_autofree char *sql = batch_proof(&writer->batch);
    if (!ledger_wait(writer->db, true, error) || !db_ask(writer->db, sql, &found, error) ||
        !ledger_wait(writer->db, false, error))
        return false;
    writer->uncertain = false;
    *stored = found != NULL;
    if (*stored)
        tell_stored(works);
    return true;
}

/* Where dictionary rows were removed meanwhile, no id in memory is true any more; and mails stored
 * from now on have ids above all that the remover has looked at (sweep.h). */
static bool
follow_sweeps(struct writer *writer, GError **error)
{
    int64_t mark;
    if (!sweep_mark_read(writer->db, &mark, error))
        return false;
    if (mark == writer->mark)
        return true;
    intern_forget(writer->intern);
    writer->batch.email_ids.next = writer->batch.email_ids.end;
    writer->mark = mark;
    return true;
}

/* True with *swept: nothing was sent, all ids are to be looked for again. */
static bool
send_mails(struct writer *writer, GPtrArray *works, bool *swept, GError **error)
{
    g_autofree bool *known = g_new0(bool, works->len);
    int64_t mark;
    if (!db_begin(writer->db, error) || !sweep_mark_hold(writer->db, &mark, error))
        return false;
    *swept = mark != writer->mark;
    if (*swept) {
        db_rollback(writer->db);
        return true;
    }
    if (!batch_send(&writer->batch, writer->db, error))
        return false;
    writer->uncertain = true;
    if (!db_commit(writer->db, error) || !read_ledger(writer, works, known, error))
        return false;
    writer->uncertain = false;
    for (unsigned i = 0; i < works->len; i++)
        if (!known[i])
            return db_fail(writer->db, "COMMIT", 1020, "HY000",
                           "was answered, but the mails are not there", error);
    tell_stored(works);
    return true;
}

/* One try at storing the list. True: done. */
static bool
store_once(struct writer *writer, GPtrArray *works, GError **error)
{
    bool stored = false;
    if (!db_is_connected(writer->db) && !db_reconnect(writer->db, error))
        return false;
    if (writer->uncertain && !settle_uncertain(writer, works, &stored, error))
        return false;
    if (!stored) {
        if (!drop_known(writer, works, error))
            return false;
        if (works->len == 0)
            return true;
        for (bool swept = true; swept;)
            if (!follow_sweeps(writer, error) || !build(writer, works, error) ||
                !batch_resolve(&writer->batch, writer->intern, writer->db, error) ||
                !send_mails(writer, works, &swept, error))
                return false;
    }
    intern_note_seen(writer->intern, writer->batch.wanted);
    return true;
}

enum verdict { VERDICT_DONE, VERDICT_AGAIN, VERDICT_HALVE, VERDICT_STOP };

/* What comes after a list that could not be stored whatever was tried; `away`: there was not even a
 * connection. */
static enum verdict
give_up(const struct writer *writer, GPtrArray *works, const struct failure *failure, bool away,
        const GError *problem)
{
    enum remedy remedy = failure->remedy;
    if (remedy == REMEDY_OPERATOR || remedy == REMEDY_AWAY || away || writer->uncertain)
        return VERDICT_STOP;
    if (works->len > 1)
        return VERDICT_HALVE;
    struct work *work = g_ptr_array_index(works, 0);
    if (work->why_held != NULL) /* not even so: it stays in its mailbox, and the run goes on */
        return remedy == REMEDY_DATA ? VERDICT_DONE : VERDICT_STOP;
    work->why_held = g_strdup_printf("could not be stored as mail: %s", problem->message);
    return VERDICT_AGAIN;
}

/* Another writer being first with a mail is no fault of the batch: the next try reads the
 * ledger. */
static bool
is_worth_replay(const struct writer *writer, const struct failure *failure)
{
    enum batch_table failed = writer->batch.failed;
    if (failure->remedy == REMEDY_DUPLICATE)
        return failed == BATCH_LEDGER || failed == BATCH_REPLY;
    return failure->remedy != REMEDY_OPERATOR && failure->remedy != REMEDY_DATA;
}

/* Stores the list, or tells that its halves are to be tried. */
static enum verdict
store_list(struct writer *writer, GPtrArray *works, GError **error)
{
    struct replay replay = { 0 };
    while (works->len > 0) {
        g_autoptr(GError) problem = NULL;
        unsigned before = works->len;
        if (store_once(writer, works, &problem))
            break;
        struct failure failure = *db_failure(writer->db);
        bool away = !db_is_connected(writer->db);
        writer->replays++;
        replay_clean(writer->db, &failure);
        if (works->len < before)
            replay = (struct replay){ 0 };
        if (is_worth_replay(writer, &failure) && replay_again(&replay, &failure))
            continue;
        enum verdict verdict = give_up(writer, works, &failure, away, problem);
        if (verdict == VERDICT_STOP)
            g_propagate_error(error, g_steal_pointer(&problem));
        if (verdict != VERDICT_AGAIN)
            return verdict;
        replay = (struct replay){ 0 };
    }
    return VERDICT_DONE;
}

/* Stores all works, halving lists that can't be stored as a whole. */
static bool
store_all(struct writer *writer, GPtrArray *works, GError **error)
{
    GQueue lists = G_QUEUE_INIT;
    GPtrArray *list;
    bool ok = true;
    g_queue_push_head(&lists, g_ptr_array_ref(works));
    while ((list = g_queue_pop_head(&lists)) != NULL) {
        enum verdict verdict = ok ? store_list(writer, list, error) : VERDICT_STOP;
        ok = verdict != VERDICT_STOP;
        if (verdict == VERDICT_HALVE) {
            GPtrArray *front = g_ptr_array_new(), *back = g_ptr_array_new();
            for (unsigned i = 0; i < list->len; i++)
                g_ptr_array_add(i < list->len / 2 ? front : back, list->pdata[i]);
            g_queue_push_head(&lists, back);
            g_queue_push_head(&lists, front);
        }
        g_ptr_array_unref(list);
    }
    return ok;
}

/* A message that stays in its mailbox and was stored by another way has no row of feedState yet. */
static bool
note_duplicates(struct writer *writer, struct record **records, size_t count,
                const enum stored *outcomes, GError **error)
{
    batch_clear(&writer->batch);
    for (size_t i = 0; i < count; i++)
        if (outcomes[i] == STORED_DUPLICATE)
            batch_add_feed_state(&writer->batch, records[i]);
    for (struct replay replay = { 0 };;) {
        g_autoptr(GError) problem = NULL;
        if ((db_is_connected(writer->db) || db_reconnect(writer->db, &problem)) &&
            batch_send(&writer->batch, writer->db, &problem))
            return true;
        struct failure failure = *db_failure(writer->db);
        replay_clean(writer->db, &failure);
        if (failure.remedy == REMEDY_OPERATOR || !replay_again(&replay, &failure)) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return false;
        }
    }
}

void
writer_flush(struct writer *writer)
{
    if (seen_flush(intern_seen(writer->intern), writer->db, NULL))
        return;
    struct failure failure = *db_failure(writer->db);
    replay_clean(writer->db, &failure);
}

bool
writer_store(struct writer *writer, struct record **records, size_t count, enum stored *outcomes,
             GError **error)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(work_free);
    g_autoptr(GPtrArray) works = g_ptr_array_new();
    g_autoptr(GHashTable) first = g_hash_table_new(key_hash, key_equal);
    g_autofree size_t *twin = g_new(size_t, MAX(count, 1));
    writer->uncertain = false;
    for (size_t i = 0; i < count; i++) {
        gpointer earlier;
        outcomes[i] = STORED_NOT;
        twin[i] = i;
        if (g_hash_table_lookup_extended(first, records[i]->digest, NULL, &earlier)) {
            twin[i] = GPOINTER_TO_SIZE(earlier);
            continue;
        }
        g_hash_table_insert(first, records[i]->digest, GSIZE_TO_POINTER(i));
        struct work *work = g_new0(struct work, 1);
        work->record = records[i];
        work->outcome = &outcomes[i];
        g_ptr_array_add(all, work);
        g_ptr_array_add(works, work);
    }
    bool ok = store_all(writer, works, error);
    for (size_t i = 0; i < count; i++)
        if (twin[i] != i && outcomes[twin[i]] != STORED_NOT)
            outcomes[i] = STORED_DUPLICATE;
    if (!ok)
        return false;
    if (seen_is_due(intern_seen(writer->intern)))
        writer_flush(writer);
    return note_duplicates(writer, records, count, outcomes, error);
}
