/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xarf - the complaint as XARF v4 (github.com/xarf/xarf-spec): content/phishing or content/malware
 *
 * NULL without error when the schema has nothing that fits: without a URL, and for spam, which
 * wants a source port that nobody knows. Nothing is invented.
 * Threads: no state.
 */
#pragma once

#include "complaint/complaint_words.h"

#define XARF_EVIDENCE_OCTETS_MAX (512 * 1024)

/* `evidence`: the redacted mail, or its header, as `evidence_type` says; not taken when larger than
 * the limit; may be NULL. Caller frees. */
char *xarf_text(const struct complaint_facts *facts, const struct complaint_words *words,
                const char *sender, const char *site, GBytes *evidence, const char *evidence_type);
