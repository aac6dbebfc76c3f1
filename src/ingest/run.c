/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/run.h"

#include "base/fault.h"
#include "base/log.h"
#include "base/progress.h"
#include "ingest/feed_open.h"
#include "ingest/left_out.h"
#include "ingest/left_place.h"
#include "ingest/pipeline.h"
#include "ingest/run_state.h"
#include "store/feed_state.h"
#include "store/ledger.h"
#include "store/lookup_queue.h"
#include "store/replay.h"
#include "store/reply.h"

struct run {
    const struct run_options *options;
    struct run_state *state;
    struct run_counts *counts;
    struct mailbox *mailbox; /* the one in hand */
    struct pipeline *pipeline;
    struct progress *progress;
    struct left_places *left; /* noted by earlier runs */
    bool ended;               /* the mailbox gave its last message */
    bool store_failed;        /* the database, not the mailbox */
    uint64_t not_settled;
    GError *later; /* what did not end the run, but is to be told by its exit code; or NULL */
};

/* The run goes on; the first fault of this kind is its end's. */
static void
remember(struct run *run, const GError *error)
{
    if (run->later == NULL)
        run->later = g_error_copy(error);
}

/* The server may be starting anew: as the writer does, this waits for it for some seconds. */
static bool
read_ledger(struct run *run, const unsigned char *const *digests, size_t count, bool *known,
            GError **error)
{
    struct db *db = run->state->reading;
    for (struct replay replay = { 0 };;) {
        g_autoptr(GError) problem = NULL;
        struct failure failure;
        if ((db_is_connected(db) || db_reconnect(db, &problem)) &&
            ledger_known(db, digests, count, known, &problem))
            return true;
        failure = *db_failure(db);
        replay_clean(db, &failure);
        if (failure.remedy == REMEDY_OPERATOR || *run->options->stop ||
            !replay_again(&replay, &failure)) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return false;
        }
    }
}

/* Tells which of the chunk's messages the ledger has: they are not parsed again. */
static bool
mark_known(struct run *run, struct chunk *chunk, GError **error)
{
    guint count = chunk->items->len;
    g_autofree const unsigned char **digests = g_new(const unsigned char *, count + 1);
    g_autofree bool *known = g_new0(bool, count + 1);
    for (guint i = 0; i < count; i++)
        digests[i] = g_array_index(chunk->items, struct chunk_item, i).digest;
    if (!read_ledger(run, digests, count, known, error)) {
        run->store_failed = true;
        return false;
    }
    for (guint i = 0; i < count; i++)
        g_array_index(chunk->items, struct chunk_item, i).known = known[i];
    return true;
}

/* A message that was being parsed when an earlier run died is tried in a process of its own. Where
 * there is no such process it waits for the next run: here it might end this one. */
static void
try_suspects(struct run *run, struct chunk *chunk)
{
    for (guint i = 0; i < chunk->items->len; i++) {
        struct chunk_item *item = &g_array_index(chunk->items, struct chunk_item, i);
        g_autofree char *died = NULL;
        if (item->known || item->delivery->octets == NULL ||
            !in_work_is_suspect(run->state->journal, item->digest))
            continue;
        if (in_work_trials_run(run->state->trials, span_of_bytes(item->delivery->octets),
                               RUN_TRIAL_SECONDS, &died))
            continue;
        if (died == NULL) {
            g_autoptr(GError) none =
                g_error_new(FAULT, FAULT_RETRY, "no process to try a suspect message in: %s",
                            item->delivery->where);
            item->put_off = true;
            remember(run, none);
            continue;
        }
        item->held_kind = HELD_CRASH;
        item->held_reason = g_strdup_printf("the parser died of this message: %s", died);
        log_event(LOG_LEVEL_ERROR, "parser-died", "where", item->delivery->where, "how", died,
                  NULL);
    }
}

/* Reads the next chunk; NULL at the end of the mailbox. A source that breaks sets *error, and what
 * it gave before is not lost: it may break there each time. */
static struct chunk *
read_chunk(struct run *run, GError **error)
{
    struct chunk *chunk = chunk_new();
    GError *cause = NULL;
    while (!run->ended && cause == NULL && !*run->options->stop &&
           !chunk_is_full(chunk, run->options->config->ingest.batch)) {
        struct delivery *delivery = mailbox_next(run->mailbox, &cause);
        if (delivery != NULL)
            chunk_add(chunk, delivery);
        else
            run->ended = true;
    }
    if (chunk->items->len == 0 || !mark_known(run, chunk, cause == NULL ? &cause : NULL))
        g_clear_pointer(&chunk, chunk_free);
    else
        try_suspects(run, chunk);
    if (cause != NULL)
        g_propagate_error(error, cause);
    return chunk;
}

