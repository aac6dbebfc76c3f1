/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/lookup_run.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/progress.h"
#include "ingest/lookup_facts.h"
#include "ingest/lookup_wants.h"
#include "ingest/run_state.h"
#include "mailbox/run_lock.h"
#include "store/id_list.h"
#include "store/network_read.h"
#include "store/schema.h"

#define LOCK_NAME "lookups"
#define CHUNK_MAILS 4000

struct work {
    const struct lookup_options *options;
    struct lookup_counts *counts;
    struct db *db;
    struct lookup_queue *queue;
    struct enrich *enrich;
    struct fact_writer *writer;
    struct progress *progress;
    GArray *asns;         /* whose holders are to be asked for next */
    GHashTable *asns_met; /* of int64_t */
    uint64_t seen;
    int64_t deadline_us;
};

static bool
is_over(const struct work *work)
{
    return *work->options->stop || clock_monotonic_us() >= work->deadline_us;
}

/* Names that the database has are not asked for. */
static bool
ask_as_names(struct work *work, GError **error)
{
    if (!network_read_as_names(work->db, clock_now(), work->asns, error))
        return false;
    for (guint i = 0; i < work->asns->len; i++)
        enrich_add_asn(work->enrich, (uint32_t)id_list_at(work->asns, i));
    return true;
}

/* The questions of a chunk (NULL: what is left of others). */
static bool
ask(struct work *work, const struct lookup_chunk *chunk, GError **error)
{
    if (!ask_as_names(work, error))
        return false;
    if (chunk != NULL)
        lookup_facts_ask(work->enrich, chunk);
    return true;
}

static gpointer
wait_for_answers(gpointer self)
{
    struct work *work = self;
    enrich_run(work->enrich, work->deadline_us, work->options->stop);
    return NULL;
}

/* The answers, copied, so that enrich is free for the next questions. */
static void
take(struct work *work, const struct lookup_chunk *chunk)
{
    GArray *met = id_list_new();
    lookup_facts_take_as(work->enrich, work->asns, work->writer);
    if (chunk != NULL)
        lookup_facts_take(work->enrich, chunk, work->writer, met, work->asns_met);
    g_array_unref(work->asns);
    work->asns = met;
    enrich_clear(work->enrich);
}

/* Stores what was taken, and tells it to the chunk's mails. */
static bool
write_chunk(struct work *work, const struct lookup_chunk *chunk, GError **error)
{
    uint64_t done = 0;
    if (!fact_writer_flush(work->writer, error))
        return false;
    if (chunk == NULL)
        return true;
    if (!lookup_queue_finish(work->queue, chunk, &done, error))
        return false;
    work->counts->mails += done;
    work->counts->left -= MIN(done, work->counts->left);
    work->seen += chunk->emails->len;
    progress_show(work->progress, work->seen);
    return true;
}

/* While a chunk waits for its answers, the one before it is written. */
static bool
run_chunks(struct work *work, GError **error)
{
    g_autoptr(LookupChunk) answered = NULL;
    for (;;) {
        struct lookup_chunk *chunk = NULL;
        GThread *waiting = NULL;
        if (!is_over(work) && !lookup_queue_next(work->queue, CHUNK_MAILS, &chunk, error))
            return false;
        bool asks = chunk != NULL || work->asns->len > 0;
        bool ok = !asks || ask(work, chunk, error);
        if (ok && asks)
            waiting = g_thread_new("lookups", wait_for_answers, work);
        ok = ok && write_chunk(work, answered, error);
        if (waiting != NULL)
            g_thread_join(waiting);
        if (ok && asks)
            take(work, chunk);
        g_clear_pointer(&answered, lookup_chunk_free);
        answered = chunk;
        if (!ok)
            return false;
        if (!asks)
            break;
    }
    lookup_facts_take_networks(work->enrich, work->writer);
    return fact_writer_flush(work->writer, error);
}

static void
tell_counts(struct work *work)
{
    struct resolver_counts counts;
    enrich_counts(work->enrich, &counts);
    work->counts->asked = counts.asked;
    work->counts->found = counts.found;
    work->counts->none = counts.none;
    work->counts->not_known = counts.not_known;
    for (const char *const *warning = enrich_warnings(work->enrich); *warning != NULL; warning++)
        log_event(LOG_LEVEL_WARNING, "lookups", "reason", *warning, NULL);
}

/* Works through a queue that is not empty. */
static bool
work_through(struct work *work, GError **error)
{
    const struct config *config = work->options->config;
    g_autoptr(Enrich) enrich = enrich_new(config, error);
    if (enrich == NULL || !network_read(work->db, clock_now(), lookup_facts_know, enrich, error))
        return false;
    g_autoptr(FactWriter) writer = fact_writer_new(work->db);
    g_autoptr(Progress) progress =
        progress_new("mails looked up", work->counts->left, work->options->quiet);
    work->enrich = enrich;
    work->writer = writer;
    work->progress = progress;
    work->asns = id_list_new();
    work->asns_met = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    bool ok = run_chunks(work, error);
    g_array_unref(work->asns);
    g_hash_table_unref(work->asns_met);
    tell_counts(work);
    return ok;
}

static bool
run_locked(struct work *work, GError **error)
{
    const struct config *config = work->options->config;
    struct db_settings settings = db_settings_of(config);
    uint64_t dropped;
    g_autoptr(LookupWants) wants = lookup_wants_new(config, error);
    g_autoptr(Db) db = wants != NULL ? db_open(&settings, error) : NULL;
    if (db == NULL || !schema_check(db, error))
        return false;
    g_autoptr(LookupQueue) queue = lookup_queue_new(db, &wants->facts);
    work->db = db;
    work->queue = queue;
    if (!lookup_queue_trim(queue, &dropped, &work->counts->left, error))
        return false;
    return work->counts->left == 0 || config->dns.budget_s == 0 || work_through(work, error);
}

enum lookup_end
lookup_run(const struct lookup_options *options, struct lookup_counts *counts, GError **error)
{
    int64_t started = clock_monotonic_us();
    struct work work = { .options = options,
                         .counts = counts,
                         .deadline_us =
                             started + (int64_t)options->config->dns.budget_s * 1000000 };
    bool held = false;
    g_autoptr(RunLock) lock = run_lock_take(LOCK_NAME, &held, NULL, NULL, error);
    *counts = (struct lookup_counts){ 0 };
    if (lock == NULL)
        return held ? LOOKUP_HELD : LOOKUP_FAILED;
    bool ok = run_locked(&work, error);
    counts->seconds = (double)(clock_monotonic_us() - started) / 1e6;
    return ok ? LOOKUP_DONE : LOOKUP_FAILED;
}
