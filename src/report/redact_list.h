/* SPDX-License-Identifier: Apache-2.0 */
/* redact_list - fields that hold addresses or URLs and nothing else, anew; threads: no state. */
#pragma once

#include "report/redact_field.h"

/* Cuts off *rest up to the next word with an "@", without what stands around addresses. */
bool redact_list_next(struct span *rest, struct span *address);
/* "Name: redacted-...@example.com, ..." for each address; a value without one becomes a token as a
 * whole. */
void redact_list_append(GString *out, const struct conceal *conceal,
                        const struct redact_field *field);
/* <https://host/token>, <mailto:token@host>: all but scheme and host may tell the recipient. */
void redact_list_append_unsubscribe(GString *out, const struct conceal *conceal,
                                    const struct redact_field *field);