static void
count(struct run_counts *counts, enum stored outcome)
{
    switch (outcome) {
    case STORED_NEW:
        counts->ingested++;
        break;
    case STORED_DUPLICATE:
        counts->duplicate++;
        break;
    case STORED_HELD:
        counts->quarantined++;
        break;
    case STORED_NOT:
        counts->failed++;
        break;
    }
}

/* A message that cannot be settled stays, and the next run finds it known. One line tells of it:
 * the others will be in the same case. */
static void
note_not_settled(struct run *run, const struct chunk_item *item, const GError *error)
{
    log_event(run->not_settled++ == 0 ? LOG_LEVEL_WARNING : LOG_LEVEL_DEBUG, "not-settled", "where",
              item->delivery->where, "reason", error->message, NULL);
    remember(run, error);
}

/* What an earlier run could not read was read now: nobody need look at it any more. */
static bool
forget_left(struct run *run, const struct delivery *delivery, GError **error)
{
    unsigned removed = 0;
    if (delivery->unreadable != NULL)
        return true;
    if (!left_places_settle(run->left, run->state->reading, delivery, &removed, error))
        return false;
    if (removed > 0)
        log_event(LOG_LEVEL_INFO, "read-after-all", "where", delivery->where, NULL);
    return true;
}

/* Settles what was stored. */
static void
settle_chunk(struct run *run, struct chunk *chunk)
{
    struct run_counts *counts = run->counts;
    for (guint i = 0; i < chunk->items->len; i++) {
        struct chunk_item *item = &g_array_index(chunk->items, struct chunk_item, i);
        g_autoptr(GError) error = NULL;
        count(counts, item->outcome);
        if (item->outcome == STORED_NOT) {
            if (!item->put_off && pipeline_error(run->pipeline) == NULL)
                log_event(LOG_LEVEL_WARNING, "not-stored", "where", item->delivery->where, NULL);
            continue;
        }
        if (item->outcome == STORED_HELD)
            log_event(LOG_LEVEL_INFO, "held", "where", item->delivery->where, "reason",
                      item->record->held_reason, NULL);
        in_work_clear_suspect(run->state->journal, item->digest);
        if (!forget_left(run, item->delivery, &error) ||
            !mailbox_settle(run->mailbox, item->delivery,
                            item->outcome == STORED_HELD ? OUTCOME_QUARANTINED : OUTCOME_STORED,
                            &error))
            note_not_settled(run, item, error);
    }
    progress_show(run->progress,
                  counts->ingested + counts->duplicate + counts->quarantined + counts->failed);
}

/* Moves the mailbox's messages through the pipeline until it is empty, stopped or broken. */
static bool
pump(struct run *run, GError **error)
{
    GError *cause = NULL;
    for (;;) {
        struct chunk *chunk;
        while (!run->ended && cause == NULL && !*run->options->stop &&
               pipeline_error(run->pipeline) == NULL && pipeline_has_room(run->pipeline)) {
            chunk = read_chunk(run, &cause);
            if (chunk != NULL)
                pipeline_put(run->pipeline, chunk);
            else
                break;
        }
        chunk = pipeline_take(run->pipeline, true);
        if (chunk == NULL)
            break;
        if (run->options->stored != NULL)
            run->options->stored(run->options->user);
        settle_chunk(run, chunk);
        chunk_free(chunk);
    }
    if (pipeline_error(run->pipeline) != NULL) {
        run->store_failed = true;
        if (cause == NULL)
            cause = g_error_copy(pipeline_error(run->pipeline));
    }
    if (cause == NULL)
        return true;
    g_propagate_error(error, cause);
    return false;
}

/* Reads one mailbox, taken over, to its end. */
static bool
run_mailbox(struct run *run, struct mailbox *opened, const char *folder, GError **error)
{
    g_autoptr(Mailbox) mailbox = opened;
    g_autoptr(GError) late = NULL;
    g_autoptr(Progress) progress =
        progress_new("mails", mailbox_expected(mailbox), run->options->quiet);
    g_autoptr(Pipeline) pipeline =
        pipeline_new(&run->state->settings, run->options->config->ingest.threads,
                     run->state->writer, run->state->journal, folder);
    bool good;
    run->mailbox = mailbox;
    run->pipeline = pipeline;
    run->progress = progress;
    run->ended = false;
    good = pump(run, error);
    if (!mailbox_finish(mailbox, good ? error : &late))
        good = false;
    if (late != NULL)
        log_event(LOG_LEVEL_WARNING, "finish", "reason", late->message, NULL);
    if (run->not_settled > 1) {
        g_autofree char *number = g_strdup_printf("%" G_GUINT64_FORMAT, run->not_settled);
        log_event(LOG_LEVEL_WARNING, "not-settled", "messages", number, NULL);
    }
    run->not_settled = 0;
    left_out_tell(mailbox);
    return good;
}

