/* SPDX-License-Identifier: Apache-2.0 */
#include "study/query_names.h"

#include "study/lower.h"

#define SLOTS_MIN 1024
#define HASH_START 0xcbf29ce484222325ULL
#define HASH_FACTOR 0x100000001b3ULL

const char *const dns_column_names[DNS_COLUMNS] = { "SPF_txt", "SPF_exist", "DKIM_txt", "DMARC_txt",
                                                    "EDV_process" };

struct query_names {
    GPtrArray *all;
    struct query_target **slots; /* open addressing; NULL: free */
    size_t mask;
    size_t shortest, longest; /* length of names */
};

static void
target_free(void *item)
{
    struct query_target *target = item;
    g_free(target->name);
    g_free(target->label);
    g_ptr_array_unref(target->evidence);
    g_free(target);
}

struct query_names *
query_names_new(void)
{
    struct query_names *names = g_new0(struct query_names, 1);
    names->all = g_ptr_array_new_with_free_func(target_free);
    names->slots = g_new0(struct query_target *, SLOTS_MIN);
    names->mask = SLOTS_MIN - 1;
    names->shortest = SIZE_MAX;
    return names;
}

void
query_names_free(struct query_names *names)
{
    if (names == NULL)
        return;
    g_ptr_array_unref(names->all);
    g_free(names->slots);
    g_free(names);
}

/* FNV-1a of the lower-case name. */
static uint64_t
hash_name(struct span name)
{
    uint64_t hash = HASH_START;
    for (size_t i = 0; i < name.len; i++)
        hash = (hash ^ (unsigned char)lower(name.octets[i])) * HASH_FACTOR;
    return hash ^ hash >> 32;
}

static void
place(struct query_names *names, struct query_target *target)
{
    size_t slot = hash_name(span_of(target->name)) & names->mask;
    while (names->slots[slot] != NULL)
        slot = (slot + 1) & names->mask;
    names->slots[slot] = target;
}

static void
make_room(struct query_names *names)
{
    if (names->all->len * 4 < names->mask)
        return;
    names->mask = names->mask * 2 + 1;
    g_free(names->slots);
    names->slots = g_new0(struct query_target *, names->mask + 1);
    for (guint i = 0; i < names->all->len; i++)
        place(names, g_ptr_array_index(names->all, i));
}

void
query_names_add(struct query_names *names, const char *name, const char *label,
                enum dns_column column)
{
    struct query_target *target;
    size_t len = strlen(name);
    if (query_names_find(names, span_of(name)) != NULL)
        return;
    make_room(names);
    target = g_new0(struct query_target, 1);
    target->name = g_ascii_strdown(name, -1);
    target->label = g_strdup(label);
    target->column = column;
    target->evidence = evidence_new();
    g_ptr_array_add(names->all, target);
    place(names, target);
    names->shortest = MIN(names->shortest, len);
    names->longest = MAX(names->longest, len);
}

struct query_target *
query_names_find(const struct query_names *names, struct span name)
{
    size_t slot;
    if (name.len > 1 && name.octets[name.len - 1] == '.')
        name.len--;
    if (name.len < names->shortest || name.len > names->longest)
        return NULL;
    for (slot = hash_name(name) & names->mask; names->slots[slot] != NULL;
         slot = (slot + 1) & names->mask)
        if (span_equals_nocase(name, names->slots[slot]->name))
            return names->slots[slot];
    return NULL;
}

struct query_target *
query_names_of(const struct query_names *names, const char *label, enum dns_column column)
{
    for (guint i = 0; i < names->all->len; i++) {
        struct query_target *target = g_ptr_array_index(names->all, i);
        if (target->column == column && strcmp(target->label, label) == 0)
            return target;
    }
    return NULL;
}

const GPtrArray *
query_names_all(const struct query_names *names)
{
    return names->all;
}

bool
query_target_wants_txt(const struct query_target *target, bool paper)
{
    return target->column != DNS_SPF_EXIST && !(paper && target->column == DNS_EDV);
}

bool
query_target_asked(const struct query_target *target, bool paper)
{
    const struct query_count *count = paper ? &target->paper : &target->correct;
    return (query_target_wants_txt(target, paper) ? count->txt : count->any) > 0;
}
