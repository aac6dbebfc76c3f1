/* SPDX-License-Identifier: Apache-2.0 */
#include "store/id_bits.h"

#include "base/fault.h"
#include "store/query.h"

#define ID_MAX_BITS ((int64_t)1 << 33)

bool
id_bits_init(struct id_bits *bits, struct db *db, const char *max_sql, GError **error)
{
    if (!query_figure(db, max_sql, NULL, 0, &bits->max, error))
        return false;
    if (bits->max < 0 || bits->max > ID_MAX_BITS) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "ids up to %" G_GINT64_FORMAT " are too many",
                    bits->max);
        return false;
    }
    bits->octets = g_malloc0((size_t)(bits->max / 8 + 1));
    return true;
}

void
id_bits_clear(struct id_bits *bits)
{
    g_clear_pointer(&bits->octets, g_free);
}

static bool
is_inside(const struct id_bits *bits, int64_t id)
{
    return id > 0 && id <= bits->max;
}

void
id_bits_set(struct id_bits *bits, int64_t id)
{
    if (is_inside(bits, id))
        bits->octets[id / 8] |= (unsigned char)(1u << (id % 8));
}

void
id_bits_unset(struct id_bits *bits, int64_t id)
{
    if (is_inside(bits, id))
        bits->octets[id / 8] &= (unsigned char)~(1u << (id % 8));
}

bool
id_bits_has(const struct id_bits *bits, int64_t id)
{
    return !is_inside(bits, id) || (bits->octets[id / 8] & (1u << (id % 8))) != 0;
}

int64_t
id_bits_next(const struct id_bits *bits, int64_t id)
{
    for (id++; id <= bits->max; id++) {
        if (bits->octets[id / 8] == 0)
            id |= 7; /* on to the next octet */
        else if (id_bits_has(bits, id))
            return id;
    }
    return 0;
}
