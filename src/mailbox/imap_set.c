/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/imap_set.h"

/* ",4294967295:4294967295" */
#define RANGE_OCTETS 22

void
imap_set_init(struct imap_set *set)
{
    set->text = g_string_new(NULL);
    set->first = 0;
    set->last = 0;
}

void
imap_set_clear(struct imap_set *set)
{
    g_string_free(g_steal_pointer(&set->text), TRUE);
    set->first = 0;
    set->last = 0;
}

static void
write_range(struct imap_set *set)
{
    if (set->last == 0)
        return;
    if (set->text->len > 0)
        g_string_append_c(set->text, ',');
    g_string_append_printf(set->text, "%u", set->first);
    if (set->last > set->first)
        g_string_append_printf(set->text, ":%u", set->last);
}

bool
imap_set_add(struct imap_set *set, uint32_t uid)
{
    if (set->last != 0 && uid == set->last + 1) {
        set->last = uid;
        return true;
    }
    if (set->text->len + 2 * RANGE_OCTETS > IMAP_SET_OCTETS)
        return false;
    write_range(set);
    set->first = uid;
    set->last = uid;
    return true;
}

const char *
imap_set_text(struct imap_set *set)
{
    write_range(set);
    set->first = 0;
    set->last = 0;
    return set->text->str;
}

bool
imap_set_parse(struct span text, size_t max, GArray *uids)
{
    struct span piece = { NULL, 0 };
    bool spent = false;
    while (span_cut(&text, ',', &piece, &spent)) {
        uint32_t first = 0;
        uint32_t last = 0;
        ptrdiff_t colon = span_find(piece, ':');
        if (!span_to_u32(colon < 0 ? piece : span_head(piece, (size_t)colon), &first))
            return false;
        last = first;
        if (colon >= 0 && !span_to_u32(span_from(piece, (size_t)colon + 1), &last))
            return false;
        if (last < first) { /* 7:3 means 3:7 */
            uint32_t swap = last;
            last = first;
            first = swap;
        }
        if (first == 0 || (uint64_t)last - first >= max)
            return false;
        max -= (size_t)(last - first) + 1;
        for (uint64_t uid = first; uid <= last; uid++) {
            uint32_t value = (uint32_t)uid;
            g_array_append_val(uids, value);
        }
    }
    return true;
}
