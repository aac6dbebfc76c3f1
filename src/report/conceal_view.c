/* SPDX-License-Identifier: Apache-2.0 */
#include "report/conceal_view.h"

#include "report/conceal.h"
#include "report/conceal_escape.h"
#include "report/transfer.h"

#define RING 1024 /* of octets read: more than a needle and a token */
#define RUN_BASE64_MIN 8
#define RUN_HEX_MIN 10

/* An octet as it was read, and where it stands in the text. */
struct seen {
    size_t from, to;
    char octet;
    unsigned char index, count; /* within its group of base64 digits */
    char group[3];
};

struct found {
    size_t from, to;
    uint32_t token;
    struct seen first, last;
};

struct scan {
    const struct needles *needles;
    struct span text;
    enum view view;
    unsigned flags;
    uint32_t state;
    size_t count; /* octets read */
    size_t start; /* count where reading began anew */
    GArray *found;
    struct seen *ring; /* RING of them */
};

static const struct seen *
seen_at(const struct scan *scan, size_t at)
{
    return &scan->ring[at % RING];
}

/* What was read before `end` is a token; a base64 one may have dashes behind it. */
static bool
is_token(const struct scan *scan, size_t end)
{
    char token[CONCEAL_TOKEN_OCTETS];
    for (unsigned i = 0; i < 2 && end > scan->start && seen_at(scan, end - 1)->octet == '-'; i++)
        end--;
    if (end - scan->start < CONCEAL_TOKEN_OCTETS)
        return false;
    for (size_t i = 0; i < CONCEAL_TOKEN_OCTETS; i++)
        token[i] = seen_at(scan, end - CONCEAL_TOKEN_OCTETS + i)->octet;
    return conceal_ends_in_token((struct span){ token, sizeof token });
}

static bool
is_of_word(char octet)
{
    return g_ascii_isalnum(octet) || octet == '-' || (unsigned char)octet >= 0x80;
}

static bool
stands_alone(const struct scan *scan, size_t from, size_t to)
{
    size_t behind = seen_at(scan, to - 1)->to;
    return (scan->flags & CONCEAL_WORDS) != 0 && scan->view < VIEW_BASE64 &&
           (from == scan->start || !is_of_word(seen_at(scan, from - 1)->octet)) &&
           (behind == scan->text.len || !is_of_word(scan->text.octets[behind]));
}

static void
take_found(struct scan *scan, const struct needle *needle)
{
    size_t from = scan->count - needle->len + needle->from;
    size_t to = scan->count - needle->len + needle->to;
    struct found found = { .first = *seen_at(scan, from),
                           .last = *seen_at(scan, to - 1),
                           .token = needle->token };
    if ((needle->place == NEEDLE_WORD && !stands_alone(scan, from, to)) || is_token(scan, to))
        return;
    found.from = found.first.from;
    found.to = found.last.to;
    g_array_append_val(scan->found, found);
}

static void
read_octet(struct scan *scan, struct seen seen)
{
    const struct needle *needle;
    uint32_t cursor;
    scan->ring[scan->count++ % RING] = seen;
    cursor = scan->state = needles_step(scan->needles, scan->state, seen.octet);
    while ((needle = needles_ending(scan->needles, &cursor)) != NULL)
        take_found(scan, needle);
}

static void
begin_anew(struct scan *scan)
{
    scan->state = 0;
    scan->start = scan->count;
}

static void
scan_escaped(struct scan *scan)
{
    for (size_t i = 0; i < scan->text.len;) {
        struct span rest = span_from(scan->text, i);
        struct seen seen = { .from = i, .octet = rest.octets[0] };
        bool skip = rest.octets[0] == '\0';
        size_t len = (scan->flags & CONCEAL_FIELD) != 0 ? conceal_fold_len(rest) : 0;
        if (len > 0)
            skip = true;
        else
            len = conceal_unescape(scan->view, rest, &seen.octet, &skip);
        i += len;
        seen.to = i;
        if (!skip)
            read_octet(scan, seen);
    }
}

/* --- runs of digits, line breaks within them passed over --- */

static bool
is_digit(const struct scan *scan, char octet)
{
    return scan->view >= VIEW_HEX ? g_ascii_isxdigit(octet) : transfer_digit(octet) >= 0;
}

static void
read_group(struct scan *scan, const size_t at[4], unsigned digits, unsigned group)
{
    unsigned bits = 0;
    unsigned width = scan->view >= VIEW_HEX ? 4 : 6;
    struct seen seen = { .from = at[0],
                         .to = at[digits - 1] + 1,
                         .count = (unsigned char)(digits * width / 8) };
    for (unsigned i = 0; i < digits; i++) {
        char octet = scan->text.octets[at[i]];
        int value = width == 4 ? g_ascii_xdigit_value(octet) : transfer_digit(octet);
        bits = bits << width | (unsigned)value;
    }
    bits <<= width * (group - digits);
    for (unsigned i = 0; i < seen.count; i++)
        seen.group[i] = (char)(bits >> (width * group - 8 * (i + 1)) & 255);
    for (unsigned i = 0; i < seen.count; i++) {
        seen.index = (unsigned char)i;
        seen.octet = seen.group[i];
        read_octet(scan, seen);
    }
}

