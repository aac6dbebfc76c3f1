/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recipient - addresses that may stand in a header
 *
 * complaint_address_ok() of arf_message.h lives here.
 * Source:  RFC 5321 4.1.2, RFC 5322 3.4.1. Threads: no state.
 */
#pragma once

#include "base/span.h"

/* An address that a person typed: one that can be sent to, in or below none of the domains `own`
 * (contact_own_domains()): who complains to himself waits for himself. FAULT_REJECT. */
bool recipient_typed(const char *address, char *const *own, GError **error);
/* "Desk <desk@example.com>" or a bare address: the address, when it is one; else NULL. Caller
 * frees. */
char *recipient_sender(const char *text);
/* The name in front of it, one line without quotes, or NULL. Caller frees. */
char *recipient_sender_name(const char *text);
