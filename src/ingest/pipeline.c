/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/pipeline.h"

#include "base/fault.h"
#include "ingest/left_place.h"
#include "mailbox/mail_digest.h"

G_STATIC_ASSERT(DIGEST_OCTETS == MAIL_DIGEST_OCTETS);
G_STATIC_ASSERT(DIGEST_OCTETS == IN_WORK_DIGEST_OCTETS);

struct pipeline {
    const struct examine_settings *settings;
    struct writer *writer;
    struct in_work *journal;
    const char *folder;
    GThreadPool *parsers;
    GThread *storing;
    GAsyncQueue *examiners; /* idle ones: a parse thread takes one for each message */
    GAsyncQueue *parsed;    /* chunks for the writer */
    GAsyncQueue *done;
    GQueue order;         /* chunks put in and not taken out, the caller's thread only */
    GHashTable *returned; /* those that came back before their turn */
    size_t octets;        /* in work */
    GMutex large;         /* held while a large message is parsed */
    GMutex lock;          /* of `error` */
    GError *error;
};

/* One message for a parse thread. */
struct job {
    struct chunk *chunk;
    guint index;
};

static const char stop_mark; /* a pointer to it tells the writer thread to end */

static void
item_clear(gpointer pointer)
{
    struct chunk_item *item = pointer;
    delivery_free(item->delivery);
    record_free(item->record);
    g_free(item->held_reason);
}

struct chunk *
chunk_new(void)
{
    struct chunk *chunk = g_new0(struct chunk, 1);
    chunk->items = g_array_new(FALSE, TRUE, sizeof(struct chunk_item));
    g_array_set_clear_func(chunk->items, item_clear);
    return chunk;
}

void
chunk_free(struct chunk *chunk)
{
    if (chunk == NULL)
        return;
    g_array_free(chunk->items, TRUE);
    g_free(chunk);
}

void
chunk_add(struct chunk *chunk, struct delivery *delivery)
{
    struct chunk_item *item;
    g_array_set_size(chunk->items, chunk->items->len + 1);
    item = &g_array_index(chunk->items, struct chunk_item, chunk->items->len - 1);
    item->delivery = delivery;
    item->outcome = STORED_NOT;
    if (delivery->octets != NULL) {
        mail_digest(span_of_bytes(delivery->octets), item->digest);
        chunk->octets += g_bytes_get_size(delivery->octets);
    } else { /* it has no digest: its place stands for it, so that it is noted once */
        left_place_digest(delivery, delivery->unreadable, item->digest);
        item->held_kind = HELD_LEFT;
        item->held_reason = left_place_reason(delivery->unreadable);
    }
}

bool
chunk_is_full(const struct chunk *chunk, size_t batch)
{
    return chunk->items->len >= batch || chunk->octets >= PIPELINE_CHUNK_OCTETS;
}

static struct record *
parse_item(struct pipeline *pipeline, struct examiner *examiner, struct chunk_item *item)
{
    struct record *record;
    int slot;
    bool large;
    if (item->known)
        return examine_known(examiner, item->delivery, item->digest);
    if (item->held_kind != NULL)
        return examine_held(examiner, item->delivery, item->digest, item->held_kind,
                            item->held_reason);
    large = g_bytes_get_size(item->delivery->octets) > PIPELINE_LARGE;
    if (large)
        g_mutex_lock(&pipeline->large);
    slot = in_work_begin(pipeline->journal, item->digest);
    record = examine(examiner, item->delivery, item->digest);
    in_work_end(pipeline->journal, slot);
    if (large)
        g_mutex_unlock(&pipeline->large);
    return record;
}

static void
parse_job(gpointer pointer, gpointer user)
{
    struct pipeline *pipeline = user;
    struct job *job = pointer;
    struct chunk *chunk = job->chunk;
    struct chunk_item *item = &g_array_index(chunk->items, struct chunk_item, job->index);
    if (!item->put_off) {
        struct examiner *examiner = g_async_queue_try_pop(pipeline->examiners);
        if (examiner == NULL)
            examiner = examiner_new(pipeline->settings);
        item->record = parse_item(pipeline, examiner, item);
        item->record->folder = pipeline->folder;
        g_async_queue_push(pipeline->examiners, examiner);
    }
    g_clear_pointer(&item->delivery->octets, g_bytes_unref);
    g_free(job);
    if (g_atomic_int_dec_and_test(&chunk->pending))
        g_async_queue_push(pipeline->parsed, chunk);
}

static bool
has_failed(struct pipeline *pipeline)
{
    bool failed;
    g_mutex_lock(&pipeline->lock);
    failed = pipeline->error != NULL;
    g_mutex_unlock(&pipeline->lock);
    return failed;
}

