/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/network_set.h"

#include <stdint.h>

#define FIRST_SLOTS 64u /* a power of two */
#define LENGTHS 129u    /* 0 to 128 bits */

struct entry {
    uint64_t high, low;   /* the address in the front bits */
    const void *value;    /* NULL: free */
    unsigned char bits;   /* of the prefix */
    unsigned char octets; /* of the address: 4 or 16 */
};

struct network_set {
    struct entry *entries;
    size_t slots; /* a power of two */
    size_t count;
    uint64_t seed;
    unsigned char used4[LENGTHS], used6[LENGTHS]; /* lengths in use, longest first */
    unsigned used4_count, used6_count;
};

struct network_set *
network_set_new(void)
{
    struct network_set *set = g_new0(struct network_set, 1);
    set->slots = FIRST_SLOTS;
    set->entries = g_new0(struct entry, set->slots);
    set->seed = ((uint64_t)g_random_int() << 32) | g_random_int();
    return set;
}

void
network_set_free(struct network_set *set)
{
    if (set == NULL)
        return;
    g_free(set->entries);
    g_free(set);
}

static uint64_t
read_word(const unsigned char *octets, unsigned count)
{
    uint64_t word = 0;
    for (unsigned i = 0; i < count; i++)
        word |= (uint64_t)octets[i] << (56 - 8 * i);
    return word;
}

static struct entry
entry_of(const struct ip *ip)
{
    struct entry entry = { .octets = ip->len };
    entry.high = read_word(ip->octets, ip->len == 4 ? 4 : 8);
    entry.low = ip->len == 4 ? 0 : read_word(ip->octets + 8, 8);
    return entry;
}

static struct entry
cut(const struct entry *whole, unsigned bits)
{
    struct entry entry = *whole;
    entry.bits = (unsigned char)bits;
    entry.high &= bits == 0 ? 0 : bits >= 64 ? UINT64_MAX : ~(UINT64_MAX >> bits);
    entry.low &= bits <= 64 ? 0 : bits >= 128 ? UINT64_MAX : ~(UINT64_MAX >> (bits - 64));
    return entry;
}

static uint64_t
mix(uint64_t word)
{
    word ^= word >> 32;
    word *= 0xd6e8feb86659fd93u;
    word ^= word >> 32;
    word *= 0xd6e8feb86659fd93u;
    return word ^ (word >> 32);
}

/* The slot that holds this prefix, or the free one where it would go. */
static struct entry *
slot_of(const struct network_set *set, const struct entry *wanted)
{
    uint64_t hash = mix(set->seed ^ wanted->high);
    hash = mix(hash ^ wanted->low ^ ((uint64_t)wanted->bits << 8) ^ wanted->octets);
    for (size_t i = (size_t)hash & (set->slots - 1);; i = (i + 1) & (set->slots - 1)) {
        struct entry *entry = &set->entries[i];
        if (entry->value == NULL ||
            (entry->high == wanted->high && entry->low == wanted->low &&
             entry->bits == wanted->bits && entry->octets == wanted->octets))
            return entry;
    }
}

static void
grow(struct network_set *set)
{
    struct entry *old = set->entries;
    size_t old_slots = set->slots;
    set->slots *= 2;
    set->entries = g_new0(struct entry, set->slots);
    for (size_t i = 0; i < old_slots; i++)
        if (old[i].value != NULL)
            *slot_of(set, &old[i]) = old[i];
    g_free(old);
}

static void
note_length(unsigned char *used, unsigned *count, unsigned bits)
{
    unsigned at = 0;
    while (at < *count && used[at] > bits)
        at++;
    if (at < *count && used[at] == bits)
        return;
    memmove(used + at + 1, used + at, *count - at);
    used[at] = (unsigned char)bits;
    (*count)++;
}

void
network_set_add(struct network_set *set, const struct ip_range *prefix, const void *value)
{
    struct entry wanted = entry_of(&prefix->base);
    struct entry *slot;
    wanted = cut(&wanted, prefix->prefix);
    wanted.value = value;
    slot = slot_of(set, &wanted);
    if (slot->value == NULL) {
        if (prefix->base.len == 4)
            note_length(set->used4, &set->used4_count, prefix->prefix);
        else
            note_length(set->used6, &set->used6_count, prefix->prefix);
        set->count++;
    }
    *slot = wanted;
    if (set->count * 2 > set->slots)
        grow(set);
}

const void *
network_set_find_from(const struct network_set *set, const struct ip *ip, unsigned shortest)
{
    const unsigned char *used = ip->len == 4 ? set->used4 : set->used6;
    unsigned count = ip->len == 4 ? set->used4_count : set->used6_count;
    struct entry whole = entry_of(ip);
    if (ip->len == 0)
        return NULL;
    for (unsigned i = 0; i < count && used[i] >= shortest; i++) {
        struct entry wanted = cut(&whole, used[i]);
        const void *value = slot_of(set, &wanted)->value;
        if (value != NULL)
            return value;
    }
    return NULL;
}

const void *
network_set_find(const struct network_set *set, const struct ip *ip)
{
    return network_set_find_from(set, ip, 0);
}

const void *
network_set_exact(const struct network_set *set, const struct ip_range *prefix)
{
    struct entry wanted = entry_of(&prefix->base);
    wanted = cut(&wanted, prefix->prefix);
    return slot_of(set, &wanted)->value;
}

size_t
network_set_count(const struct network_set *set)
{
    return set->count;
}
