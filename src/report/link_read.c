/* SPDX-License-Identifier: Apache-2.0 */
#include "report/link_read.h"

#include "report/link_defang.h"

/* Lines of quoted-printable are at most 76 octets (RFC 2045, 6.7); short ones are no soft breaks.
 */
#define SOFT_LINE_MIN 60
#define SOFT_LINE_MAX 78

/* Punctuation above ASCII that no URL means: general punctuation, CJK punctuation, full-width
 * marks, no-break space, guillemets, byte order mark, U+FFFD. */
static bool
is_foreign_stop(struct span text)
{
    unsigned char first = (unsigned char)text.octets[0];
    unsigned char second = text.len > 1 ? (unsigned char)text.octets[1] : 0;
    unsigned char third = text.len > 2 ? (unsigned char)text.octets[2] : 0;
    if (first == 0xC2)
        return second <= 0xA0 || second == 0xAB || second == 0xBB;
    if (first == 0xE2)
        return second == 0x80 || (second == 0x81 && third < 0xB0);
    if (first == 0xE3)
        return second == 0x80;
    if (first == 0xEF && second == 0xBC) /* letters and digits belong to names */
        return third < 0x90 || (third > 0x99 && third < 0xA1) || third > 0xBA;
    if (first == 0xEF && second == 0xBD)
        return third == 0x80 || (third >= 0x9B && third < 0xA6);
    return first == 0xEF && (second == 0xBB || second == 0xBF);
}

/* clang-format off */
static const unsigned char stops[256] = {
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, /* 0x00 to 0x20 */
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    ['<'] = 1, ['>'] = 1, ['"'] = 1, ['`'] = 1, [0x7F] = 1,
    [0xC2] = 2, [0xE2] = 2, [0xE3] = 2, [0xEF] = 2, /* look closer */
};
/* clang-format on */

bool
link_read_stops(struct span text)
{
    unsigned char kind = stops[(unsigned char)text.octets[0]];
    return kind == 1 || (kind == 2 && is_foreign_stop(text));
}

static bool
ends_here(const struct link_reading *reading, struct span text)
{
    if (reading->blanks)
        return false;
    return link_read_stops(text) || (reading->opening == '\'' && text.octets[0] == '\'');
}

/* User, host and port. Returns the octets taken; *path tells that a path follows. */
static size_t
read_authority(struct link_reading *reading, struct span text, GString *url, bool *path)
{
    size_t at = 0;
    bool literal = false;
    *path = false;
    while (at < text.len) {
        struct span rest = span_from(text, at);
        char octet = rest.octets[0];
        char mark = octet;
        size_t len = defang_dot(rest, &reading->defanged);
        if (len > 0) {
            mark = '.';
        } else if ((len = defang_mark(rest, &mark)) > 0) {
            reading->defanged = true;
        } else if (octet == '[' && (at == 0 || text.octets[at - 1] == '@')) {
            literal = true;
            len = 1;
        } else if (ends_here(reading, rest) || octet == '[' || (octet == ']' && !literal) ||
                   strchr("(){}", octet) != NULL) {
            return at;
        } else {
            len = 1;
        }
        if (mark == '/' || mark == '\\' || mark == '?' || mark == '#') {
            *path = true;
            g_string_append_c(url, mark);
            return at + len;
        }
        g_string_append_c(url, mark);
        at += len;
    }
    return at;
}

/* A part that is quoted-printable but says it is not: "=" at the end of a long line. */
static size_t
soft_break(const struct link_reading *reading, struct span text, size_t at, const GString *url)
{
    size_t line = reading->line_octets + at;
    size_t next = at + (text.octets[at] == '\r' ? 1 : 0);
    if (reading->line_octets == 0 || line < SOFT_LINE_MIN || line > SOFT_LINE_MAX ||
        url->str[url->len - 1] != '=' || next >= text.len || text.octets[next] != '\n')
        return 0;
    next++;
    return next < text.len && !link_read_stops(span_from(text, next)) ? next : 0;
}

static void
decode_soft_equals(GString *url, size_t from)
{
    GString *decoded = g_string_new_len(url->str, (gssize)from);
    for (size_t i = from; i < url->len; i++) {
        g_string_append_c(decoded, url->str[i]);
        if (g_str_has_prefix(url->str + i, "=3D"))
            i += 2;
    }
    g_string_assign(url, decoded->str);
    g_string_free(decoded, TRUE);
}

static size_t
read_path(struct link_reading *reading, struct span text, GString *url)
{
    size_t at = 0;
    size_t front = url->len;
    unsigned open = 0;
    bool soft = false;
    while (at < text.len) {
        struct span rest = span_from(text, at);
        char octet = rest.octets[0];
        size_t next;
        if (reading->defanged && rest.len > 2 && memcmp(rest.octets, "[.]", 3) == 0) {
            g_string_append_c(url, '.');
            at += 3;
            continue;
        }
        if (ends_here(reading, rest)) {
            next = octet == '\r' || octet == '\n' ? soft_break(reading, text, at, url) : 0;
            if (next == 0)
                break;
            g_string_truncate(url, url->len - 1);
            reading->line_octets = 0; /* one break: a second would need its line's length */
            soft = true;
            at = next;
            continue;
        }
        if (octet == ']' && open == 0 && !reading->blanks)
            break; /* [url=http://...]text, [text http://...] */
        open += octet == '[' ? 1 : 0;
        open -= octet == ']' && open > 0 ? 1 : 0;
        g_string_append_c(url, octet);
        at++;
    }
    if (soft)
        decode_soft_equals(url, front);
    return at;
}

size_t
link_read(struct link_reading *reading, struct span text, GString *url)
{
    bool path;
    size_t taken = read_authority(reading, text, url, &path);
    if (!path)
        return taken;
    reading->line_octets += reading->line_octets > 0 ? taken : 0;
    return taken + read_path(reading, span_from(text, taken), url);
}

static bool
is_host_octet(char octet)
{
    return g_ascii_isalnum(octet) || (unsigned char)octet >= 0x80 || strchr(".-_%", octet) != NULL;
}

/* "http://a.test,and", "http://a.test:see": the host ends where no host goes on. */
static void
trim_authority(GString *url, size_t front)
{
    size_t end = front + strcspn(url->str + front, "/\\?#");
    size_t at = front;
    if (memchr(url->str + front, '@', end - front) != NULL || url->str[front] == '[')
        return;
    while (at < end && is_host_octet(url->str[at]))
        at++;
    if (at < end && url->str[at] == ':') {
        size_t digits = strspn(url->str + at + 1, "0123456789");
        at += digits > 0 ? 1 + digits : 0;
    }
    if (at < end)
        g_string_truncate(url, at);
}

void
link_read_trim(GString *url, size_t front, char opening)
{
    size_t open = 0;
    size_t closed = 0;
    if (url->len == front)
        return;
    trim_authority(url, front);
    for (size_t i = front; i < url->len; i++) {
        open += url->str[i] == '(' ? 1 : 0;
        closed += url->str[i] == ')' ? 1 : 0;
    }
    while (url->len > front) {
        char last = url->str[url->len - 1];
        bool literal = last == ']' && url->str[front] == '[' &&
                       strchr(url->str + front, ']') == url->str + url->len - 1;
        bool marks = (last == '*' || last == '_') && opening == last;
        if (literal || last == '\0' ||
            (strchr(".,;:!?'\">]}", last) == NULL && !marks && !(last == ')' && closed > open)))
            return;
        closed -= last == ')' ? 1 : 0;
        g_string_truncate(url, url->len - 1);
    }
}
