/* SPDX-License-Identifier: Apache-2.0 */
/*
 * value - a parameter of a prepared statement
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A text or octets (text != NULL), borrowed, or a number. */
struct value {
    const char *text;
    size_t len;
    int64_t number;
};

static inline struct value
value_text(const char *text)
{
    return (struct value){ .text = text, .len = strlen(text) };
}

static inline struct value
value_number(int64_t number)
{
    return (struct value){ .number = number };
}
