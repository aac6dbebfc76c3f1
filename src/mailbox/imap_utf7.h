/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imap_utf7 - mailbox names in modified UTF-7 (RFC 3501, 5.1.3)
 *
 * Threads: no shared state.
 */
#pragma once

#include <glib.h>

/* "Erledigt/Prüfung" becomes "Erledigt/Pr&APw-fung". NULL with FAULT_OPERATOR when the name is
 * empty, no UTF-8, or holds control characters. Caller frees. */
char *imap_utf7_encode(const char *name, GError **error);
