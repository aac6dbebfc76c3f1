/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit - who looked at, changed or sent what
 *
 * Threads, errors: as db.h.
 */
#pragma once

#include "base/ip.h"
#include "store/db.h"

/* `detail` is cut; never the text of a mail, never a password. */
bool audit_write(struct db *db, const char *who, const struct ip *ip, const char *action,
                 const char *subject, const char *detail, GError **error);
