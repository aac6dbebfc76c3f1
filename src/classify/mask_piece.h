/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mask_piece - a text cut into words, numbers, random strings and what stands between them
 *
 * Out:     pieces in order, which cover the text; borrowed from it.
 * Threads: no state.
 */
#pragma once

#include "base/span.h"

enum piece_kind {
    PIECE_GAP,    /* white space and marks */
    PIECE_WORD,   /* letters */
    PIECE_NUMBER, /* digits, or an ordinal like "5th" */
    PIECE_TOKEN   /* random string, address, URL; also what was found to be a name */
};

struct piece {
    enum piece_kind kind;
    bool capital; /* word of one capital and small letters behind it */
    bool small;   /* word that begins with a small letter */
    bool ascii;   /* word of ASCII letters and nothing else */
    struct span text;
};

/* Begins as { 0 }; pieces_clear() frees it. */
struct pieces {
    struct piece *at;
    size_t count, room;
};
void pieces_clear(struct pieces *pieces);
/* What was there before goes. */
void pieces_cut(struct pieces *pieces, struct span utf8);
/* True when the word is one of the list, which is in lower case and ends with NULL. */
bool piece_is_any(const struct piece *piece, const char *const *list);
/* True when the piece's text equals `lower` but for case. */
bool piece_equals(const struct piece *piece, const char *lower);
/* The first octet of the piece in lower case: what differs there need not be compared. */
char piece_initial(const struct piece *piece);
