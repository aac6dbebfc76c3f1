/* SPDX-License-Identifier: Apache-2.0 */
/*
 * campaign - patterns that repeat: how often, when first and last, and which go together
 *
 * In:      a window; a kind of pattern (classify/pattern.h) or NULL: subject+sender.
 * Out:     patterns by number of mails, most first. A campaign is what two independent patterns
 *          say: `companions` are the most frequent patterns of other kinds on the same mails that
 *          share no text with it (a pair of subject and sender counts for itself alone; url, file,
 *          file-hash, body are independent of both), with the share of its mails that have them.
 * Errors:  FAULT_REJECT: unknown kind, window too long or too slow; else db.h. Threads: as db.h.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "store/db.h"

#define CAMPAIGN_ROWS_MAX 10001
#define CAMPAIGN_DAYS_MAX 31
#define CAMPAIGN_COMPANIONS 5

extern const char *const campaign_kinds[]; /* NULL-terminated */

struct campaign_companion {
    int64_t pattern_id;
    const char *kind, *pattern;
    int64_t together; /* mails of `sample` that have both */
};

struct campaign_row {
    int64_t pattern_id;
    const char *kind, *pattern;
    int64_t total;             /* mails in the window */
    int64_t first, last;       /* arrival, in the window */
    int64_t reported, sources; /* mails reported; distinct source addresses */
};

struct campaigns {
    struct campaign_row *rows;
    size_t count;
    GStringChunk *text;
};

struct campaigns *campaign_read(struct db *db, const char *kind, int64_t from, int64_t to,
                                size_t limit, GError **error);
/* One pattern; count 0: no such pattern. */
struct campaigns *campaign_by_id(struct db *db, int64_t pattern_id, int64_t from, int64_t to,
                                 GError **error);
void campaigns_free(struct campaigns *campaigns); /* NULL is allowed */
struct campaigns *campaigns_copy(const struct campaigns *campaigns);
typedef struct campaigns Campaigns;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Campaigns, campaigns_free)

/* Mails by hour of the first `most` of them, from the hour of `from` to that of `to`: of guint64,
 * one campaign's hours after the other's. */
GArray *campaign_hours(struct db *db, const struct campaigns *campaigns, size_t most, int64_t from,
                       int64_t to, GError **error);

/* What the newest mails (at most 500: *sample) of a pattern have in common besides; an array of
 * struct campaign_companion, most first; strings in *text. */
GArray *campaign_companions(struct db *db, int64_t pattern_id, int64_t *sample, GStringChunk *text,
                            GError **error);
