/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/known_uids.h"

#include "store/feed_state.h"

struct known_uids {
    struct db *db;
    const char *feed;
    const char *folder;
    GArray *uids; /* of uint32_t, ascending, of `uid_validity` */
    uint32_t uid_validity;
    bool loaded;
};

struct known_uids *
known_uids_new(struct db *db, const char *feed, const char *folder)
{
    struct known_uids *known = g_new0(struct known_uids, 1);
    known->db = db;
    known->feed = feed;
    known->folder = folder;
    known->uids = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    return known;
}

void
known_uids_free(struct known_uids *known)
{
    if (known == NULL)
        return;
    g_array_free(known->uids, TRUE);
    g_free(known);
}

static gint
compare_uids(gconstpointer a, gconstpointer b)
{
    uint32_t left = *(const uint32_t *)a;
    uint32_t right = *(const uint32_t *)b;
    return left < right ? -1 : left > right;
}

bool
known_uids_has(struct known_uids *known, uint32_t uid_validity, uint32_t uid)
{
    if (!known->loaded || known->uid_validity != uid_validity) {
        g_array_set_size(known->uids, 0);
        known->loaded = true;
        known->uid_validity = uid_validity;
        /* What cannot be read is downloaded again, and the ledger knows it. */
        if (!feed_state_load(known->db, known->feed, known->folder, uid_validity, known->uids,
                             NULL))
            g_array_set_size(known->uids, 0);
    }
    return g_array_binary_search(known->uids, &uid, compare_uids, NULL);
}
