/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reply_ticket - the number that a desk's ticket system gave
 *
 * In:      a subject, or the beginning of a text; valid UTF-8, hostile.
 * Out:     what stands behind "#" in brackets, or behind a word such as "Ticket ID:", and holds
 *          enough digits; a guess, shown to people and used for nothing else.
 * Cost:    linear.
 * Threads: no state.
 */
#pragma once

#include "base/span.h"

#define TICKET_OCTETS_MAX 40

/* "[#123]", "[net.example #123]", "Ticket ID: ABC-123", "[Ticket#2026010110000017]", "case 12345".
 * NULL: none. Caller frees. */
char *reply_ticket_of_subject(const char *subject);
/* The same without bare brackets, and with three digits at least. */
char *reply_ticket_of_text(struct span text);
