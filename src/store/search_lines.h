/* SPDX-License-Identifier: Apache-2.0 */
/*
 * search_lines - texts of mails and URLs by some hundred in rows of table searchBlock
 *
 * A search for a part of a text looks through these rows first, at a tenth of what the rows that
 * the texts come from would cost, and asks those only where a line has it. A text of printable
 * ASCII is a line of `plain`, in lower case; any other is a line of `other` as it is, but for line
 * feeds and NULs, which become spaces. `plainIds` and `otherIds` tell whose lines they are
 * ("7,8,12"). Who writes a text writes its line in the same transaction, so every text that is
 * committed has a line; there may be lines of texts that have changed or gone (search_mend.h).
 * In:      valid UTF-8 of any content, copied.
 * Limits:  BLOCK_OCTETS of each sort and BLOCK_LINES a row; a longer text has a row of its own.
 * Errors:  as db.h. Threads: one object, one thread.
 */
#pragma once

#include "base/span.h"
#include "store/db.h"

#define SEARCH_BLOCK_OCTETS 16000 /* one page of what InnoDB stores apart */
#define SEARCH_BLOCK_LINES 1000

enum search_kind { SEARCH_SUBJECT, SEARCH_URL };

struct search_lines;
struct search_lines *search_lines_new(enum search_kind kind);
void search_lines_free(struct search_lines *lines); /* NULL is allowed */
typedef struct search_lines SearchLines;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SearchLines, search_lines_free)
void search_lines_clear(struct search_lines *lines);

/* Makes sure that so many lines can be added; never inside a transaction. */
bool search_lines_reserve(struct search_lines *lines, struct db *db, size_t count, GError **error);
/* `when`: arrival of the mail; of a URL it means nothing. */
void search_lines_add(struct search_lines *lines, int64_t id, int64_t when, struct span text);
/* Writes the rows; may be done again after a rollback, until search_lines_clear(). */
bool search_lines_send(struct search_lines *lines, struct db *db, GError **error);

/* The word of the column `kind`. */
const char *search_kind_word(enum search_kind kind);
/* Whether a text is a line of `plain`. */
bool search_is_plain(struct span text);
/* Appends the line of a text, without the line feed between lines. */
void search_line(GString *out, struct span text);
