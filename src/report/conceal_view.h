/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conceal_view - one way to read a text, the needles found in it, and the text without them
 *
 * Cost: linear. Threads: no state.
 */
#pragma once

#include "report/needle.h"

enum view {
    VIEW_PLAIN,    /* as it stands */
    VIEW_PERCENT,  /* %40, %2540 ... */
    VIEW_QUOTED,   /* =40, and soft line breaks; =2540 */
    VIEW_ESCAPED,  /* &#64; &#x40; &commat; \u0040 \x40 */
    VIEW_BASE64,   /* base64 digits from the first, */
    VIEW_BASE64_1, /* the second ... of each run on */
    VIEW_BASE64_2,
    VIEW_BASE64_3,
    VIEW_HEX,
    VIEW_HEX_1,
    VIEWS
};

/* The text with tokens (by needle.token) instead of the secrets, or NULL when none was found.
 * `flags`: enum conceal_flag. Caller frees. */
GString *conceal_view(const struct needles *needles, char *const *tokens, struct span text,
                      enum view view, unsigned flags);
