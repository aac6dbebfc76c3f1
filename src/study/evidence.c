/* SPDX-License-Identifier: Apache-2.0 */
#include "study/evidence.h"

#include "base/text.h"

static void
evidence_free(void *item)
{
    struct evidence *evidence = item;
    g_free(evidence->where);
    g_free(evidence->text);
    g_free(evidence);
}

GPtrArray *
evidence_new(void)
{
    return g_ptr_array_new_with_free_func(evidence_free);
}

bool
evidence_wants(const GPtrArray *list, bool counts)
{
    unsigned there = 0;
    for (guint i = 0; i < list->len; i++)
        there += ((const struct evidence *)g_ptr_array_index(list, i))->counts == counts;
    return there < EVIDENCE_MAX;
}

void
evidence_add(GPtrArray *list, bool counts, const char *where, struct span text)
{
    struct evidence *evidence;
    if (!evidence_wants(list, counts))
        return;
    evidence = g_new0(struct evidence, 1);
    evidence->counts = counts;
    evidence->where = text_masked(span_of(where), EVIDENCE_TEXT_OCTETS);
    evidence->text = text_masked(text, EVIDENCE_TEXT_OCTETS);
    g_ptr_array_add(list, evidence);
}
