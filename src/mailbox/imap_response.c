/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/imap_response.h"

#include <time.h>

#include "base/fault.h"
#include "base/text.h"

#define DEPTH_MAX 32

static bool
fail(GError **error, const char *what, struct span where)
{
    g_autofree char *masked = text_masked(where, 60);
    g_set_error(error, FAULT, FAULT_RETRY, "no IMAP answer, %s: %s", what, masked);
    return false;
}

static bool
cut_word(struct span *rest, struct span *word)
{
    bool spent = false;
    span_cut(rest, ' ', word, &spent);
    if (spent)
        *rest = span_from(*rest, rest->len);
    return word->len > 0;
}

static bool
status_of(struct span word, enum imap_status *status)
{
    static const char *const words[] = { "OK", "NO", "BAD", "BYE", "PREAUTH" };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (span_equals_nocase(word, words[i])) {
            *status = (enum imap_status)i;
            return true;
        }
    return false;
}

/* "[CODE arguments] text": a quoted argument may hold a "]". */
static void
cut_code(struct imap_response *response)
{
    bool quoted = false;
    struct span text = response->text;
    if (text.len == 0 || text.octets[0] != '[')
        return;
    for (size_t i = 1; i < text.len; i++) {
        if (quoted && text.octets[i] == '\\')
            i++;
        else if (text.octets[i] == '"')
            quoted = !quoted;
        else if (text.octets[i] == ']' && !quoted) {
            response->code = (struct span){ text.octets + 1, i - 1 };
            response->text = span_trim(span_from(text, i + 1));
            return;
        }
    }
}

bool
imap_response_parse(struct span octets, struct imap_response *response, GError **error)
{
    struct imap_response read = { 0 };
    struct span rest = octets;
    struct span word = { NULL, 0 };
    if (rest.len < 2 || memcmp(rest.octets + rest.len - 2, "\r\n", 2) != 0)
        return fail(error, "no CRLF at its end", octets);
    rest.len -= 2;
    if (rest.len > 0 && rest.octets[0] == '+') {
        read.kind = IMAP_CONTINUE;
        read.text = span_trim(span_from(rest, 1));
        *response = read;
        return true;
    }
    if (!cut_word(&rest, &read.tag) || !cut_word(&rest, &word))
        return fail(error, "no words", octets);
    if (status_of(word, &read.status)) {
        read.text = rest;
        read.kind = span_equals(read.tag, "*") ? IMAP_STATUS : IMAP_TAGGED;
        if (read.kind == IMAP_TAGGED && read.status > IMAP_BAD)
            return fail(error, "tagged BYE", octets);
        cut_code(&read);
    } else if (!span_equals(read.tag, "*")) {
        return fail(error, "neither tagged status nor untagged", octets);
    } else if (span_to_u32(word, &read.number)) {
        read.kind = IMAP_NUMBERED;
        if (!cut_word(&rest, &read.name))
            return fail(error, "number without a name", octets);
    } else {
        read.kind = IMAP_NAMED;
        read.name = word;
    }
    read.rest = rest;
    *response = read;
    return true;
}

static struct imap_token
token(enum imap_token_kind kind, struct span *rest, size_t from, size_t len, size_t eaten)
{
    struct imap_token cut = { kind, span_head(span_from(*rest, from), len) };
    *rest = span_from(*rest, eaten);
    return cut;
}

static struct imap_token
no_token(struct span *rest)
{
    return token(IMAP_NO_TOKEN, rest, 0, 0, rest->len);
}

static struct imap_token
quoted_next(struct span *rest)
{
    for (size_t i = 1; i < rest->len; i++) {
        char c = rest->octets[i];
        if (c == '"')
            return token(IMAP_QUOTED, rest, 1, i - 1, i + 1);
        if (c == '\r' || c == '\n' || c == '\0')
            break;
        if (c == '\\')
            i++;
    }
    return no_token(rest);
}

static struct imap_token
literal_next(struct span *rest)
{
    uint64_t len = 0;
    size_t i = rest->octets[0] == '~' ? 2 : 1;
    size_t digits = i;
    for (; i < rest->len && i < 14 && g_ascii_isdigit(rest->octets[i]); i++)
        len = len * 10 + (uint64_t)(rest->octets[i] - '0');
    if (i == digits)
        return no_token(rest);
    if (i < rest->len && rest->octets[i] == '+')
        i++;
    if (rest->len < i + 3 || memcmp(rest->octets + i, "}\r\n", 3) != 0 || len > rest->len - i - 3)
        return no_token(rest);
    return token(IMAP_LITERAL, rest, i + 3, (size_t)len, i + 3 + (size_t)len);
}

