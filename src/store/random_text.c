/* SPDX-License-Identifier: Apache-2.0 */
#include "store/random_text.h"

#include <errno.h>
#include <sys/random.h>

#include "base/fault.h"

#define CHARS_MAX 256

char *
random_text(size_t chars, GError **error)
{
    static const char alphabet[] = "abcdefghijkmnpqrstuvwxyz23456789";
    unsigned char octets[CHARS_MAX];
    size_t count = MIN(chars, CHARS_MAX);
    char *text;
    if (getrandom(octets, count, 0) != (ssize_t)count) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "no random octets: %s", g_strerror(errno));
        return NULL;
    }
    text = g_malloc(count + 1);
    for (size_t i = 0; i < count; i++)
        text[i] = alphabet[octets[i] % 32];
    text[count] = '\0';
    return text;
}
