/* SPDX-License-Identifier: Apache-2.0 */
#include "study/line_reader.h"

#define ROOM_OCTETS_MIN (1024 * 1024)

struct line_reader {
    struct octet_stream *stream;
    char *room;
    size_t size, max;  /* of the room; of a line */
    size_t start, end; /* what is in the room and not given out */
    uint64_t number, overlong;
    bool ended;
};

struct line_reader *
line_reader_new(struct octet_stream *stream, size_t line_octets_max)
{
    struct line_reader *reader = g_new0(struct line_reader, 1);
    reader->stream = stream;
    reader->max = line_octets_max;
    reader->size = MAX(ROOM_OCTETS_MIN, 2 * line_octets_max);
    reader->room = g_malloc(reader->size);
    return reader;
}

void
line_reader_free(struct line_reader *reader)
{
    if (reader == NULL)
        return;
    octet_stream_free(reader->stream);
    g_free(reader->room);
    g_free(reader);
}

/* Moves what is left to the front and reads behind it; false when nothing more comes. */
static bool
fill(struct line_reader *reader)
{
    size_t got;
    if (reader->ended)
        return false;
    if (reader->start > 0) {
        memmove(reader->room, reader->room + reader->start, reader->end - reader->start);
        reader->end -= reader->start;
        reader->start = 0;
    }
    got = octet_stream_read(reader->stream, reader->room + reader->end, reader->size - reader->end);
    reader->end += got;
    reader->ended = got == 0;
    return got > 0;
}

/* Passes over the rest of a line that is too long. */
static void
pass_over(struct line_reader *reader)
{
    reader->overlong++;
    reader->number++;
    do {
        char *feed = memchr(reader->room + reader->start, '\n', reader->end - reader->start);
        if (feed != NULL) {
            reader->start = (size_t)(feed - reader->room) + 1;
            return;
        }
        reader->start = reader->end;
    } while (fill(reader));
}

static void
give(struct line_reader *reader, size_t len, struct span *line)
{
    line->octets = reader->room + reader->start;
    line->len = len > 0 && line->octets[len - 1] == '\r' ? len - 1 : len;
    reader->number++;
}

bool
line_reader_next(struct line_reader *reader, struct span *line)
{
    size_t searched = 0;
    for (;;) {
        const char *from = reader->room + reader->start;
        size_t there = reader->end - reader->start;
        const char *feed = memchr(from + searched, '\n', there - searched);
        size_t len = feed != NULL ? (size_t)(feed - from) : there;
        if (len > reader->max) {
            pass_over(reader);
            searched = 0;
        } else if (feed != NULL) {
            give(reader, len, line);
            reader->start += len + 1;
            return true;
        } else {
            searched = there;
            if (fill(reader))
                continue;
            if (there == 0)
                return false;
            give(reader, there, line);
            reader->start = reader->end;
            return true;
        }
    }
}

bool
line_reader_take(struct line_reader *reader, size_t len, struct span *octets)
{
    if (len > reader->max)
        return false;
    while (reader->end - reader->start < len)
        if (!fill(reader))
            return false;
    *octets = (struct span){ reader->room + reader->start, len };
    reader->start += len;
    return true;
}

uint64_t
line_reader_number(const struct line_reader *reader)
{
    return reader->number;
}

uint64_t
line_reader_overlong(const struct line_reader *reader)
{
    return reader->overlong;
}
