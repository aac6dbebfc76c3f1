/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link_entity - character references of HTML (WHATWG HTML, 13.2.5.72 and on)
 *
 * Numeric ones of any form, the names of HTML 4, and those of HTML 5 that stand for ASCII. The ";"
 * may be missing; then a name counts only when no letter, digit or "=" follows, in text too, so
 * that "?a=1&copy=2" keeps its meaning.
 * Out:     valid UTF-8 without NUL when the input is valid UTF-8 without NUL.
 * Cost:    linear. Threads: no state.
 */
#pragma once

#include "base/span.h"

/* Appends the text with its references replaced. */
void link_append_entities(GString *out, struct span text);
/* Appends what one reference stands for and returns its length in `text`, which starts with "&";
 * 0 when it is none. */
size_t link_append_entity(GString *out, struct span text);
