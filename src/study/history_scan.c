/* SPDX-License-Identifier: Apache-2.0 */
#include "study/history_scan.h"

#include <inttypes.h>

#include "base/text.h"
#include "study/line_reader.h"

#define ZSTD_MAGIC "\x28\xb5\x2f\xfd"
#define PIECE_OCTETS (64 * 1024)

struct place {
    struct history_scan *scan;
    const char *where;
    uint64_t number;
};

static void
fail_row(struct place *place, const char *reason)
{
    g_autofree char *where = g_strdup_printf("%s:%" PRIu64, place->where, place->number);
    place->scan->broken++;
    problems_add(place->scan->problems, PROBLEM_HISTORY_ROW, where, reason);
}

static void
take_object(struct place *place, json_t *json)
{
    g_autofree char *where = g_strdup_printf("%s:%" PRIu64, place->where, place->number);
    struct history_row row;
    const char *reason = NULL;
    if (!history_row_read(json, &row, &reason)) {
        fail_row(place, reason);
        return;
    }
    place->scan->rows++;
    place->scan->row(place->scan->user, &row, where);
    if (place->scan->progress != NULL)
        progress_show(place->scan->progress, place->scan->rows);
}

/* Subjects of mails may hold anything; what is no UTF-8 is repaired. */
static json_t *
load(struct span text, json_error_t *error)
{
    g_autofree char *repaired = NULL;
    if (g_utf8_validate(text.octets, (gssize)text.len, NULL))
        return json_loadb(text.octets, text.len, 0, error);
    repaired = text_utf8(text);
    return json_loads(repaired, 0, error);
}

/* One row, or an array of them. */
static void
take_json(struct place *place, struct span text)
{
    json_error_t error;
    json_t *json = load(text, &error);
    json_t *rows = json_is_object(json) ? json_object_get(json, "rows") : json;
    if (json == NULL) {
        fail_row(place, error.text);
    } else if (json_is_array(rows)) {
        for (size_t i = 0; i < json_array_size(rows); i++)
            take_object(place, json_array_get(rows, i));
    } else {
        take_object(place, json);
    }
    json_decref(json);
}

/* The octets of one row: JSON, or a zstd frame that holds it. */
static void
take_row(struct place *place, struct span octets)
{
    g_autoptr(OctetStream) stream = NULL;
    g_autoptr(GByteArray) room = NULL;
    size_t len = 0;
    size_t got;
    if (octets.len < 4 || memcmp(octets.octets, ZSTD_MAGIC, 4) != 0) {
        take_json(place, octets);
        return;
    }
    stream = octet_stream_of(octets);
    room = g_byte_array_new();
    do {
        g_byte_array_set_size(room, (guint)len + PIECE_OCTETS);
        got = octet_stream_read(stream, (char *)room->data + len, PIECE_OCTETS);
        len += got;
    } while (got > 0 && len < HISTORY_ROW_OCTETS_MAX);
    if (octet_stream_damage(stream) != NULL)
        fail_row(place, octet_stream_damage(stream));
    else
        take_json(place, (struct span){ (const char *)room->data, len });
}

/* ---- what redis-cli prints ---- */

static bool
is_hex(struct span text, size_t at)
{
    return at + 1 < text.len && g_ascii_isxdigit(text.octets[at]) &&
           g_ascii_isxdigit(text.octets[at + 1]);
}

static char
hex_octet(const char *digits)
{
    return (char)((unsigned)g_ascii_xdigit_value(digits[0]) << 4 |
                  (unsigned)g_ascii_xdigit_value(digits[1]));
}

static char
unescaped(char letter)
{
    static const char letters[] = "nrtab";
    static const char octets[] = "\n\r\t\a\b";
    const char *at = strchr(letters, letter);
    return at != NULL && letter != '\0' ? octets[at - letters] : letter;
}

/* Undoes the quoting of a row; what stands behind the closing quote is left. */
static GString *
unquoted(struct span text)
{
    GString *out = g_string_sized_new(text.len + 1);
    for (size_t i = 0; i < text.len && text.octets[i] != '"'; i++) {
        if (text.octets[i] != '\\' || i + 1 >= text.len) {
            g_string_append_c(out, text.octets[i]);
        } else if (text.octets[i + 1] == 'x' && is_hex(text, i + 2)) {
            g_string_append_c(out, hex_octet(text.octets + i + 2));
            i += 3;
        } else {
            g_string_append_c(out, unescaped(text.octets[++i]));
        }
    }
    return out;
}

/* `  17) "{\"...`: the text behind the opening quote; false: another kind of line. */
static bool
is_quoted(struct span line, struct span *text)
{
    size_t at = 0;
    line = span_trim(line);
    while (at < line.len && g_ascii_isdigit(line.octets[at]))
        at++;
    if (at > 0 && at + 1 < line.len && line.octets[at] == ')') {
        line = span_trim(span_from(line, at + 1));
        at = 0;
    }
    if (at > 0 || line.len < 2 || line.octets[0] != '"')
        return false;
    *text = span_from(line, 1);
    return true;
}

/* ---- Redis' protocol ---- */

/* "$123": so many octets follow. */
static bool
is_length(struct span line, guint32 *len)
{
    return line.len > 1 && line.octets[0] == '$' && span_to_u32(span_from(line, 1), len);
}

/* A value of the protocol; names of commands and keys are values, too. */
static void
take_value(struct place *place, struct line_reader *reader, guint32 len)
{
    struct span value;
    if (!line_reader_take(reader, len, &value))
        fail_row(place, "Redis' protocol: the value is cut, or too long");
    else if (value.len > 1 && (value.octets[0] == '{' || value.octets[0] == '[' ||
                               memcmp(value.octets, ZSTD_MAGIC, 2) == 0))
        take_row(place, value);
}

/* "*3", ":1", "+OK" */
static bool
is_protocol(struct span line)
{
    guint32 number;
    bool marked = line.octets[0] == '*' || line.octets[0] == ':';
    return (marked && span_to_u32(span_from(line, 1), &number)) || span_equals(line, "+OK");
}

static void
take_line(struct place *place, struct line_reader *reader, struct span line)
{
    struct span text;
    guint32 len;
    if (place->number == 1)
        line = span_after_mark(line);
    if (span_trim(line).len == 0)
        return;
    if (is_length(line, &len)) {
        take_value(place, reader, len);
    } else if (is_quoted(line, &text)) {
        g_autoptr(GString) octets = unquoted(text);
        take_row(place, (struct span){ octets->str, octets->len });
    } else if (!is_protocol(line)) {
        take_row(place, line);
    }
}

void
history_scan_stream(struct history_scan *scan, struct octet_stream *stream, const char *where)
{
    g_autoptr(LineReader) reader = line_reader_new(stream, HISTORY_ROW_OCTETS_MAX);
    struct place place = { .scan = scan, .where = where };
    struct span line;
    while (line_reader_next(reader, &line)) {
        place.number = line_reader_number(reader);
        take_line(&place, reader, line);
    }
    for (uint64_t i = line_reader_overlong(reader); i > 0; i--)
        fail_row(&place, "a line that is too long");
    if (octet_stream_damage(stream) != NULL)
        problems_add(scan->problems, PROBLEM_FILE, where, octet_stream_damage(stream));
}

bool
history_scan_file(struct history_scan *scan, const char *path, GError **error)
{
    struct octet_stream *stream = octet_stream_open(path, error);
    if (stream == NULL)
        return false;
    history_scan_stream(scan, stream, path);
    return true;
}