/* BODY[HEADER.FIELDS (TO)]<0> is one atom: after BODY and BINARY a section goes to its "]". */
static struct imap_token
atom_next(struct span *rest)
{
    size_t i = 0;
    for (; i < rest->len; i++) {
        char c = rest->octets[i];
        if (c == ' ' || c == '(' || c == ')')
            break;
        if (c == '"' || c == '{' || (unsigned char)c < 0x20 || c == 0x7f)
            return no_token(rest);
        if (c == '[' && (span_equals_nocase(span_head(*rest, i), "BODY") ||
                         span_equals_nocase(span_head(*rest, i), "BINARY"))) {
            ptrdiff_t end = span_find(span_from(*rest, i), ']');
            if (end < 0)
                return no_token(rest);
            i += (size_t)end;
        }
    }
    return token(IMAP_ATOM, rest, 0, i, i);
}

struct imap_token
imap_token_next(struct span *rest)
{
    while (rest->len > 0 && rest->octets[0] == ' ')
        *rest = span_from(*rest, 1);
    if (rest->len == 0)
        return token(IMAP_END, rest, 0, 0, 0);
    switch (rest->octets[0]) {
    case '(':
        return token(IMAP_OPEN, rest, 0, 1, 1);
    case ')':
        return token(IMAP_CLOSE, rest, 0, 1, 1);
    case '"':
        return quoted_next(rest);
    case '{':
        return literal_next(rest);
    case '~':
        if (rest->len > 1 && rest->octets[1] == '{')
            return literal_next(rest);
        break;
    default:
        break;
    }
    return atom_next(rest);
}

char *
imap_token_unquoted(struct imap_token token, size_t *len)
{
    char *out = g_malloc(token.octets.len + 1);
    size_t used = 0;
    for (size_t i = 0; i < token.octets.len; i++) {
        if (token.octets.octets[i] == '\\' && i + 1 < token.octets.len)
            i++;
        out[used++] = token.octets.octets[i];
    }
    out[used] = '\0';
    *len = used;
    return out;
}

/* Skips the rest of a parenthesised list whose "(" is eaten. */
static bool
skip_list(struct span *rest)
{
    for (int depth = 1; depth > 0;) {
        switch (imap_token_next(rest).kind) {
        case IMAP_OPEN:
            if (++depth > DEPTH_MAX)
                return false;
            break;
        case IMAP_CLOSE:
            depth--;
            break;
        case IMAP_END:
        case IMAP_NO_TOKEN:
            return false;
        default:
            break;
        }
    }
    return true;
}

static uint64_t
size_of(struct span digits)
{
    uint64_t value = 0;
    for (size_t i = 0; i < digits.len; i++) {
        if (!g_ascii_isdigit(digits.octets[i]) || i >= 18)
            return UINT64_MAX;
        value = value * 10 + (uint64_t)(digits.octets[i] - '0');
    }
    return digits.len > 0 ? value : UINT64_MAX;
}

/* Takes one attribute and its value; false when they do not go together. */
static bool
take_attribute(struct imap_item *item, struct span name, struct imap_token value)
{
    if (span_equals_nocase(name, "UID"))
        return value.kind == IMAP_ATOM && item->uid == 0 && span_to_u32(value.octets, &item->uid) &&
               item->uid != 0;
    if (span_equals_nocase(name, "RFC822.SIZE")) {
        bool first = !item->has_size;
        item->has_size = true;
        item->size = size_of(value.octets);
        return first && value.kind == IMAP_ATOM;
    }
    if (span_equals_nocase(name, "INTERNALDATE")) {
        if (value.kind == IMAP_QUOTED)
            item->date = imap_response_date(value.octets);
        return value.kind == IMAP_QUOTED || value.kind == IMAP_ATOM;
    }
    if (span_equals_nocase(name, "BODY[]")) {
        bool first = !item->has_body;
        item->has_body = true;
        item->body_is_nil = value.kind == IMAP_ATOM;
        item->body = value;
        return first && (value.kind == IMAP_QUOTED || value.kind == IMAP_LITERAL ||
                         (value.kind == IMAP_ATOM && span_equals_nocase(value.octets, "NIL")));
    }
    return true;
}