static void
store_chunk(struct pipeline *pipeline, struct chunk *chunk)
{
    g_autofree struct record **records = g_new(struct record *, chunk->items->len + 1);
    g_autofree enum stored *outcomes = g_new0(enum stored, chunk->items->len + 1);
    g_autofree guint *places = g_new(guint, chunk->items->len + 1);
    GError *error = NULL;
    size_t count = 0;
    for (guint i = 0; i < chunk->items->len; i++) {
        struct chunk_item *item = &g_array_index(chunk->items, struct chunk_item, i);
        if (item->known)
            item->outcome = STORED_DUPLICATE;
        if (item->record == NULL || (item->known && pipeline->folder == NULL))
            continue; /* what is known needs nothing but its row of feedState */
        places[count] = i;
        records[count++] = item->record;
    }
    if (count == 0 || has_failed(pipeline))
        return;
    if (!writer_store(pipeline->writer, records, count, outcomes, &error)) {
        g_mutex_lock(&pipeline->lock);
        pipeline->error = error;
        g_mutex_unlock(&pipeline->lock);
    }
    for (size_t i = 0; i < count; i++)
        g_array_index(chunk->items, struct chunk_item, places[i]).outcome = outcomes[i];
}

static gpointer
storing_thread(gpointer user)
{
    struct pipeline *pipeline = user;
    for (;;) {
        gpointer chunk = g_async_queue_pop(pipeline->parsed);
        if (chunk == &stop_mark)
            return NULL;
        store_chunk(pipeline, chunk);
        g_async_queue_push(pipeline->done, chunk);
    }
}

/* A writer and at least one parser; else the pipeline has an error from the start. */
static void
start_threads(struct pipeline *pipeline, unsigned threads)
{
    g_autoptr(GError) cause = NULL;
    pipeline->storing = g_thread_try_new("writer", storing_thread, pipeline, &cause);
    if (pipeline->storing != NULL)
        pipeline->parsers = g_thread_pool_new(
            parse_job, pipeline, (gint)(threads != 0 ? threads : g_get_num_processors()), TRUE,
            &cause);
    if (pipeline->parsers != NULL && g_thread_pool_get_num_threads(pipeline->parsers) > 0)
        return;
    g_set_error(&pipeline->error, FAULT, FAULT_RETRY, "no threads to parse with: %s",
                cause != NULL ? cause->message : "unknown");
}

static void
free_examiner(gpointer examiner)
{
    examiner_free(examiner);
}

struct pipeline *
pipeline_new(const struct examine_settings *settings, unsigned threads, struct writer *writer,
             struct in_work *journal, const char *folder)
{
    struct pipeline *pipeline = g_new0(struct pipeline, 1);
    pipeline->settings = settings;
    pipeline->writer = writer;
    pipeline->journal = journal;
    pipeline->folder = folder;
    pipeline->examiners = g_async_queue_new_full(free_examiner);
    pipeline->parsed = g_async_queue_new();
    pipeline->done = g_async_queue_new();
    pipeline->returned = g_hash_table_new(NULL, NULL);
    g_queue_init(&pipeline->order);
    g_mutex_init(&pipeline->large);
    g_mutex_init(&pipeline->lock);
    start_threads(pipeline, threads);
    return pipeline;
}

void
pipeline_free(struct pipeline *pipeline)
{
    struct chunk *chunk;
    if (pipeline == NULL)
        return;
    while ((chunk = pipeline_take(pipeline, true)) != NULL)
        chunk_free(chunk);
    if (pipeline->storing != NULL) {
        g_async_queue_push(pipeline->parsed, (gpointer)(uintptr_t)&stop_mark);
        g_thread_join(pipeline->storing);
    }
    if (pipeline->parsers != NULL)
        g_thread_pool_free(pipeline->parsers, FALSE, TRUE);
    g_async_queue_unref(pipeline->examiners);
    g_async_queue_unref(pipeline->parsed);
    g_async_queue_unref(pipeline->done);
    g_hash_table_unref(pipeline->returned);
    g_mutex_clear(&pipeline->large);
    g_mutex_clear(&pipeline->lock);
    g_clear_error(&pipeline->error);
    g_free(pipeline);
}

bool
pipeline_has_room(const struct pipeline *pipeline)
{
    return pipeline->order.length == 0 ||
           (pipeline->order.length < PIPELINE_CHUNKS && pipeline->octets < PIPELINE_OCTETS);
}

void
pipeline_put(struct pipeline *pipeline, struct chunk *chunk)
{
    pipeline->octets += chunk->octets;
    g_queue_push_tail(&pipeline->order, chunk);
    g_atomic_int_set(&chunk->pending, (gint)chunk->items->len + 1);
    for (guint i = 0; i < chunk->items->len; i++) {
        struct job job = { chunk, i };
        g_thread_pool_push(pipeline->parsers, g_memdup2(&job, sizeof job), NULL);
    }
    if (g_atomic_int_dec_and_test(&chunk->pending))
        g_async_queue_push(pipeline->parsed, chunk);
}

struct chunk *
pipeline_take(struct pipeline *pipeline, bool wait)
{
    struct chunk *next = g_queue_peek_head(&pipeline->order);
    while (next != NULL && !g_hash_table_contains(pipeline->returned, next)) {
        struct chunk *done =
            wait ? g_async_queue_pop(pipeline->done) : g_async_queue_try_pop(pipeline->done);
        if (done == NULL)
            return NULL;
        g_hash_table_add(pipeline->returned, done);
    }
    if (next == NULL)
        return NULL;
    g_hash_table_remove(pipeline->returned, next);
    g_queue_pop_head(&pipeline->order);
    pipeline->octets -= next->octets;
    return next;
}

const GError *
pipeline_error(struct pipeline *pipeline)
{
    return has_failed(pipeline) ? pipeline->error : NULL;
}
