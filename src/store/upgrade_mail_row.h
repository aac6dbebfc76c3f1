/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upgrade_mail_row - one mail of the original as a row of the newest schema
 *
 * Owns:    texts made here, in the chunk's arena.
 * Threads: one chunk, one thread.
 */
#pragma once

#include "base/compress.h"
#include "store/rows.h"
#include "store/upgrade_mail.h"

struct upgrade_mail_rows {
    struct rows *emails, *raws;
    GStringChunk *texts;
    GPtrArray *frames; /* of GBytes: the compressed texts */
    GArray *ids;       /* of int64_t, ascending */
    Compressor *compressor;
    GString *content;
    size_t octets; /* of texts read */
};
void upgrade_mail_rows_init(struct upgrade_mail_rows *rows);
void upgrade_mail_rows_done(struct upgrade_mail_rows *rows);
void upgrade_mail_rows_clear(struct upgrade_mail_rows *rows);

/* SELECT up to "WHERE o.emailId"; its rows are the cells of upgrade_mail_row_add(). Caller frees.
 */
char *upgrade_mail_row_select(const struct upgrade_source *source);
void upgrade_mail_row_add(struct upgrade_mail_rows *rows, const struct span *cells,
                          const struct upgrade_mail_shared *shared);
