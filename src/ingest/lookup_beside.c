/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/lookup_beside.h"

struct lookup_beside {
    struct lookup_options options;
    struct intake *intake;
    GThread *thread;
    struct lookup_counts counts;
    enum lookup_end end;
    GError *error;
};

struct lookup_beside *
lookup_beside_new(const struct lookup_options *options)
{
    struct lookup_beside *beside = g_new0(struct lookup_beside, 1);
    beside->options = *options;
    beside->intake = intake_new();
    return beside;
}

static void
finish(struct lookup_beside *beside)
{
    intake_end(beside->intake);
    if (beside->thread != NULL)
        g_thread_join(beside->thread);
    beside->thread = NULL;
}

void
lookup_beside_free(struct lookup_beside *beside)
{
    if (beside == NULL)
        return;
    finish(beside);
    intake_free(beside->intake);
    g_clear_error(&beside->error);
    g_free(beside);
}

static gpointer
run(gpointer self)
{
    struct lookup_beside *beside = self;
    struct lookup_options options = beside->options;
    options.intake = beside->intake;
    beside->end = lookup_run(&options, &beside->counts, &beside->error);
    return NULL;
}

void
lookup_beside_begun(void *self, int64_t newest)
{
    struct lookup_beside *beside = self;
    beside->options.newest = newest;
}

void
lookup_beside_stored(void *self)
{
    struct lookup_beside *beside = self;
    if (beside->options.config->dns.budget_s == 0)
        return;
    intake_stored(beside->intake);
    if (beside->thread == NULL) /* where there is none to be had, it is done at the end */
        beside->thread = g_thread_try_new("look-up", run, beside, NULL);
}

enum lookup_end
lookup_beside_end(struct lookup_beside *beside, struct lookup_counts *counts, GError **error)
{
    bool ran = beside->thread != NULL;
    finish(beside);
    *counts = (struct lookup_counts){ 0 };
    if (ran) {
        *counts = beside->counts;
        if (beside->error != NULL)
            g_propagate_error(error, g_steal_pointer(&beside->error));
        return beside->end;
    }
    return *beside->options.stop ? LOOKUP_DONE : lookup_run(&beside->options, counts, error);
}
