/* SPDX-License-Identifier: Apache-2.0 */
/*
 * id_list - ids of rows, and statements about them
 *
 * Ids are numbers of our own, so they stand in the text of the statement.
 * Errors and threads: as db.h.
 */
#pragma once

#include "store/db.h"

/* An array of int64_t; caller frees with g_array_unref. */
GArray *id_list_new(void);
void id_list_add(GArray *ids, int64_t id);
static inline int64_t
id_list_at(const GArray *ids, guint i)
{
    return g_array_index(ids, int64_t, i);
}
/* "1,2,3"; "NULL" for none, which no id equals. Caller frees. */
char *id_list_text(const GArray *ids);
/* Executes `before`, "(1,2,3)", `behind`; does nothing when there are no ids. */
bool id_list_execute(struct db *db, const char *before, const GArray *ids, const char *behind,
                     GError **error);
