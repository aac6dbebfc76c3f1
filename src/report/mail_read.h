/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail_read - a parsed message becomes struct mail, its links and its attachments
 *
 * In:      a GMimeMessage (borrowed) whose octets are still there.
 * Out:     struct mail and, for a whole mail, links and attachments, those of the mails inside it
 *          included; strings in the arena, the arrays in heap (mail_free).
 * Walk:    an explicit stack; what is over a limit (base/limits.h) is left out, `truncated` set.
 * Threads: one reader, one thread.
 */
#pragma once

#include "report/gmime_border.h"
#include "report/link.h"
#include "report/report.h"

enum mail_extent {
    MAIL_HEADER, /* fields and the MIME tree, without those of attached mails */
    MAIL_WHOLE   /* text, links and attachments too */
};

struct mail_reader {
    GStringChunk *arena; /* borrowed */
    LinkSet *links;      /* borrowed */
    GArray *attachments; /* of struct attachment; borrowed */
    bool truncated;
};

/* Caller frees with mail_free(); the strings live as long as the arena. */
struct mail *mail_read(struct mail_reader *reader, GMimeMessage *message, enum mail_extent extent);
/* A mail of its own with the same content, strings in `arena`. Caller frees with mail_free(). */
struct mail *mail_copy(const struct mail *mail, GStringChunk *arena);
void mail_free(struct mail *mail); /* NULL is allowed */
