/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config_syntax - where a text is no key file, told without the values; seen by config.c only
 *
 * GLib's own messages show the whole line, and `dbPassword: secret` is a common mistake.
 * Threads: no state.
 */
#pragma once

#include "base/span.h"

/* "line 7: "dbPassword" is no [section], ..."; a general text when no line is at fault. Caller
 * frees. */
char *config_syntax_fault(struct span text);
/* What may be shown of a key: its first word. Caller frees. */
char *config_key_shown(struct span name);
