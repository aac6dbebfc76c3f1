/* SPDX-License-Identifier: Apache-2.0 */
/*
 * progress - one line on a terminal that tells how far a long run is
 *
 * Nothing is written when stderr is no terminal or `quiet` is set. Threads: one at a time.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct progress;

/* `what` names the things counted ("mails"), static. `expected` 0: not known. */
struct progress *progress_new(const char *what, uint64_t expected, bool quiet);
/* Redraws at most ten times a second. */
void progress_show(struct progress *progress, uint64_t done);
/* How many there are in all, when that becomes known later. */
void progress_expect(struct progress *progress, uint64_t expected);
/* Wipes the line and frees; NULL is allowed. */
void progress_free(struct progress *progress);
typedef struct progress Progress;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Progress, progress_free)

/* The text of the line, for tests and for who draws elsewhere: "1200 of 5000 mails, 24 %, 310/s,
 * 12 s left"; without what is not known yet. Caller frees. */
char *progress_text(const char *what, uint64_t done, uint64_t expected, double seconds);
