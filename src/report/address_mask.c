/* SPDX-License-Identifier: Apache-2.0 */
#include "report/address_mask.h"

#define LOCAL_QUOTED_MAX 256
#define LITERAL_MAX 64

static bool
is_domain_octet(char octet)
{
    return g_ascii_isalnum(octet) || octet == '-' || octet == '.' || (unsigned char)octet >= 0x80;
}

static bool
is_address_octet(char octet)
{
    return is_domain_octet(octet) || (octet != '\0' && strchr("!#$%&'*+/=?^_`{|}~", octet) != NULL);
}

/* Octets of the sign between local part and domain at this place, 0 for none: itself, or as URLs,
 * quoted-printable and HTML write it. */
static size_t
mark_at(struct span line, size_t at)
{
    static const char *const marks[] = { "@", "%40", "=40", "&#64;" };
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        size_t len = strlen(marks[i]);
        if (line.len - at >= len && memcmp(line.octets + at, marks[i], len) == 0)
            return len;
    }
    return 0;
}

/* Where the quoted local part that ends before `at` begins, or `at`. */
static size_t
quoted_start(struct span line, size_t done, size_t at)
{
    size_t from = at - 1;
    size_t floor = at - done > LOCAL_QUOTED_MAX ? at - LOCAL_QUOTED_MAX : done;
    while (from > floor && line.octets[from - 1] != '"')
        from--;
    if (from == floor)
        return at;
    from--;
    return from == 0 || strchr(" \t<,:;(", line.octets[from - 1]) != NULL ? from : at;
}

/* Where the local part before the mark at `at` begins, or `at` when there is none. */
static size_t
local_start(struct span line, size_t done, size_t at)
{
    size_t from = at;
    size_t word = at;
    if (at > done && line.octets[at - 1] == '"')
        return quoted_start(line, done, at);
    while (from > done && is_address_octet(line.octets[from - 1])) {
        from--;
        if (word == at && from + 1 < at && strchr("/?&", line.octets[from]) != NULL)
            word = from + 1;
    }
    /* of a URL and its query only what looks like an address */
    if (word < at && (line.octets[from] == '?' || memcmp(line.octets + from, "//", 2) == 0))
        return word;
    return from;
}

/* Where the domain that begins at `from` ends, or `from` when there is none. `strict`: it must
 * look like a host name, for "=40" and the like also stand in other text. */
static size_t
domain_end(struct span line, size_t from, bool strict)
{
    size_t to = from;
    bool named = false;
    if (!strict && from < line.len && line.octets[from] == '[') {
        ptrdiff_t close = span_find(span_head(span_from(line, from), LITERAL_MAX), ']');
        return close >= 0 ? from + (size_t)close + 1 : from;
    }
    for (; to < line.len && is_domain_octet(line.octets[to]); to++)
        named =
            named || (to > from && line.octets[to - 1] == '.' && g_ascii_isalpha(line.octets[to]));
    return named || !strict ? to : from;
}

static void
mask_line(GString *out, struct span line)
{
    size_t done = 0;
    for (size_t at = 0; at < line.len; at++) {
        size_t mark = mark_at(line, at);
        size_t from;
        size_t to;
        if (mark == 0)
            continue;
        to = domain_end(line, at + mark, mark > 1);
        if (to == at + mark)
            continue;
        from = local_start(line, done, at);
        if (from == at && (at > done || done == 0))
            continue;
        if (from < at) { /* else it goes on with the address before it: a@b@c */
            g_string_append_len(out, line.octets + done, (gssize)(from - done));
            g_string_append(out, ADDRESS_MASK);
        }
        done = to;
        at = to - 1;
    }
    g_string_append_len(out, line.octets + done, (gssize)(line.len - done));
}

GString *
address_mask(struct span text)
{
    GString *out = g_string_sized_new(text.len + 64);
    struct span rest = text;
    while (rest.len > 0) {
        ptrdiff_t end = span_find(rest, '\n');
        struct span line = span_head(rest, end >= 0 ? (size_t)end + 1 : rest.len);
        mask_line(out, line);
        rest = span_from(rest, line.len);
    }
    if (out->len != text.len || (text.len > 0 && memcmp(out->str, text.octets, text.len) != 0))
        return out;
    g_string_free(out, TRUE);
    return NULL;
}

const char *const address_id_fields[] = { "Message-ID", "References", "In-Reply-To", NULL };

static bool
keeps_ids(struct span line)
{
    for (const char *const *name = address_id_fields; *name != NULL; name++) {
        size_t len = strlen(*name);
        if (span_starts_nocase(line, *name) && line.len > len && line.octets[len] == ':')
            return true;
    }
    return false;
}

GBytes *
address_mask_mail(struct span mail)
{
    GString *out = g_string_sized_new(mail.len + 64);
    struct span rest = mail;
    bool in_ids = false; /* within a field that holds ids, its folds included */
    while (rest.len > 0) {
        ptrdiff_t end = span_find(rest, '\n');
        struct span line = span_head(rest, end >= 0 ? (size_t)end + 1 : rest.len);
        bool folded = line.octets[0] == ' ' || line.octets[0] == '\t';
        in_ids = keeps_ids(line) || (in_ids && folded);
        if (in_ids)
            g_string_append_len(out, line.octets, (gssize)line.len);
        else
            mask_line(out, line);
        rest = span_from(rest, line.len);
    }
    return g_string_free_to_bytes(out);
}
