/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link_text - URLs written in running text
 *
 * In:      valid UTF-8 of any length.
 * Out:     each find in order, without the punctuation behind it, defanging undone. The span given
 *          to `found` lives until it returns.
 * Cost:    linear: each octet is looked at a fixed number of times.
 * Threads: no state.
 */
#pragma once

#include "base/span.h"

typedef void (*link_found)(void *self, struct span url, unsigned flags);

enum link_text_extent {
    LINK_TEXT_ALL,
    LINK_TEXT_SCHEMES /* only URLs with a scheme: for scripts */
};

void link_text_scan(struct span text, enum link_text_extent extent, link_found found, void *self);

/* Undoes format=flowed as far as it matters to URLs: quote marks and space-stuffing go, and with
 * delsp the lines of a paragraph are joined. Appends to `out`. */
void link_text_unflow(GString *out, struct span text, bool delsp);

/* One URL with scheme, such as an attribute holds it, defanging undone; appended to `out`. False,
 * and nothing appended, when it was not defanged. */
bool link_refang(GString *out, struct span url);
/* "www.a.test..." or "a.tld/path": what counts as a URL without its scheme. */
bool link_is_bare(struct span url);
