/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pipeline - parse threads and a writer thread between a mailbox and the database
 *
 * The caller's thread reads the mailbox and settles; it fills a chunk of deliveries, gives it in
 * with pipeline_put(), and gets it back with pipeline_take() when it is stored. Chunks come back in
 * the order in which they were put in.
 * Memory:  at most PIPELINE_CHUNKS chunks and about PIPELINE_OCTETS octets of messages at once; a
 *          message over PIPELINE_LARGE octets is parsed while no other such one is.
 * Errors:  no threads to be had, or the writer's; after the first one the writer stores nothing
 *          more; chunks still come back, with STORED_NOT for what is not in the database.
 * Threads: the functions are for one thread. Every message being parsed is noted in the journal
 *          (mailbox/in_work.h).
 */
#pragma once

#include "ingest/examine.h"
#include "mailbox/in_work.h"
#include "store/writer.h"

#define PIPELINE_CHUNKS 3
#define PIPELINE_OCTETS (16 * 1024 * 1024)
#define PIPELINE_CHUNK_OCTETS (8 * 1024 * 1024)
#define PIPELINE_LARGE (1024 * 1024)

struct chunk_item {
    struct delivery *delivery;           /* owned; its octets go once they are parsed */
    unsigned char digest[DIGEST_OCTETS]; /* of the message, set by chunk_add() */
    bool known;                          /* the ledger has it: neither parsed nor stored */
    bool put_off;                        /* not in this run: neither parsed nor stored */
    const char *held_kind;               /* hold it unparsed, for `held_reason`; or NULL */
    char *held_reason;                   /* owned */
    struct record *record;               /* made by a parse thread */
    enum stored outcome;
};

struct chunk {
    GArray *items; /* of struct chunk_item */
    size_t octets;
    gint pending; /* messages not parsed yet; atomic */
};

struct chunk *chunk_new(void);
void chunk_free(struct chunk *chunk); /* NULL is allowed */
/* Takes the delivery over. */
void chunk_add(struct chunk *chunk, struct delivery *delivery);
bool chunk_is_full(const struct chunk *chunk, size_t batch);

struct pipeline;

/* `threads` 0: one a core. All arguments are borrowed and outlive the pipeline. `folder` names the
 * IMAP folder for feedState, or is NULL. */
struct pipeline *pipeline_new(const struct examine_settings *settings, unsigned threads,
                              struct writer *writer, struct in_work *journal, const char *folder);
/* Waits for all that is in work and ends the threads; NULL is allowed. */
void pipeline_free(struct pipeline *pipeline);
typedef struct pipeline Pipeline;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pipeline, pipeline_free)

/* True when there is room for another chunk. */
bool pipeline_has_room(const struct pipeline *pipeline);
/* Takes the chunk over. */
void pipeline_put(struct pipeline *pipeline, struct chunk *chunk);
/* The next chunk that is done, waiting for it when `wait` is set; NULL when none is in work (or
 * none is done yet). The caller frees it. */
struct chunk *pipeline_take(struct pipeline *pipeline, bool wait);
/* The writer's error, or NULL; owned by the pipeline. */
const GError *pipeline_error(struct pipeline *pipeline);