bool
imap_response_item(struct span rest, struct imap_item *item, GError **error)
{
    struct imap_item read = { .date = CLOCK_UNKNOWN };
    struct span whole = rest;
    if (imap_token_next(&rest).kind != IMAP_OPEN)
        return fail(error, "FETCH without a list", whole);
    for (;;) {
        struct imap_token name = imap_token_next(&rest);
        struct imap_token value = { IMAP_NO_TOKEN, { NULL, 0 } };
        if (name.kind == IMAP_CLOSE)
            break;
        if (name.kind != IMAP_ATOM || name.octets.len == 0)
            return fail(error, "FETCH attribute", whole);
        value = imap_token_next(&rest);
        if (value.kind == IMAP_END || value.kind == IMAP_CLOSE || value.kind == IMAP_NO_TOKEN)
            return fail(error, "FETCH value", whole);
        if (!take_attribute(&read, name.octets, value))
            return fail(error, "FETCH attribute and value", whole);
        if (value.kind == IMAP_OPEN && !skip_list(&rest))
            return fail(error, "FETCH list", whole);
    }
    if (imap_token_next(&rest).kind != IMAP_END)
        return fail(error, "octets behind FETCH", whole);
    *item = read;
    return true;
}

static int
two_digits(const char *text)
{
    int tens = text[0] == ' ' ? 0 : text[0] - '0'; /* " 7-Feb-1994" */
    if ((text[0] != ' ' && !g_ascii_isdigit(text[0])) || !g_ascii_isdigit(text[1]))
        return -1;
    return tens * 10 + text[1] - '0';
}

int64_t
imap_response_date(struct span text)
{
    char padded[27];
    struct tm parts = { 0 };
    int zone[2] = { 0, 0 };
    int century = 0;
    if (text.len == 25 && text.octets[1] == '-') /* "7-Feb-1994 ...", as some servers write it */
        g_snprintf(padded, sizeof padded, " %.25s", text.octets);
    else if (text.len == 26)
        g_snprintf(padded, sizeof padded, "%.26s", text.octets);
    else
        return CLOCK_UNKNOWN;
    if (strlen(padded) != 26 || padded[2] != '-' || padded[6] != '-' || padded[11] != ' ' ||
        padded[14] != ':' || padded[17] != ':' || padded[20] != ' ' ||
        (padded[21] != '+' && padded[21] != '-'))
        return CLOCK_UNKNOWN;
    parts.tm_mon = -1;
    for (int i = 0; i < 12; i++)
        if (g_ascii_strncasecmp(clock_months[i], padded + 3, 3) == 0)
            parts.tm_mon = i;
    century = two_digits(padded + 7);
    parts.tm_year = two_digits(padded + 9);
    parts.tm_mday = two_digits(padded);
    parts.tm_hour = two_digits(padded + 12);
    parts.tm_min = two_digits(padded + 15);
    parts.tm_sec = two_digits(padded + 18);
    zone[0] = two_digits(padded + 22);
    zone[1] = two_digits(padded + 24);
    if (century < 0 || parts.tm_year < 0 || parts.tm_mon < 0 || parts.tm_mday < 1 ||
        parts.tm_mday > 31 || parts.tm_hour < 0 || parts.tm_hour > 23 || parts.tm_min < 0 ||
        parts.tm_min > 59 || parts.tm_sec < 0 || parts.tm_sec > 60 || zone[0] < 0 || zone[1] < 0)
        return CLOCK_UNKNOWN;
    parts.tm_year += century * 100 - 1900;
    return (int64_t)timegm(&parts) -
           (padded[21] == '-' ? -1 : 1) * (int64_t)(zone[0] * 3600 + zone[1] * 60);
}

bool
imap_response_lists(struct span list, const char *word)
{
    for (;;) {
        struct imap_token next = imap_token_next(&list);
        if (next.kind == IMAP_END || next.kind == IMAP_NO_TOKEN)
            return false;
        if (next.kind == IMAP_ATOM && span_equals_nocase(next.octets, word))
            return true;
    }
}
