/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger - the digests of all messages that were ever stored
 *
 * Errors and threads: as db.h.
 */
#pragma once

#include "store/db.h"
#include "store/record.h"

/* Sets known[i] for each of n digests; on failure `known` is undefined. What it finds was
 * committed. `digests` are pointers to DIGEST_OCTETS octets. */
bool ledger_known(struct db *db, const unsigned char *const *digests, size_t n, bool *known,
                  GError **error);
/* On a node of a cluster: whether the next reads wait for what other nodes have committed. */
bool ledger_wait(struct db *db, bool wait, GError **error);
/* ledger_known(), on a node of a cluster after waiting for what other nodes have committed. */
bool ledger_confirm(struct db *db, const unsigned char *const *digests, size_t n, bool *known,
                    GError **error);
