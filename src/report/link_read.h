/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link_read - how far a URL goes in running text
 *
 * Reads host and path behind "http://" or behind nothing, undoing [.] and its kin on the way.
 * In: valid UTF-8. Cost: linear. Threads: no state.
 */
#pragma once

#include "base/span.h"

struct link_reading {
    char opening;       /* what stands in front of the URL; '\0': nothing of meaning */
    bool blanks;        /* the text is an attribute: blanks, quotes and the like belong to it */
    bool defanged;      /* in and out: "[.]" is also undone in a path once this is set */
    size_t line_octets; /* what stands in front on its line; 0: do not care */
};

/* Appends the URL and returns how many octets of the text it took. */
size_t link_read(struct link_reading *reading, struct span text, GString *url);
/* Cuts off what belongs to the sentence, not to the URL (spec: . , ; : ! ? ' " > ] } and an
 * unbalanced ")"), and what cannot be part of its host. The host starts at `front`. */
void link_read_trim(GString *url, size_t front, char opening);
/* Whether the character at the front of the text ends every URL: blanks, < > " ` and what other
 * scripts use for blanks, quotes, brackets and full stops. */
bool link_read_stops(struct span text);
