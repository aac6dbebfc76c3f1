/* SPDX-License-Identifier: Apache-2.0 */
/*
 * network_read - routed prefixes and names of their holders that the database knows
 *
 * Errors and threads: as db.h.
 */
#pragma once

#include "store/fact_write.h"

#define NETWORKS_READ_MAX 200000

typedef void network_found(void *self, const struct fact_network *network);
/* Those that still hold, NETWORKS_READ_MAX at most; what is given is borrowed for the call. */
bool network_read(struct db *db, int64_t now, network_found *found, void *self, GError **error);
/* Takes those numbers out of `asns` (an id_list) whose holder's name still holds. */
bool network_read_as_names(struct db *db, int64_t now, GArray *asns, GError **error);