/* A source that cannot be read does not keep the others from being read; the database would. */
static bool
run_paths(struct run *run, GError **error)
{
    for (char **path = run->options->paths; *path != NULL && !*run->options->stop; path++) {
        g_autoptr(GError) problem = NULL;
        struct mailbox *mailbox = mailbox_open_path(*path, SETTLE_KEEP, &problem);
        run->store_failed = false;
        if (mailbox != NULL && run_mailbox(run, mailbox, NULL, &problem))
            continue;
        if (run->store_failed) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return false;
        }
        log_event(LOG_LEVEL_WARNING, "not-read", "path", *path, "reason", problem->message, NULL);
        remember(run, problem);
    }
    return true;
}

static bool
run_feed(struct run *run, GError **error)
{
    const struct config_feed *feed = run->options->feed;
    const char *folder = feed->source == NULL ? feed->imap_folder : NULL;
    g_autoptr(KnownUids) known =
        folder != NULL ? known_uids_new(run->state->reading, feed->name, folder) : NULL;
    struct mailbox *mailbox = feed_open(feed, known, error);
    return mailbox != NULL && run_mailbox(run, mailbox, folder, error);
}

static bool
tell_begun(struct run *run, GError **error)
{
    int64_t newest = 0;
    if (run->options->begun == NULL)
        return true;
    if (!lookup_queue_newest(run->state->reading, &newest, error))
        return false;
    run->options->begun(run->options->user, newest);
    return true;
}

/* How the run ended is told to whoever watches the feeds; it matters to nothing else. */
static void
note_run(struct run_state *state, const struct run_counts *counts, int64_t started)
{
    struct feed_run row = {
        .feed = state->settings.feed,
        .started = started,
        .ended = clock_now(),
        .ingested = counts->ingested,
        .duplicate = counts->duplicate,
        .quarantined = counts->quarantined,
        .failed = counts->failed,
    };
    g_autoptr(GError) error = NULL;
    if (!feed_run_write(state->reading, &row, &error))
        log_event(LOG_LEVEL_DEBUG, "feed-run", "reason", error->message, NULL);
}

/* What follows for recipients and contacts; what a run before this one left as well. */
static bool
apply_replies(struct run_state *state, GError **error)
{
    struct reply_counts counts;
    char bounced[24], disabled[24];
    if (!state->settings.replies)
        return true;
    if (!reply_apply(state->reading, &counts, error))
        return false;
    g_snprintf(bounced, sizeof bounced, "%" G_GUINT64_FORMAT, counts.bounced);
    g_snprintf(disabled, sizeof disabled, "%" G_GUINT64_FORMAT, counts.disabled);
    if (counts.bounced + counts.disabled > 0)
        log_event(LOG_LEVEL_INFO, "replies", "bounced", bounced, "contacts-disabled", disabled,
                  NULL);
    return true;
}

enum run_end
run_ingest(const struct run_options *options, struct run_counts *counts, GError **error)
{
    bool held = false;
    int64_t started = clock_now();
    g_autoptr(RunState) state = run_state_open(options, &held, error);
    struct run run = { .options = options, .state = state, .counts = counts };
    bool good;
    if (state == NULL)
        return held ? RUN_HELD : RUN_FAILED;
    g_autoptr(LeftPlaces) left = left_places_read(state->reading, state->settings.feed, error);
    run.left = left;
    good = left != NULL && tell_begun(&run, error) &&
           (options->paths != NULL ? run_paths(&run, error) : run_feed(&run, error));
    if (good)
        good = apply_replies(state, error);
    note_run(state, counts, started);
    if (good && run.later != NULL && !*options->stop) {
        g_propagate_error(error, g_steal_pointer(&run.later));
        good = false;
    }
    g_clear_error(&run.later);
    if (!good)
        return RUN_FAILED;
    return *options->stop ? RUN_STOPPED : RUN_DONE;
}
