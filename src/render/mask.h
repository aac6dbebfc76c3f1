/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mask - mail addresses without whose they are, for those who may not see personal data
 *
 * Input: valid UTF-8. Output: appended to `out`, valid UTF-8. Threads: no state.
 */
#pragma once

#include "base/span.h"

#define MASK_LOCAL "***"

/* Every local part in the text becomes ***: what stands before @, %40 or a full-width @, quoted
 * local parts as well. The domain stays. */
void mask_append_addresses(GString *out, struct span text);
/* A header field with names and addresses: only "***@domain" of its address, "***" when it has
 * none. */
void mask_append_mailbox(GString *out, const char *address);
