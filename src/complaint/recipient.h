/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recipient - addresses and texts that may stand in a header
 *
 * complaint_address_ok() of arf_message.h lives here. A stored text is hostile: it may hold line
 * breaks of any kind, controls, and what turns the direction of writing.
 * Source:  RFC 5321 4.1.2, RFC 5322 3.4.1. Threads: no state.
 */
#pragma once

#include "base/span.h"

/* One line: valid UTF-8 without controls (C0, DEL, C1 with U+0085), U+2028, U+2029, marks of
 * writing direction and U+FEFF; each run of them and of blanks is one space, none at the ends; at
 * most `chars` characters, "..." at the end when cut. NULL gives "". Caller frees. */
char *recipient_line(const char *text, size_t chars);
/* The same as printable ASCII: each other character becomes "?". */
char *recipient_ascii(const char *text, size_t chars);
/* An address that a person typed: one that can be sent to, in or below none of the domains `own`
 * (contact_own_domains()): who complains to himself waits for himself. FAULT_REJECT. */
bool recipient_typed(const char *address, char *const *own, GError **error);
/* "Desk <desk@example.com>" or a bare address: the address, when it is one; else NULL. Caller
 * frees. */
char *recipient_sender(const char *text);
/* The name in front of it, one line without quotes, or NULL. Caller frees. */
char *recipient_sender_name(const char *text);
