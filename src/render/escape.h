/* SPDX-License-Identifier: Apache-2.0 */
/*
 * escape - text made safe for the place where it is written
 *
 * Input:   any octets; what is no UTF-8 becomes U+FFFD. Most of it was written by the senders of
 *          spam.
 * Output:  appended to `out`, valid UTF-8.
 * Hidden characters - controls, those that turn the direction of writing, zero-width and other
 * invisible ones (Trojan Source; Unicode TR 36) - are shown as U+27E6 U+XXXX U+27E7, which reads
 * the same in text, HTML and CSV. Tab, line feed and carriage return stay as they are.
 * Limits:  output is at most ESCAPE_GROWTH_MAX times the input.
 * Threads: no state.
 */
#pragma once

#include <glib.h>

#include "base/span.h"

#define ESCAPE_GROWTH_MAX 12

/* Would a reader not see this character, or see others in another order because of it? */
bool escape_is_hidden(gunichar c);
/* Plain text with hidden characters shown. */
void escape_append_visible(GString *out, struct span text);
/* The same for HTML text and attributes in double or single quotes: & < > " ' as well. */
void escape_append_html(GString *out, struct span text);
/* One component of a URL (path segment, name or value of a query): all but RFC 3986's unreserved
 * characters become %XX. Octets are taken as they are. */
void escape_append_url(GString *out, struct span component);
