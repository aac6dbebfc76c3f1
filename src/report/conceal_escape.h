/* SPDX-License-Identifier: Apache-2.0 */
/* conceal_escape - one character of a text as a view reads it; pure */
#pragma once

#include "report/conceal_view.h"

/* Whether the text holds anything that this view reads another way than the plain one. */
bool conceal_view_applies(enum view view, struct span text);
/* How many octets the character at the front of `rest` (not empty) takes, 1 at least; *octet what
 * it stands for; *skip is set when it stands for nothing. */
size_t conceal_unescape(enum view view, struct span rest, char *octet, bool *skip);
/* Octets of a fold at the front: a line break and the blanks behind it; 0: none. */
size_t conceal_fold_len(struct span rest);
