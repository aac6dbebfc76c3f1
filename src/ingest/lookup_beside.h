/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_beside - a look-up run that begins while mails are still being stored
 *
 * What is known of the sources of the first mails by the time later ones are stored is stored with
 * them, and need not be told to them. The storing side waits for nothing here but in
 * lookup_beside_end().
 * Threads: one object, one thread; the run itself is in a thread of its own, with a connection of
 *          its own.
 */
#pragma once

#include "ingest/lookup_run.h"

struct lookup_beside;
/* `options` is copied but for what it points to; its intake is set here. */
struct lookup_beside *lookup_beside_new(const struct lookup_options *options);
void lookup_beside_free(struct lookup_beside *beside); /* ends it; NULL is allowed */
typedef struct lookup_beside LookupBeside;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LookupBeside, lookup_beside_free)

/* For run_options.begun and run_options.stored; mails stored for the first time start the run. */
void lookup_beside_begun(void *beside, int64_t newest);
void lookup_beside_stored(void *beside);
/* No more will be stored: waits for the run, which now has its budget, or does it here when none
 * was started and nobody has asked to stop. As lookup_run(). */
enum lookup_end lookup_beside_end(struct lookup_beside *beside, struct lookup_counts *counts,
                                  GError **error);
