/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as a packed log: when it is whole, the pieces in which it is read do not
 * matter. */
#include "demand.h"

#include "study/octet_stream.h"

#define OUT_MAX (1024 * 1024)

static uint64_t
digest(struct span octets, size_t piece, size_t *total, bool *damaged)
{
    g_autoptr(OctetStream) stream = octet_stream_of(octets);
    g_autofree char *room = g_malloc(piece);
    uint64_t hash = 0;
    size_t got;
    *total = 0;
    while (*total < OUT_MAX &&
           (got = octet_stream_read(stream, room, MIN(piece, OUT_MAX - *total))) > 0) {
        demand(got <= piece);
        for (size_t i = 0; i < got; i++)
            hash = hash * 31 + (unsigned char)room[i];
        *total += got;
    }
    demand(octet_stream_done(stream) <= octets.len);
    demand_text(octet_stream_damage(stream));
    *damaged = octet_stream_damage(stream) != NULL;
    return hash;
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    auto_exact struct span copy = exact_copy(octets, len);
    size_t large, small;
    bool damaged, damaged_again;
    uint64_t first = digest(copy, 65536, &large, &damaged);
    uint64_t second = digest(copy, 113, &small, &damaged_again);
    demand(large >= OUT_MAX || damaged == damaged_again);
    demand(damaged || damaged_again || (large == small && first == second));
    return 0;
}
