/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unpack - gzip, zstd and xz piece by piece, behind one face
 *
 * Members follow without a gap; a line feed between two zstd frames is passed on (that is
 * how redis-cli prints a list of them). Threads: one object, one thread.
 */
#pragma once

#include <stdbool.h>

#include "base/span.h"

#define UNPACK_WINDOW_LOG 27                   /* zstd: 128 MiB */
#define UNPACK_MEMORY_MAX (128U * 1024 * 1024) /* xz */

struct unpack;

/* By the first octets of the file; NULL: it is not packed. */
struct unpack *unpack_new(struct span first);
void unpack_free(struct unpack *unpack); /* NULL is allowed */
const char *unpack_form(const struct unpack *unpack);

/* Uses up octets of *input and writes to out[*got..len), moving *got; `last`: nothing comes behind
 * *input. False at the end; *reason is then set when it is not the end that the form foresees. */
bool unpack_run(struct unpack *unpack, struct span *input, bool last, char *out, size_t len,
                size_t *got, const char **reason);
