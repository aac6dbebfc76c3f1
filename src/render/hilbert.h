/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hilbert - the IPv4 address space as a square: neighbours in number are neighbours in the picture
 *
 * 16 x 16 numbered squares, one for each /8, laid out along the Hilbert curve from the upper left
 * corner; in them the counted prefixes, coloured by figure_bin(). What is never a source on the
 * Internet (0/8, 10/8, 127/8, 224/3) is shaded. Threads: no state. Limits: HILBERT_CELLS_MAX cells;
 * more are left out at the end.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#define HILBERT_CELLS_MAX 8192

struct hilbert_cell {
    uint32_t prefix; /* the first `bits` bits of the address, as a number: 192 for 192.0.0.0/8 */
    guint64 count;
};

struct hilbert {
    const char *label;       /* for those who cannot see it */
    const char *href_prefix; /* "/email?ip="; the prefix goes behind it, escaped; NULL: no links */
    unsigned bits;           /* 8, 10, 12, 14 or 16; others count as 8 */
    const struct hilbert_cell *cells; /* a prefix once; a prefix out of range is left out */
    size_t count;
};

void hilbert_svg(GString *out, const struct hilbert *hilbert);
/* Where number `index` lies on a curve through side x side squares; side is a power of 2. Curves of
 * 16 squares and more a side lie in each other: the /12s of a /8 are inside its square. */
void hilbert_place(uint32_t side, uint32_t index, uint32_t *x, uint32_t *y);
