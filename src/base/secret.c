/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "base/fault.h"

#define CHARS_MAX 256

bool
secret_octets(void *out, size_t len, GError **error)
{
    if (getrandom(out, len, 0) == (ssize_t)len)
        return true;
    g_set_error(error, FAULT, FAULT_OPERATOR, "no random octets: %s", g_strerror(errno));
    return false;
}

char *
secret_text(size_t chars, GError **error)
{
    static const char alphabet[] = "abcdefghijkmnopqrstuvwxyz2345678";
    unsigned char octets[CHARS_MAX];
    size_t count = MIN(chars, CHARS_MAX);
    char *text;
    if (!secret_octets(octets, count, error))
        return NULL;
    text = g_malloc(count + 1);
    for (size_t i = 0; i < count; i++)
        text[i] = alphabet[octets[i] % 32];
    text[count] = '\0';
    return text;
}

bool
secret_equal(const char *a, const char *b)
{
    unsigned difference = 0;
    if (strlen(a) != strlen(b))
        return false;
    for (size_t i = 0; a[i] != '\0'; i++)
        difference |= (unsigned char)a[i] ^ (unsigned char)b[i];
    return difference == 0;
}
