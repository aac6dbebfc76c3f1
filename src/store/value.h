/* SPDX-License-Identifier: Apache-2.0 */
/*
 * value - a parameter of a prepared statement
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A text or octets (text != NULL), borrowed, or a number, or NULL. */
struct value {
    const char *text;
    size_t len;
    int64_t number;
    bool null;
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

/* None is NULL. It is never left to the server to compare octets with '': under a collation of text
 * 127.0.0.1 is four characters that count for nothing, 32.32.32.32 four blanks. */
static inline struct value
value_octets(const void *octets, size_t len)
{
    return (struct value){ .text = octets, .len = len, .null = len == 0 };
}

/* "" is NULL. */
static inline struct value
value_text_or_null(const char *text)
{
    return value_octets(text, strlen(text));
}
