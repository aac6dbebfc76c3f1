/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/mbox_split.h"

#include "mailbox/mbox_line.h"

#define WINDOW_OCTETS (64 * 1024)
#define EMPTY_LINE_MAX 2          /* the one at a message's end is the mbox's: it does not count */
#define KEEP_OCTETS (1024 * 1024) /* a larger message buffer is given back after its message */

struct mbox_split {
    mbox_split_read read;
    void *source;
    uint64_t limit;
    enum mbox_form form;
    bool started;       /* the form is decided, leading empty lines are eaten */
    bool splits;        /* From_ lines count */
    bool has_next;      /* a message begins here: its From_ line was read */
    bool ended, failed; /* nothing more from read() */
    int64_t next_date;  /* of that From_ line */
    uint64_t next_mark;
    uint64_t number;

    size_t start, end; /* what of the window is not used up */
    bool mid_line;     /* the window starts inside a line longer than itself */

    char *message; /* collected so far: `len` octets in `room` */
    size_t len, room;
    uint64_t size;     /* of the message, also when it is over the limit */
    size_t empty_line; /* octets of the last line when it was empty, else 0 */
    bool after_break;  /* a From_ line may come: after an empty line, or at the start */
    char window[WINDOW_OCTETS];
};

struct mbox_split *
mbox_split_new(mbox_split_read read, void *source, enum mbox_form form, uint64_t limit)
{
    struct mbox_split *split = g_malloc(sizeof(*split));
    memset(split, 0, offsetof(struct mbox_split, window));
    split->read = read;
    split->source = source;
    split->form = form;
    split->limit = limit;
    split->next_date = CLOCK_UNKNOWN;
    return split;
}

void
mbox_split_free(struct mbox_split *split)
{
    if (split == NULL)
        return;
    g_free(split->message);
    g_free(split);
}

/* A line of the stream: up to and with its LF. One that is longer than the window comes in
 * fragments, and `starts` and `ends` are not both true. */
struct fragment {
    struct span octets;
    bool starts, ends;
};

static bool
fill(struct mbox_split *split, GError **error)
{
    ptrdiff_t got;
    if (split->start > 0)
        memmove(split->window, split->window + split->start, split->end - split->start);
    split->end -= split->start;
    split->start = 0;
    got = split->read(split->source, split->window + split->end, WINDOW_OCTETS - split->end, error);
    if (got < 0)
        split->failed = true;
    else if (got == 0)
        split->ended = true;
    else
        split->end += (size_t)got;
    return got >= 0;
}

/* False at the end of the stream, or when reading failed. */
static bool
next_fragment(struct mbox_split *split, struct fragment *fragment, GError **error)
{
    size_t searched = 0;
    for (;;) {
        const char *from = split->window + split->start;
        size_t len = split->end - split->start;
        const char *lf = len > searched ? memchr(from + searched, '\n', len - searched) : NULL;
        if (lf == NULL && !split->ended && !split->failed && len < WINDOW_OCTETS) {
            searched = len;
            if (!fill(split, error))
                return false;
            continue;
        }
        if (len == 0 || split->failed)
            return false;
        fragment->octets = (struct span){ from, lf != NULL ? (size_t)(lf + 1 - from) : len };
        fragment->starts = !split->mid_line;
        fragment->ends = lf != NULL || split->ended;
        split->mid_line = !fragment->ends;
        split->start += fragment->octets.len;
        return true;
    }
}

/* Gives the fragment back; the next call of next_fragment() returns it again. */
static void
push_back(struct mbox_split *split, const struct fragment *fragment)
{
    split->start -= fragment->octets.len;
    split->mid_line = !fragment->starts;
}

static bool
is_empty_line(const struct fragment *fragment)
{
    struct span line = fragment->octets;
    return fragment->starts && ((line.len == 1 && line.octets[0] == '\n') ||
                                (line.len == 2 && memcmp(line.octets, "\r\n", 2) == 0));
}

/* FNV-1a; never 0. */
static uint64_t
mark_of(struct span line)
{
    uint64_t mark = 0xcbf29ce484222325u;
    for (size_t i = 0; i < line.len; i++)
        mark = (mark ^ (unsigned char)line.octets[i]) * 0x100000001b3u;
    return MAX(mark, 1);
}

/* Looks at the first line: which form it is, and whether it is a From_ line. */
static bool
start(struct mbox_split *split, GError **error)
{
    struct fragment line;
    split->started = true;
    do {
        if (!next_fragment(split, &line, error))
            return false;
    } while (split->form == MBOX_FORM_MBOX && is_empty_line(&line));
    split->has_next = true;
    split->splits = split->form == MBOX_FORM_MBOX || mbox_line_begins(line.octets);
    if (mbox_line_begins(line.octets) && line.ends) {
        mbox_line_is_from(line.octets, &split->next_date);
        split->next_mark = mark_of(line.octets);
    } else
        push_back(split, &line);
    return true;
}

static void
append(struct mbox_split *split, struct span octets)
{
    bool over;
    split->size += octets.len;
    over = split->size > split->limit + EMPTY_LINE_MAX;
    if (over) /* from now on only counted */
        split->len = 0;
    if (over || octets.len == 0)
        return;
    if (split->room - split->len < octets.len) {
        split->room = MAX(split->len + octets.len, split->room * 2);
        split->message = g_realloc(split->message, split->room);
    }
    memcpy(split->message + split->len, octets.octets, octets.len);
    split->len += octets.len;
}

/* One line into the message, without its quoting. */
static void
add(struct mbox_split *split, const struct fragment *line)
{
    struct span octets = line->octets;
    size_t quotes = line->starts ? mbox_line_quotes(octets) : 0;
    split->empty_line = is_empty_line(line) ? octets.len : 0;
    split->after_break = split->empty_line > 0;
    /* The From_ line of an earlier hop. */
    if (split->size == 0 && (quotes == 1 || (split->splits && mbox_line_begins(octets))))
        return;
    if (split->splits && quotes > 0)
        octets = span_from(octets, 1);
    append(split, octets);
}

static void
finish(struct mbox_split *split, struct mbox_piece *piece)
{
    if (split->splits && split->empty_line > 0) {
        split->size -= split->empty_line;
        split->len -= MIN(split->len, split->empty_line);
    }
    piece->size = split->size;
    piece->octets = split->size <= split->limit ? g_bytes_new(split->message, split->len) : NULL;
    piece->number = ++split->number;
    piece->last = !split->has_next;
    if (split->room > KEEP_OCTETS) {
        g_clear_pointer(&split->message, g_free);
        split->room = 0;
    }
}

bool
mbox_split_next(struct mbox_split *split, struct mbox_piece *piece, GError **error)
{
    struct fragment line;
    if (!split->started && !start(split, error))
        return false;
    if (!split->has_next || split->failed)
        return false;
    split->has_next = false;
    split->len = 0;
    split->size = 0;
    split->empty_line = 0;
    split->after_break = false;
    piece->date = split->next_date;
    piece->mark = split->next_mark;
    while (next_fragment(split, &line, error)) {
        if (split->splits && split->after_break && line.starts && line.ends &&
            mbox_line_is_from(line.octets, &split->next_date)) {
            split->has_next = true;
            split->next_mark = mark_of(line.octets);
            break;
        }
        add(split, &line);
    }
    if (split->failed)
        return false;
    finish(split, piece);
    return true;
}
