/* SPDX-License-Identifier: Apache-2.0 */
#include "report/link_defang.h"

/* clang-format off */
static const struct {
    const char *written; /* longer before its own tail */
    const char *scheme;
    bool defanged;
    bool whole; /* must not stand behind a letter or digit: "sftp" is not "ftp" */
} schemes[] = {
    { "https",  "https", false, false },
    { "http",   "http",  false, false },
    { "hxxps",  "https", true,  false },
    { "hxxp",   "http",  true,  false },
    { "ftp",    "ftp",   false, true  },
    { "fxp",    "ftp",   true,  true  },
    { "htxps",  "https", true,  false },
    { "htxp",   "http",  true,  false },
    { "hxtps",  "https", true,  false },
    { "hxtp",   "http",  true,  false },
    { "h**ps",  "https", true,  false },
    { "h**p",   "http",  true,  false },
    { "meows",  "https", true,  true  },
    { "meow",   "http",  true,  true  },
};
/* clang-format on */

bool
defang_scheme_before(struct span text, struct defang_scheme *scheme)
{
    for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++) {
        size_t len = strlen(schemes[i].written);
        const char *start = text.octets + text.len - len;
        if (text.len < len || g_ascii_strncasecmp(start, schemes[i].written, len) != 0)
            continue;
        if (schemes[i].whole && text.len > len && g_ascii_isalnum(start[-1]))
            return false;
        *scheme = (struct defang_scheme){ schemes[i].scheme, len, schemes[i].defanged };
        return true;
    }
    return false;
}

static bool
has_octet(struct span text, size_t at, const char *octets)
{
    return at < text.len && text.octets[at] != '\0' && strchr(octets, text.octets[at]) != NULL;
}

size_t
defang_separator(struct span text, bool *defanged)
{
    size_t at = 0;
    size_t slashes = 0;
    bool open = has_octet(text, 0, "[(");
    at += open ? 1 : 0;
    if (!has_octet(text, at, ":"))
        return 0;
    at++;
    if (open && has_octet(text, at, "])")) {
        open = false;
        at++;
        *defanged = true;
    }
    if (!open && has_octet(text, at, "[(") && has_octet(text, at + 1, "/\\")) {
        open = true;
        at++;
    }
    while (has_octet(text, at, "/\\")) {
        slashes++;
        at++;
    }
    if (slashes < 2 || (open && !has_octet(text, at, "])")))
        return 0;
    *defanged = *defanged || open;
    return at + (open ? 1 : 0);
}

/* What stands between the brackets of a defanged dot. */
static size_t
bracketed_dot(struct span text)
{
    static const char *const words[] = { ".", "dot", "d0t", "punkt", "punto" };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (span_starts_nocase(text, words[i]))
            return strlen(words[i]);
    return 0;
}

static size_t
full_width_dot(struct span text)
{
    static const char *const dots[] = { "\xE3\x80\x82", "\xEF\xBC\x8E", "\xEF\xBD\xA1" };
    for (size_t i = 0; i < G_N_ELEMENTS(dots); i++)
        if (span_starts_nocase(text, dots[i]) && text.len > 3 && g_ascii_isalnum(text.octets[3]))
            return 3; /* at the end of a sentence no name goes on behind it */
    return 0;
}

size_t
defang_dot(struct span text, bool *defanged)
{
    static const char opening[] = "[({";
    static const char closing[] = "])}";
    size_t blank;
    size_t word;
    size_t at;
    if (has_octet(text, 0, "."))
        return has_octet(text, 1, "]") ? 0 : 1;
    if (text.len > 0 && (unsigned char)text.octets[0] >= 0x80)
        return full_width_dot(text);
    blank = has_octet(text, 0, " ") ? 1 : 0;
    if (!has_octet(text, blank, opening))
        return 0;
    word = bracketed_dot(span_from(text, blank + 1));
    at = blank + 1 + word;
    if (word == 0 || !has_octet(text, at, closing))
        return 0;
    at++;
    if (blank > 0 && has_octet(text, at, " "))
        at++;
    if (at >= text.len ||
        !(g_ascii_isalnum(text.octets[at]) || (unsigned char)text.octets[at] >= 0x80))
        return 0;
    *defanged = true;
    return at;
}

size_t
defang_mark(struct span text, char *mark)
{
    if (text.len < 3 || !has_octet(text, 0, "[") || !has_octet(text, 1, "/:") ||
        !has_octet(text, 2, "]"))
        return 0;
    *mark = text.octets[1];
    return 3;
}
