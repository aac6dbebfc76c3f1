/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upgrade_mail - mails of the original, with their texts and links, become rows of the newest
 * schema
 *
 * A chunk of mails, their links and the bookmark behind them are one transaction. The text goes
 * into rawMessage, compressed; a mail's rawId is its emailId.
 * Limits:  500 mails a chunk, fewer when they are large: 8 MB of text beside the last one's.
 * Errors:  as db.h.
 * Threads: one copier, one thread; several at once on different parts.
 */
#pragma once

#include "store/upgrade_map.h"
#include "store/upgrade_source.h"
#include "store/upgrade_step.h"

/* What all copiers share, read-only. */
struct upgrade_mail_shared {
    const struct upgrade_source *source;
    const struct upgrade_map *domains, *locals, *urls, *files;
    const struct ip_range *public_ranges; /* special addresses that count as public all the same */
    size_t public_count;
};

struct upgrade_mail;
struct upgrade_mail *upgrade_mail_new(const struct upgrade_mail_shared *shared);
void upgrade_mail_free(struct upgrade_mail *mail); /* NULL is allowed */
typedef struct upgrade_mail UpgradeMail;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(UpgradeMail, upgrade_mail_free)

/* Copies the next chunk of the part, and moves part->next; `*mails` is how many that were. */
bool upgrade_mail_chunk(struct upgrade_mail *mail, struct db *db, struct upgrade_part *part,
                        unsigned *mails, GError **error);
