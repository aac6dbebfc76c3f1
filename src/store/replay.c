/* SPDX-License-Identifier: Apache-2.0 */
#include "store/replay.h"

static const unsigned conflict_ms[REPLAYS_MAX] = { 10, 40, 150, 300, 500 };
static const unsigned away_ms[REPLAYS_MAX] = { 50, 500, 2000, 5000, 10000 };

bool
replay_again(struct replay *replay, const struct failure *failure)
{
    if (replay->tries >= REPLAYS_MAX)
        return false;
    bool away = failure->remedy == REMEDY_RECONNECT || failure->remedy == REMEDY_AWAY;
    unsigned ms = (away ? away_ms : conflict_ms)[replay->tries++];
    /* Between half and all of it, so that two writers that met do not meet again. */
    g_usleep((gulong)g_random_int_range((gint32)ms * 500, (gint32)ms * 1000));
    return true;
}

void
replay_clean(struct db *db, const struct failure *failure)
{
    /* Another host of the list may be one that can write. */
    if (failure->remedy == REMEDY_RECONNECT || failure->remedy == REMEDY_AWAY)
        db_disconnect(db);
    else
        db_rollback(db);
}
