/* SPDX-License-Identifier: Apache-2.0 */
#include "classify/body_digest.h"

#include "base/sha256.h"

#define BODY_DIGEST_DIGITS 32

/* A line tells something when it has that many letters: salutations, names, buttons do not. */
#define LINE_LETTERS_MIN 16

/* Adds the letters of the masked line; false once the text has enough. */
static bool
add_letters(GString *letters, size_t *count, const char *masked)
{
    for (const char *at = masked; *at != '\0'; at += g_utf8_skip[(guchar)*at]) {
        if ((guchar)*at < 0x80) {
            if (!g_ascii_isalpha(*at))
                continue;
            g_string_append_c(letters, (char)(*at | 0x20)); /* a letter in lower case */
        } else {
            gunichar c = g_utf8_get_char(at);
            if (!g_unichar_isalpha(c))
                continue;
            g_string_append_unichar(letters, g_unichar_tolower(c));
        }
        if (++*count >= BODY_LETTERS_MAX)
            return false;
    }
    return true;
}

char *
body_digest(struct span text, const struct known_words *known)
{
    g_autoptr(GString) letters = g_string_new(NULL);
    struct span rest = text;
    struct span line;
    struct masker masker;
    size_t count = 0;
    bool more = true;
    masker_init(&masker);
    while (more && span_line(&rest, &line)) {
        line = span_trim(line);
        if (line.len < LINE_LETTERS_MIN)
            continue;
        const char *masked = masker_run(&masker, line, MASK_NAMES, known)->str;
        if (mask_letters(masked) >= LINE_LETTERS_MIN)
            more = add_letters(letters, &count, masked);
    }
    masker_clear(&masker);
    if (count < BODY_LETTERS_MIN)
        return NULL;
    char hex[SHA256_HEX_MAX];
    sha256_hex((struct span){ letters->str, letters->len }, hex);
    return g_strndup(hex, BODY_DIGEST_DIGITS);
}