static void
read_run(struct scan *scan, size_t from, size_t to)
{
    unsigned skip =
        (unsigned)(scan->view >= VIEW_HEX ? scan->view - VIEW_HEX : scan->view - VIEW_BASE64);
    unsigned group = scan->view >= VIEW_HEX ? 2 : 4;
    unsigned digits = 0;
    size_t at[4];
    begin_anew(scan);
    for (size_t i = from; i < to; i++) {
        if (!is_digit(scan, scan->text.octets[i]))
            continue;
        if (skip > 0) {
            skip--;
            continue;
        }
        at[digits++] = i;
        if (digits == group) {
            read_group(scan, at, digits, group);
            digits = 0;
        }
    }
    if (digits > 1)
        read_group(scan, at, digits, group);
}

static size_t
breaks_len(struct span rest)
{
    size_t len = 0;
    while (len < rest.len && (rest.octets[len] == '\r' || rest.octets[len] == '\n')) {
        size_t fold = conceal_fold_len(span_from(rest, len));
        len += fold > 0 ? fold : 1;
    }
    return len;
}

static void
scan_runs(struct scan *scan)
{
    size_t min = scan->view >= VIEW_HEX ? RUN_HEX_MIN : RUN_BASE64_MIN;
    struct span text = scan->text;
    for (size_t i = 0; i < text.len;) {
        size_t from = i;
        while (i < text.len && is_digit(scan, text.octets[i])) {
            i++;
            i += breaks_len(span_from(text, i));
        }
        if (i - from >= min)
            read_run(scan, from, i);
        if (i == from)
            i++;
    }
}

/* --- the text anew --- */

static int
by_place(gconstpointer a, gconstpointer b)
{
    const struct found *one = a;
    const struct found *other = b;
    return one->from != other->from ? (one->from < other->from ? -1 : 1) : 0;
}

/* The token in digits, with the octets that shared a group with the secret. */
static size_t
append_digits(GString *out, const struct scan *scan, const struct found *found, const char *token)
{
    unsigned after = found->last.count - 1u - found->last.index;
    g_autoptr(GString) plain = g_string_new_len(found->first.group, found->first.index);
    g_autofree char *digits = NULL;
    size_t behind = found->to;
    g_string_append(plain, token);
    while (scan->view < VIEW_HEX && (plain->len + after) % 3 != 0)
        g_string_append_c(plain, '-');
    g_string_append_len(plain, found->last.group + found->last.index + 1, after);
    if (scan->view >= VIEW_HEX) {
        for (size_t i = 0; i < plain->len; i++)
            g_string_append_printf(out, "%02x", (unsigned char)plain->str[i]);
        return behind;
    }
    digits = g_base64_encode((const guchar *)plain->str, plain->len);
    g_string_append(out, digits);
    while (found->last.count < 3 && behind < scan->text.len && scan->text.octets[behind] == '=')
        behind++;
    return behind;
}

static GString *
replaced(const struct scan *scan, char *const *tokens)
{
    GString *out = g_string_sized_new(scan->text.len + 64);
    size_t done = 0;
    g_array_sort(scan->found, by_place);
    for (guint i = 0; i < scan->found->len; i++) {
        struct found found = g_array_index(scan->found, struct found, i);
        while (i + 1 < scan->found->len &&
               g_array_index(scan->found, struct found, i + 1).from < found.to) {
            const struct found *next = &g_array_index(scan->found, struct found, ++i);
            if (next->to > found.to) {
                found.to = next->to;
                found.last = next->last;
            }
        }
        if (found.from < done) /* padding that was taken along */
            continue;
        g_string_append_len(out, scan->text.octets + done, (gssize)(found.from - done));
        if (scan->view >= VIEW_BASE64) {
            done = append_digits(out, scan, &found, tokens[found.token]);
        } else {
            g_string_append(out, tokens[found.token]);
            done = found.to;
        }
    }
    g_string_append_len(out, scan->text.octets + done, (gssize)(scan->text.len - done));
    return out;
}

GString *
conceal_view(const struct needles *needles, char *const *tokens, struct span text, enum view view,
             unsigned flags)
{
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(struct found));
    struct seen ring[RING];
    struct scan scan = {
        .needles = needles, .text = text, .view = view, .flags = flags, .found = found, .ring = ring
    };
    if (view >= VIEW_BASE64)
        scan_runs(&scan);
    else if (conceal_view_applies(view, text))
        scan_escaped(&scan);
    return found->len > 0 ? replaced(&scan, tokens) : NULL;
}
