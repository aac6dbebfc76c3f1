/* SPDX-License-Identifier: Apache-2.0 */
#include "store/ledger.h"

#include "store/key_lookup.h"

G_STATIC_ASSERT(KEY_OCTETS == DIGEST_OCTETS);

static void
note(void *self, const unsigned char key[KEY_OCTETS], int64_t id)
{
    (void)id;
    g_hash_table_add(self, g_memdup2(key, KEY_OCTETS));
}

bool
ledger_known(struct db *db, const unsigned char *const *digests, size_t n, bool *known,
             GError **error)
{
    g_autoptr(GHashTable) found = g_hash_table_new_full(key_hash, key_equal, g_free, NULL);
    if (!key_lookup(db, "SELECT digest, 1 FROM ledger WHERE digest IN ", digests, n, note, found,
                    error))
        return false;
    for (size_t i = 0; i < n; i++)
        known[i] = g_hash_table_contains(found, digests[i]);
    return true;
}

bool
ledger_wait(struct db *db, bool wait, GError **error)
{
    if (!db_is_cluster(db))
        return true;
    return db_execute(
        db, wait ? "SET SESSION wsrep_sync_wait = 1" : "SET SESSION wsrep_sync_wait = 0", error);
}

bool
ledger_confirm(struct db *db, const unsigned char *const *digests, size_t n, bool *known,
               GError **error)
{
    return ledger_wait(db, true, error) && ledger_known(db, digests, n, known, error) &&
           ledger_wait(db, false, error);
}
