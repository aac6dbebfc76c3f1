/* SPDX-License-Identifier: Apache-2.0 */
/*
 * defang - URLs that nobody follows by accident: hxxps://host[.]example/path
 *
 * Input: any octets. Output: plain text (not yet HTML), hidden characters shown as by
 *        escape_append_visible().
 * http becomes hxxp, ftp fxp, the colon of another scheme [:]; dots of the host become [.],
 * whichever dot IDNA takes for one. What is defanged already stays as it is. Limits: at most
 * ESCAPE_GROWTH_MAX times the input.
 * Threads: no state.
 */
#pragma once

#include "base/span.h"

/* The whole is one URL, with or without a scheme: "host.example/path" is one as well. */
void defang_append_url(GString *out, struct span url);
/* URLs inside running text: those with scheme:// and words that begin with "www.". */
void defang_append_text(GString *out, struct span text);
