/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pattern - what a reported mail has in common with the others of its campaign
 *
 * In:      a report; hostile.
 * Out:     patterns, distinct by kind and text. Two mails share a pattern when kind and text are
 *          equal. None alone makes a campaign: see decisions on campaigns.
 * Kinds:   subject         template of the subject (mask.h)
 *          sender          display name and address of From:, masked
 *          subject+sender  both, joined by " | "
 *          url             last piece of the path and keys of the query, masked, without host, of
 *                          each reportable link; at most PATTERN_URLS_MAX a mail
 *          file            name of an attachment, masked
 *          file-hash       SHA-256 of an attachment, in hex
 *          body            digest of the visible text, masked, in hex; equal for near-equal texts
 *          A kind is left out where a mail has nothing that tells it from others: a template
 *          without letters, a text of a few words.
 * Limits:  PATTERN_CHARS_MAX characters a text, PATTERN_KIND_MAX octets a kind.
 * Threads: no state.
 */
#pragma once

#include "classify/mask.h"
#include "report/report.h"

#define PATTERN_URLS_MAX 20
#define PATTERN_KIND_MAX 16

struct masked_pattern {
    const char *kind; /* static */
    char *text;       /* owned by the pattern: g_free */
};

/* The patterns of the report's mail, *count of them; NULL and 0 when it has none. Caller frees with
 * masked_patterns_free(), or takes the texts and frees the array with g_free. */
struct masked_pattern *masked_patterns_of(const struct report *report, size_t *count);
void masked_patterns_free(struct masked_pattern *patterns, size_t count); /* NULL is allowed */
