/* SPDX-License-Identifier: Apache-2.0 */
/*
 * writer - messages into the database, each exactly once
 *
 * In:      records, borrowed during the call; keep a call to some hundred messages and some ten
 *          megabytes, for it is one transaction.
 * Out:     what became of each. What is told as NEW, DUPLICATE or HELD was read back from the
 *          ledger after its COMMIT, so the mailbox may be settled.
 * How:     new dictionary rows first, in a transaction of their own; then one transaction for
 *          ledger, mails, links, raw octets, held messages and feedState. firstSeen and lastSeen of
 *          URLs and files that were there before follow after some batches, each row once: a
 *          program that is killed leaves them to lafayette-admin doctor. A transaction that the
 *          server, the cluster or the connection lost is replayed as a whole, 5 times with growing
 *          waits (about 20 s when the server is away); then the batch is halved; at last the one
 *          mail that can't be stored is held with its reason. A value that the server refuses
 *          halves at once.
 * Errors:  FAULT_RETRY (server away, disk full), FAULT_OPERATOR. Outcomes are filled in all the
 *          same: what is STORED_NOT must stay in its mailbox, the rest is safe.
 * Threads: one writer, one thread; any number of programs at once.
 */
#pragma once

#include "store/db.h"
#include "store/fact_read.h"
#include "store/record.h"

enum stored {
    STORED_NOT, /* not in the database; must not be settled */
    STORED_NEW,
    STORED_DUPLICATE, /* was there before, or stands earlier in the same batch */
    STORED_HELD       /* kept as held message: by the caller's word, or not storable as mail */
};

struct writer_options {
    const struct ip_range *public_ranges; /* special addresses that count as public; copied */
    size_t public_count;
    size_t memory_entries;          /* 0: INTERN_ENTRIES */
    const struct fact_wants *facts; /* fill in what is known, note what is to be looked up; copied
                                       but for what it points to. NULL: neither */
};

struct writer;

/* `db` is borrowed and serves nobody else until writer_free(). `options` may be NULL. Fails when
 * the schema is none, or another than this program's. */
struct writer *writer_new(struct db *db, const struct writer_options *options, GError **error);
/* Writes what writer_flush() would, where the connection still lives; NULL is allowed. */
void writer_free(struct writer *writer);
typedef struct writer Writer;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Writer, writer_free)

bool writer_store(struct writer *writer, struct record **records, size_t count,
                  enum stored *outcomes, GError **error);
/* Writes firstSeen and lastSeen now. What fails is tried again with a later batch. */
void writer_flush(struct writer *writer);
/* Replayed transactions so far, for logs and tests. */
unsigned writer_replays(const struct writer *writer);
