/* SPDX-License-Identifier: Apache-2.0 */
#include "store/transaction.h"

#include "store/replay.h"

bool
transaction_run(struct db *db, transaction_work *work, void *self, GError **error)
{
    for (struct replay replay = { 0 };;) {
        g_autoptr(GError) problem = NULL;
        bool final = false;
        if ((db_is_connected(db) || db_reconnect(db, &problem)) && db_begin(db, &problem) &&
            work(db, self, &final, &problem) && db_commit(db, &problem))
            return true;
        struct failure failure = *db_failure(db);
        if (final)
            db_rollback(db);
        else
            replay_clean(db, &failure);
        if (final || failure.remedy == REMEDY_OPERATOR || failure.remedy == REMEDY_DATA ||
            !replay_again(&replay, &failure)) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return false;
        }
    }
}
