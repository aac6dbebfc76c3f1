/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outbox_rows - complaints and their recipients
 *
 * Order: newest first. Owns: all strings, until outbox_rows_free(). Errors and threads: as db.h.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/ip.h"
#include "store/db.h"

#define OUTBOX_LIMIT_MAX 200
#define OUTBOX_EXPORT_MAX 10000

struct outbox_row { /* a complaint and one of its recipients */
    int64_t complaint_id;
    unsigned position, attempts, smtp_code; /* 0: none */
    const char *reference, *created, *who, *feedback_type, *source_ip, *subject;
    const char *address, *role, *origin, *state;
    const char *next_try, *settled, *smtp_text; /* SQL dates; "" */
    const char *form;                           /* store/outbox.h; "": the usual one */
    int64_t mails, asn, raw_id;                 /* raw_id 0: it is not written yet */
};

struct outbox_rows {
    GArray *rows;   /* of struct outbox_row */
    GArray *emails; /* of int64_t; of one complaint only */
    int64_t next;   /* complaint id to go on behind; 0: none */
    GStringChunk *text;
};

struct outbox_filter {
    const char *state;     /* NULL: any; checked by the caller */
    const char *address;   /* or "@" and a domain; NULL: any */
    struct ip ip;          /* of the source; no address: any */
    const char *reference; /* NULL: any */
    int64_t after;         /* complaint ids below this; 0: from the newest */
    int64_t email_id;      /* complaints about this mail; 0: any */
    size_t limit;          /* rows, at most OUTBOX_EXPORT_MAX; 0: OUTBOX_LIMIT_MAX */
};

struct outbox_rows *outbox_rows_read(struct db *db, const struct outbox_filter *filter,
                                     GError **error);
/* One complaint; no rows: there is none. */
struct outbox_rows *outbox_rows_one(struct db *db, int64_t complaint_id, GError **error);
void outbox_rows_free(struct outbox_rows *rows); /* NULL is allowed */
typedef struct outbox_rows OutboxRows;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OutboxRows, outbox_rows_free)

extern const char *const outbox_states[]; /* NULL-terminated */
struct outbox_state_count {
    char state[16];
    int64_t total;
};
/* Recipients by state: of struct outbox_state_count. */
GArray *outbox_counts(struct db *db, GError **error);

/* Of one address: what was sent, what came back, and whether its sources went quiet. */
struct contact_history {
    int64_t sent, failed, bounced, answered;
    int64_t sources, quiet_sources; /* reported addresses; those without a mail since, of them */
    const char *first, *last;       /* SQL dates; "" */
    const char *opt_out;            /* reason and date, or NULL */
    bool opt_out_own;               /* it is of the address itself, not of a domain above it */
    GStringChunk *text;
};
bool contact_history_read(struct db *db, const char *address, struct contact_history *history,
                          GError **error);
void contact_history_clear(struct contact_history *history);
