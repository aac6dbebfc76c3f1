/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shown - text from mail for a person's terminal
 *
 * Control characters (C0, C1, DEL), those that turn the direction of writing, and invisible ones
 * are written as \u{XXXX}, so that no mail can hide what it is or talk to the terminal.
 * Threads: no state.
 */
#pragma once

#include "base/span.h"

/* `text` may be any octets; caller frees. A line feed is kept when `lines` is set. */
char *shown_text(struct span text, bool lines);
/* A URL that nobody follows by accident: hxxp, and [.] in the host. Caller frees. */
char *shown_url(const char *url);
