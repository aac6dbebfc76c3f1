/* SPDX-License-Identifier: Apache-2.0 */
#include "store/search_lines.h"

#include <string.h>

#include "base/clock.h"
#include "store/bulk.h"
#include "store/id_block.h"

enum { BLOCK_ID, BLOCK_KIND, BLOCK_FIRST, BLOCK_LAST, PLAIN_IDS, PLAIN, OTHER_IDS, OTHER };
static const struct column columns[] = {
    [BLOCK_ID] = { "blockId", CELL_NUMBER },    [BLOCK_KIND] = { "kind", CELL_TEXT },
    [BLOCK_FIRST] = { "firstDate", CELL_TEXT }, [BLOCK_LAST] = { "lastDate", CELL_TEXT },
    [PLAIN_IDS] = { "plainIds", CELL_TEXT },    [PLAIN] = { "plain", CELL_OCTETS },
    [OTHER_IDS] = { "otherIds", CELL_TEXT },    [OTHER] = { "other", CELL_TEXT },
};

/* Lines of one sort, of the row that is not full yet. */
struct sort {
    GString *ids, *text;
};

struct search_lines {
    enum search_kind kind;
    struct id_block ids;
    struct rows *rows;
    GStringChunk *kept; /* what the rows borrow */
    struct sort plain, other;
    unsigned count; /* of lines in both */
    int64_t first, last;
};

const char *
search_kind_word(enum search_kind kind)
{
    return kind == SEARCH_SUBJECT ? "subject" : "url";
}

static struct sort
sort_new(void)
{
    return (struct sort){ g_string_new(NULL), g_string_new(NULL) };
}

static void
sort_free(struct sort *sort)
{
    g_string_free(sort->ids, TRUE);
    g_string_free(sort->text, TRUE);
}

struct search_lines *
search_lines_new(enum search_kind kind)
{
    struct search_lines *lines = g_new0(struct search_lines, 1);
    lines->kind = kind;
    lines->ids = (struct id_block){ .name = "searchBlock" };
    /* The same rows come again where the answer to a COMMIT was lost. */
    lines->rows = rows_new("REPLACE INTO searchBlock", columns, G_N_ELEMENTS(columns));
    lines->kept = g_string_chunk_new(2 * SEARCH_BLOCK_OCTETS);
    lines->plain = sort_new();
    lines->other = sort_new();
    return lines;
}

void
search_lines_free(struct search_lines *lines)
{
    if (lines == NULL)
        return;
    rows_free(lines->rows);
    g_string_chunk_free(lines->kept);
    sort_free(&lines->plain);
    sort_free(&lines->other);
    g_free(lines);
}

static void
begin_block(struct search_lines *lines)
{
    g_string_truncate(lines->plain.ids, 0);
    g_string_truncate(lines->plain.text, 0);
    g_string_truncate(lines->other.ids, 0);
    g_string_truncate(lines->other.text, 0);
    lines->count = 0;
}

void
search_lines_clear(struct search_lines *lines)
{
    begin_block(lines);
    rows_clear(lines->rows);
    g_string_chunk_clear(lines->kept);
}

bool
search_lines_reserve(struct search_lines *lines, struct db *db, size_t count, GError **error)
{
    return id_block_reserve(db, &lines->ids, count, error);
}

static void
put(struct search_lines *lines, unsigned column, const char *text, size_t len)
{
    rows_text(lines->rows, column, g_string_chunk_insert_len(lines->kept, text, (gssize)len), len);
}

static void
put_date(struct search_lines *lines, unsigned column, int64_t when)
{
    char text[CLOCK_TEXT_MAX];
    clock_sql(when, text);
    put(lines, column, text, strlen(text));
}

/* The lines gathered become a row. */
static void
end_block(struct search_lines *lines)
{
    if (lines->count == 0)
        return;
    rows_begin(lines->rows);
    rows_number(lines->rows, BLOCK_ID, id_block_next(&lines->ids));
    put(lines, BLOCK_KIND, search_kind_word(lines->kind), strlen(search_kind_word(lines->kind)));
    if (lines->kind == SEARCH_SUBJECT) {
        put_date(lines, BLOCK_FIRST, lines->first);
        put_date(lines, BLOCK_LAST, lines->last);
    }
    put(lines, PLAIN_IDS, lines->plain.ids->str, lines->plain.ids->len);
    put(lines, PLAIN, lines->plain.text->str, lines->plain.text->len);
    put(lines, OTHER_IDS, lines->other.ids->str, lines->other.ids->len);
    put(lines, OTHER, lines->other.text->str, lines->other.text->len);
    begin_block(lines);
}

bool
search_is_plain(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.octets[i] < 0x20 || text.octets[i] > 0x7E)
            return false;
    return true;
}

void
search_line(GString *out, struct span text)
{
    size_t from = out->len;
    g_string_append_len(out, text.len > 0 ? text.octets : "", (gssize)text.len);
    char *line = out->str + from;
    if (search_is_plain(text))
        for (size_t i = 0; i < text.len; i++)
            line[i] = g_ascii_tolower(line[i]);
    else
        for (size_t i = 0; i < text.len; i++)
            line[i] = line[i] == '\n' || line[i] == '\0' ? ' ' : line[i];
}

void
search_lines_add(struct search_lines *lines, int64_t id, int64_t when, struct span text)
{
    struct sort *sort = search_is_plain(text) ? &lines->plain : &lines->other;
    if (lines->count == SEARCH_BLOCK_LINES ||
        sort->text->len + text.len >= SEARCH_BLOCK_OCTETS) /* with its line feed */
        end_block(lines);
    bool first = sort->ids->len == 0;
    g_string_append_printf(sort->ids, "%s%" G_GINT64_FORMAT, first ? "" : ",", id);
    g_string_append(sort->text, first ? "" : "\n");
    search_line(sort->text, text);
    lines->first = lines->count == 0 ? when : MIN(lines->first, when);
    lines->last = lines->count == 0 ? when : MAX(lines->last, when);
    lines->count++;
}

bool
search_lines_send(struct search_lines *lines, struct db *db, GError **error)
{
    end_block(lines);
    return bulk_run(db, lines->rows, "searchBlock", error);
}
