/* SPDX-License-Identifier: Apache-2.0 */
/*
 * purge - removes mails, their octets and held messages that are older than a date
 *
 * A page of rows at a time, each in one short transaction with all that hangs on it; so a death in
 * between leaves whole mails only, and the next purge goes on. The rows of ledger stay: a kept
 * mailbox must not bring the mails back. Names, URLs, files and patterns are left for sweep.h.
 * Errors and threads: as db.h.
 */
#pragma once

#include "store/db.h"

enum purge_what {
    PURGE_MAILS,
    PURGE_BODIES, /* of mails: the octets alone */
    PURGE_HELD,
    PURGE_HELD_BODIES
};

struct purge_choice {
    enum purge_what what;
    int64_t before;   /* receivedDate, seconds since 1970 UTC */
    const char *type; /* emailType of the mails, or NULL: all */
};

struct purge {
    const struct purge_choice *choice;
    char received[24]; /* behind this place the next page begins; "" at the start */
    int64_t id;
    uint64_t rows, octets; /* so far; octets of the messages as they came */
    bool done;
};

/* How many rows there are and their octets, without changing anything. */
bool purge_count(struct db *db, const struct purge_choice *choice, uint64_t *rows, uint64_t *octets,
                 GError **error);
void purge_begin(struct purge *purge, const struct purge_choice *choice);
/* Removes a page; `done` is set behind the last. */
bool purge_page(struct purge *purge, struct db *db, GError **error);
