/* SPDX-License-Identifier: Apache-2.0 */
#include "store/access_value.h"

#include "base/secret.h"

#define VALUE_OCTETS 32

bool
access_value(char value[ACCESS_VALUE_CHARS + 1], GError **error)
{
    unsigned char octets[VALUE_OCTETS];
    if (!secret_octets(octets, sizeof octets, error))
        return false;
    g_autofree char *text = g_base64_encode(octets, sizeof octets);
    g_strdelimit(text, "+", '-');
    g_strdelimit(text, "/", '_');
    g_strlcpy(value, text, ACCESS_VALUE_CHARS + 1); /* the "=" at the end is cut off */
    return true;
}

struct value
access_key(const char *value, unsigned char digest[SHA256_OCTETS])
{
    sha256_of(span_of(value), digest);
    return (struct value){ .text = (const char *)digest, .len = SHA256_OCTETS };
}
