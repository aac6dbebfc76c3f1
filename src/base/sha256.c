/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sha256.h"

#include <openssl/evp.h>

struct sha256 {
    EVP_MD_CTX *context;
    bool begun;
};

/* Looked up once: the library takes locks for it. */
static const EVP_MD *
method(void)
{
    static gsize found;
    if (g_once_init_enter(&found)) {
        EVP_MD *fetched = EVP_MD_fetch(NULL, "SHA256", NULL);
        if (fetched == NULL)
            g_error("libcrypto has no SHA-256");
        g_once_init_leave(&found, (gsize)fetched);
    }
    return (const EVP_MD *)found;
}

static void
begin(struct sha256 *sum)
{
    if (sum->begun)
        return;
    if (sum->context == NULL || EVP_DigestInit_ex2(sum->context, method(), NULL) != 1)
        g_error("out of memory");
    sum->begun = true;
}

struct sha256 *
sha256_new(void)
{
    struct sha256 *sum = g_new0(struct sha256, 1);
    sum->context = EVP_MD_CTX_new();
    return sum;
}

void
sha256_free(struct sha256 *sum)
{
    if (sum == NULL)
        return;
    EVP_MD_CTX_free(sum->context);
    g_free(sum);
}

void
sha256_add(struct sha256 *sum, struct span octets)
{
    begin(sum);
    if (octets.len > 0 && EVP_DigestUpdate(sum->context, octets.octets, octets.len) != 1)
        g_error("SHA-256 failed");
}

void
sha256_end(struct sha256 *sum, unsigned char digest[SHA256_OCTETS])
{
    begin(sum);
    if (EVP_DigestFinal_ex(sum->context, digest, NULL) != 1)
        g_error("SHA-256 failed");
    sum->begun = false;
}

void
sha256_of(struct span octets, unsigned char digest[SHA256_OCTETS])
{
    g_autoptr(Sha256) sum = sha256_new();
    sha256_add(sum, octets);
    sha256_end(sum, digest);
}

void
sha256_hex(struct span octets, char hex[SHA256_HEX_MAX])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[SHA256_OCTETS];
    sha256_of(octets, digest);
    for (size_t i = 0; i < SHA256_OCTETS; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    hex[2 * SHA256_OCTETS] = '\0';
}
