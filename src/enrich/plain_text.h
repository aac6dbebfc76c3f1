/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plain_text - names that strangers wrote into DNS or files, made fit to show
 *
 * Valid UTF-8 of printable characters only (no controls, no marks that turn the direction of
 * writing), without white space at its ends. Threads: no state.
 */
#pragma once

#include "base/span.h"

/* Appends at most `max` characters; what is not printable becomes U+FFFD, a tab a blank. */
void plain_text_append(GString *out, struct span octets, size_t max);
/* Two letters as an ISO 3166 code in upper case into out[3], else "". "ZZ" says "not known". */
void plain_country(struct span octets, char out[3]);
