/* SPDX-License-Identifier: Apache-2.0 */
/* demand - what fuzz targets share: a promise that must hold, and octets that end where they end */
#pragma once

#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "base/span.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len);

static inline void
demand(bool promise)
{
    if (!promise)
        __builtin_trap();
}

static inline void
demand_text(const char *text) /* NULL is allowed */
{
    demand(text == NULL || g_utf8_validate(text, -1, NULL));
}

/* A copy with nothing behind it, so that reading too far is seen; g_free the octets. */
static inline struct span
exact_copy(const void *octets, size_t len)
{
    return (struct span){ len > 0 ? g_memdup2(octets, len) : NULL, len };
}

static inline void
exact_free(struct span *copy)
{
    g_free((gpointer)(uintptr_t)copy->octets);
}
#define auto_exact __attribute__((cleanup(exact_free)))
