/* SPDX-License-Identifier: Apache-2.0 */
/*
 * encoded_word - RFC 2047 words in header fields
 *
 * Own code: GMime 3.2 joins neighbouring base64 words and stops at the padding of the first.
 * Linear, no state. Tolerates words inside other text, a language tag (RFC 2231), words that split
 * a character between them, blanks inside a word.
 */
#pragma once

#include "base/span.h"

/* Decodes an unfolded value that is valid UTF-8 and appends it, as valid UTF-8, to `out`. White
 * space between two encoded words goes. What is no well-formed word stays as it is. */
void encoded_words_decode(struct span value, GString *out);
