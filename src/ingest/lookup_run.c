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
    int64_t started_us;
    bool beside; /* mails are still being stored */
};

/* When the budget begins: while mails are stored it does not. */
static int64_t
begin_us(const struct work *work)
{
    int64_t ended_us;
    if (work->options->intake == NULL)
        return work->started_us;
    ended_us = intake_ended_us(work->options->intake);
    return ended_us != 0 ? ended_us : clock_monotonic_us();
}

static int64_t
deadline_us(const struct work *work)
{
    return begin_us(work) + (int64_t)work->options->config->dns.budget_s * 1000000;
}

static bool
is_over(const struct work *work)
{
    return *work->options->stop || clock_monotonic_us() >= deadline_us(work);
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
    enrich_run(work->enrich, deadline_us(work), work->options->stop);
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
    if (work->progress != NULL) /* of the storing side while that goes on */
        progress_show(work->progress, work->seen);
    return true;
}

/* The first time that there is something to look up. */
static bool
make_ready(struct work *work, GError **error)
{
    if (work->enrich != NULL)
        return true;
    work->enrich = enrich_new(work->options->config, error);
    if (work->enrich == NULL ||
        !network_read(work->db, clock_now(), lookup_facts_know, work->enrich, error))
        return false;
    work->writer = fact_writer_new(work->db);
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
        bool ok = !asks || (make_ready(work, error) && ask(work, chunk, error));
        if (ok && asks)
            waiting = g_thread_try_new("lookups", wait_for_answers, work, NULL);
        if (ok && asks && waiting == NULL) /* none to be had: one after the other */
            wait_for_answers(work);
        ok = ok && (work->writer == NULL || write_chunk(work, answered, error));
        if (waiting != NULL)
            g_thread_join(waiting);
        if (ok && asks)
            take(work, chunk);
        g_clear_pointer(&answered, lookup_chunk_free);
        answered = chunk;
        if (!ok)
            return false;
        if (!asks)
            return true;
    }
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

/* What is stored while this goes on. */
static bool
run_beside(struct work *work, GError **error)
{
    uint64_t seen = 0;
    lookup_queue_follow(work->queue, work->options->newest);
    while (intake_wait(work->options->intake, &seen))
        if (!run_chunks(work, error))
            return false;
    work->beside = false;
    return true;
}

/* The whole queue. */
static bool
run_queue(struct work *work, GError **error)
{
    uint64_t dropped;
    lookup_queue_rewind(work->queue);
    if (!lookup_queue_trim(work->queue, &dropped, &work->counts->left, error))
        return false;
    if (work->counts->left > 0 && work->options->config->dns.budget_s > 0) {
        g_autoptr(Progress) progress =
            progress_new("mails looked up", work->counts->left, work->options->quiet);
        work->progress = progress;
        work->seen = 0;
        if (!run_chunks(work, error))
            return false;
    }
    work->progress = NULL;
    if (work->writer == NULL)
        return true;
    lookup_facts_take_networks(work->enrich, work->writer);
    return fact_writer_flush(work->writer, error);
}

static bool
run_locked(struct work *work, GError **error)
{
    const struct config *config = work->options->config;
    struct db_settings settings = db_settings_of(config);
    g_autoptr(LookupWants) wants = lookup_wants_new(config, error);
    g_autoptr(Db) db = wants != NULL ? db_open(&settings, error) : NULL;
    if (db == NULL || !schema_check(db, error))
        return false;
    g_autoptr(LookupQueue) queue = lookup_queue_new(db, &wants->facts);
    work->db = db;
    work->queue = queue;
    work->asns = id_list_new();
    work->asns_met = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    bool ok = (!work->beside || run_beside(work, error)) && run_queue(work, error);
    g_array_unref(work->asns);
    g_hash_table_unref(work->asns_met);
    if (work->enrich != NULL)
        tell_counts(work);
    g_clear_pointer(&work->writer, fact_writer_free);
    g_clear_pointer(&work->enrich, enrich_free);
    work->progress = NULL;
    return ok;
}

static void
wait_for_end(const struct work *work)
{
    uint64_t seen = 0;
    while (work->options->intake != NULL && intake_wait(work->options->intake, &seen))
        ;
}

/* NULL with *held when another run has it at the end, too. */
static struct run_lock *
take_lock(struct work *work, bool *held, GError **error)
{
    struct run_lock *lock = run_lock_take(LOCK_NAME, held, NULL, NULL, error);
    if (lock != NULL || !*held || !work->beside)
        return lock;
    wait_for_end(work);
    work->beside = false;
    return run_lock_take(LOCK_NAME, held, NULL, NULL, error);
}

enum lookup_end
lookup_run(const struct lookup_options *options, struct lookup_counts *counts, GError **error)
{
    struct work work = { .options = options,
                         .counts = counts,
                         .started_us = clock_monotonic_us(),
                         .beside = options->intake != NULL };
    g_autoptr(GError) problem = NULL;
    bool held = false;
    *counts = (struct lookup_counts){ 0 };
    g_autoptr(RunLock) lock = take_lock(&work, &held, error);
    if (lock == NULL)
        return held ? LOOKUP_HELD : LOOKUP_FAILED;
    bool ok = run_locked(&work, &problem);
    if (!ok && work.beside) { /* what broke may be well again when all is stored */
        g_clear_error(&problem);
        wait_for_end(&work);
        work.beside = false;
        ok = run_locked(&work, &problem);
    }
    if (!ok)
        g_propagate_error(error, g_steal_pointer(&problem));
    counts->seconds = (double)(clock_monotonic_us() - begin_us(&work)) / 1e6;
    return ok ? LOOKUP_DONE : LOOKUP_FAILED;
}
