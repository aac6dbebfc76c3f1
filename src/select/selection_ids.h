/* SPDX-License-Identifier: Apache-2.0 */
/*
 * selection_ids - the ids of all mails that a selection holds at this moment, in one statement
 *
 * For drafts of complaints: the ids are frozen, later mails do not come in.
 * Errors: FAULT_REJECT when there are more than `max` and `cut` is NULL, or it is too slow; else as
 *         db.h.
 */
#pragma once

#include "select/selection.h"
#include "store/db.h"

#define SELECTION_IDS_MAX 10000

/* An array of int64_t in the list's order, the first `max` of them; *cut says that there are more.
 * Caller frees with g_array_unref. */
GArray *selection_ids(struct db *db, const struct selection *selection, int64_t now, size_t max,
                      bool *cut, GError **error);
