/* SPDX-License-Identifier: Apache-2.0 */
/*
 * search_probe - the few mails or URLs that may have a text, from table searchBlock
 *
 * In:      texts as match_text() takes them; all must be there.
 * Out:     ids that hold all that match and perhaps some more: the caller asks the rows themselves.
 * How:     blocks of some hundred lines (store/search_lines.h): a line of printable ASCII is
 *          searched for a piece of the text, any other with the condition itself. (Where addresses
 *          are masked a piece stands between them, and all other lines may match.)
 * Limits:  PROBE_BLOCKS_MAX blocks, PROBE_IDS_MAX ids: what more have is found soon by walking.
 * Errors:  FAULT_REJECT: took too long; else db.h. Threads: as db.h.
 */
#pragma once

#include "select/match_text.h"
#include "select/selection_where.h"
#include "store/search_lines.h"

#define PROBE_BLOCKS_MAX 256
#define PROBE_IDS_MAX 5000

struct search_probe;
/* `masked`: the texts are held against what viewers see, see match_column(). */
struct search_probe *search_probe_new(struct db *db, enum search_kind kind, bool masked);
void search_probe_free(struct search_probe *probe); /* NULL is allowed */
typedef struct search_probe SearchProbe;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SearchProbe, search_probe_free)
void search_probe_add(struct search_probe *probe, enum match_form form, const char *text);
/* WHERE_FEW: *list is "1,2,3" or, for none, "NULL"; caller frees. WHERE_WALK: they are many, or the
 * texts are not of a kind that is found so. Of mails those that arrived from..to. */
enum where_found search_probe_run(struct search_probe *probe, int64_t from, int64_t to, char **list,
                                  GError **error);
