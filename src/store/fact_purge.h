/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact_purge - removes facts of addresses and hosts that no mail names any more, and networks that
 * expired long ago
 *
 * What is in use is marked in a table of bits by a hash, so that a few unused facts may stay; a
 * fact that goes and is needed after all is asked for again. Names of domains stay (sweep.h).
 * Memory:  8 MB. Errors and threads: as db.h. What was removed is removed; run it again.
 */
#pragma once

#include "store/db.h"

/* Adds to *removed the addresses, hosts and networks. */
bool fact_purge_run(struct db *db, uint64_t *removed, GError **error);
