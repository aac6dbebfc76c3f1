/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feedback_part - the fields of message/feedback-report (RFC 5965, 3; RFC 6591; RFC 6692)
 *
 * Out:     ASCII lines with CRLF, none over 998 octets, none folded: desks read it line by line. A
 *          field that RFC 5965 has once stands once. Threads: no state.
 */
#pragma once

#include "complaint/complaint_words.h"

void feedback_part_append(GString *out, const struct complaint_facts *facts,
                          const struct complaint_words *words);
