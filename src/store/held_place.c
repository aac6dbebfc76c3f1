/* SPDX-License-Identifier: Apache-2.0 */
#include "store/held_place.h"

#include <string.h>

#include "store/query.h"
#include "store/statement.h"
#include "store/transaction.h"

static void
place_free(void *pointer)
{
    struct held_place *held = pointer;
    g_free(held->place);
    g_free(held->reason);
    g_free(held);
}

GPtrArray *
held_place_read(struct db *db, const char *kind, const char *feed, GError **error)
{
    const struct value values[] = { value_text(kind), value_text(feed) };
    g_autoptr(GPtrArray) places = g_ptr_array_new_with_free_func(place_free);
    g_autoptr(Query) query =
        query_run(db,
                  "SELECT heldId, digest, place, reason FROM heldMessage FORCE INDEX "
                  "(kindReceived) WHERE kind = ? AND feed = ? AND rawId IS NULL AND place IS NOT "
                  "NULL ORDER BY receivedDate DESC LIMIT " G_STRINGIFY(HELD_PLACES_MAX),
                  values, G_N_ELEMENTS(values), error);
    if (query == NULL)
        return NULL;
    while (query_next(query)) {
        struct held_place *held;
        if (query_len(query, 1) != DIGEST_OCTETS)
            continue;
        held = g_new0(struct held_place, 1);
        held->held_id = query_number(query, 0);
        memcpy(held->digest, query_text(query, 1), DIGEST_OCTETS);
        held->place = g_strdup(query_text(query, 2));
        held->reason = g_strdup(query_text(query, 3));
        g_ptr_array_add(places, held);
    }
    return g_steal_pointer(&places);
}

static bool
remove_row(struct db *db, void *self, bool *final, GError **error)
{
    const struct held_place *held = self;
    const struct value digest = value_octets(held->digest, DIGEST_OCTETS);
    const struct value row[] = { value_number(held->held_id), digest };
    (void) final;
    return statement_run(db, "DELETE FROM ledger WHERE digest = ?", &digest, 1, NULL, NULL,
                         error) &&
           statement_run(db,
                         "DELETE FROM heldMessage WHERE heldId = ? AND digest = ? AND rawId IS "
                         "NULL",
                         row, G_N_ELEMENTS(row), NULL, NULL, error);
}

bool
held_place_remove(struct db *db, const struct held_place *held, GError **error)
{
    struct held_place copy = *held;
    return transaction_run(db, remove_row, &copy, error);
}
