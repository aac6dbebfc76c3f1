/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mask_names - names of persons in a subject, found by where they stand
 *
 * In:      the pieces of a subject.
 * Out:     pieces of names turned into PIECE_TOKEN.
 * Threads: no state.
 */
#pragma once

#include "classify/mask_piece.h"

void mask_names(struct pieces *pieces);
