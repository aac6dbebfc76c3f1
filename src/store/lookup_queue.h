/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_queue - mails of which something is not known, chunk by chunk, newest first
 *
 * A chunk names the addresses and hosts of its mails of which the database knows nothing that still
 * holds. The caller finds out what it can, writes it (fact_write.h), takes it off `missing`, and
 * finishes the chunk: its mails and their URLs are told what the tables of facts say, never over a
 * value that is there, and those of which nothing is missing leave the queue. A run sees each mail
 * once, and is told of each address and host once.
 * Safe:    killed at any point, what is not finished is found again. Two that have the same mails
 *          write the same.
 * Memory:  each address and host met in the run.
 * Errors:  as db.h. Threads: one queue, one thread.
 */
#pragma once

#include "store/fact_read.h"

struct lookup_ip {
    struct ip ip;
    unsigned missing; /* FACT_NAME, FACT_NETWORK, FACT_LISTS */
};

struct lookup_host {
    int64_t domain_id;
    unsigned missing; /* FACT_ADDRESS, FACT_NETWORK, FACT_LISTS */
    char *host;       /* NULL when nothing is to be found out */
};

struct lookup_chunk {
    GArray *emails;       /* of struct lookup_email */
    GArray *urls;         /* id_list: those that nothing is said of; ascending */
    GPtrArray *ips;       /* of struct lookup_ip *, all of the chunk; owned by the queue */
    GPtrArray *hosts;     /* of struct lookup_host *, likewise */
    GPtrArray *new_ips;   /* those of them with something missing that the caller was not told of
                             before */
    GPtrArray *new_hosts; /* likewise */
    int64_t now;          /* what expires later is told to the mails */
};

struct lookup_email {
    int64_t id;
    const struct lookup_ip *source; /* NULL: nobody is asked about it */
};

void lookup_chunk_free(struct lookup_chunk *chunk); /* NULL is allowed */
typedef struct lookup_chunk LookupChunk;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LookupChunk, lookup_chunk_free)

struct lookup_queue;

/* `db` is borrowed; `wants` is copied but for what it points to. */
struct lookup_queue *lookup_queue_new(struct db *db, const struct fact_wants *wants);
void lookup_queue_free(struct lookup_queue *queue); /* NULL is allowed; chunks go before */
typedef struct lookup_queue LookupQueue;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LookupQueue, lookup_queue_free)

/* Takes out the mails that are too old by now, and counts the rest. */
bool lookup_queue_trim(struct lookup_queue *queue, uint64_t *dropped, uint64_t *left,
                       GError **error);
/* The highest id in the queue, 0 when it is empty. */
bool lookup_queue_newest(struct db *db, int64_t *id, GError **error);
/* From here on only mails with higher ids than that, in order of these: those that are stored
 * meanwhile. *chunk is NULL behind the last that is there by now. */
void lookup_queue_follow(struct lookup_queue *queue, int64_t above);
/* From here on all mails again, newest first; of addresses and hosts that were told nothing is told
 * again. */
void lookup_queue_rewind(struct lookup_queue *queue);
/* The next `mails`; *chunk is NULL behind the last. */
bool lookup_queue_next(struct lookup_queue *queue, unsigned mails, struct lookup_chunk **chunk,
                       GError **error);
/* *done: how many mails left the queue. */
bool lookup_queue_finish(struct lookup_queue *queue, const struct lookup_chunk *chunk,
                         uint64_t *done, GError **error);

/* Puts the mails of arfEmail (as `a`) that `where` names into the queue, as far as they arrived
 * since then and something is not said of them. `where` is a text of our own. */
bool lookup_queue_add(struct db *db, const char *where, int64_t since, GError **error);
