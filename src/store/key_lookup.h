/* SPDX-License-Identifier: Apache-2.0 */
/*
 * key_lookup - which of many 32-octet keys a table holds, and their ids
 *
 * Errors and threads: as db.h.
 */
#pragma once

#include "store/db.h"

#define KEY_OCTETS 32

/* For a GHashTable of keys. */
guint key_hash(gconstpointer key);
gboolean key_equal(gconstpointer a, gconstpointer b);

/* Called once a key that was found; `id` is the second column. */
typedef void key_found(void *self, const unsigned char key[KEY_OCTETS], int64_t id);

/* `select` is "SELECT key, id FROM table WHERE key IN "; the list is added. Keys are pointers to
 * KEY_OCTETS octets. */
bool key_lookup(struct db *db, const char *select, const unsigned char *const *keys, size_t count,
                key_found *found, void *self, GError **error);
