/* SPDX-License-Identifier: Apache-2.0 */
#include "study/query_scan.h"

#include <inttypes.h>

#include "base/text.h"
#include "study/line_reader.h"
#include "study/lower.h"

#define SHOW_LINES 8192 /* between two looks at the progress */
#define PROBLEM_OCTETS 160

static char *
place_of(const char *where, uint64_t number)
{
    return g_strdup_printf("%s:%" PRIu64, where, number);
}

static bool
holds(struct span line, const char *lower_word)
{
    size_t len = strlen(lower_word);
    for (size_t at = 0; at + len <= line.len; at++) {
        size_t same = 0;
        while (same < len && lower(line.octets[at + same]) == lower_word[same])
            same++;
        if (same == len)
            return true;
    }
    return false;
}

static void
count_paper_miss(struct query_scan *scan, struct span line)
{
    for (char *const *name = scan->ignored; name != NULL && *name != NULL; name++) {
        if (holds(line, *name)) {
            scan->counts.paper_ignored++;
            return;
        }
    }
    scan->counts.paper_stops++;
}

static void
note_unmatched(struct query_scan *scan, struct span line, const char *where, uint64_t number)
{
    scan->counts.unmatched++;
    if (problems_wants(scan->problems, PROBLEM_QUERY_LINE)) {
        g_autofree char *place = place_of(where, number);
        g_autofree char *text = text_masked(line, PROBLEM_OCTETS);
        problems_add(scan->problems, PROBLEM_QUERY_LINE, place, text);
        return;
    }
    scan->problems->count[PROBLEM_QUERY_LINE]++;
}

/* A query for one of the names: counted in the way or ways in which it was read. */
static void
count_target(struct query_scan *scan, struct query_target *target, const struct query_line *correct,
             const struct query_line *paper, struct span line, const char *where, uint64_t number)
{
    bool txt = span_equals_nocase((correct != NULL ? correct : paper)->type, "TXT");
    bool counts = txt || !query_target_wants_txt(target, true);
    scan->counts.of_study++;
    if (correct != NULL) {
        target->correct.any++;
        target->correct.txt += txt;
    }
    if (paper != NULL) {
        target->paper.any++;
        target->paper.txt += txt;
    }
    if (evidence_wants(target->evidence, counts)) {
        g_autofree char *place = place_of(where, number);
        evidence_add(target->evidence, counts, place, line);
    }
}

static void
take_line(struct query_scan *scan, struct span line, const char *where, uint64_t number)
{
    struct query_line correct, paper;
    struct query_target *target = NULL;
    bool read = query_line_read(line, &correct);
    bool read_paper = query_line_read_paper(line, &paper);
    bool in = read && span_equals(correct.class, "IN");
    if (in) {
        scan->counts.queries++;
        target = query_names_find(scan->names, correct.name);
        if (scan->row != NULL)
            scan->row(scan->user, line, &correct);
    } else if (read) {
        scan->counts.other_class++;
    } else {
        note_unmatched(scan, line, where, number);
    }
    if (!read_paper) {
        count_paper_miss(scan, line);
        if (target != NULL)
            count_target(scan, target, &correct, NULL, line, where, number);
        return;
    }
    scan->counts.paper_queries++;
    if (in && paper.name.octets == correct.name.octets && paper.name.len == correct.name.len) {
        if (target != NULL)
            count_target(scan, target, &correct, &paper, line, where, number);
        return;
    }
    if (target != NULL)
        count_target(scan, target, &correct, NULL, line, where, number);
    target = query_names_find(scan->names, paper.name);
    if (target != NULL)
        count_target(scan, target, NULL, &paper, line, where, number);
}

/* The log's length in lines, from the part that was read. */
static void
show(struct query_scan *scan, const struct octet_stream *stream, uint64_t before, uint64_t lines)
{
    uint64_t done = octet_stream_done(stream);
    uint64_t size = octet_stream_size(stream);
    if (scan->progress == NULL)
        return;
    if (size > 0 && done > 0)
        progress_expect(scan->progress,
                        before + (uint64_t)((double)lines * (double)size / (double)done));
    progress_show(scan->progress, before + lines);
}

void
query_scan_stream(struct query_scan *scan, struct octet_stream *stream, const char *where)
{
    g_autoptr(LineReader) reader = line_reader_new(stream, QUERY_LINE_OCTETS_MAX);
    struct span line;
    uint64_t before = scan->counts.lines;
    while (line_reader_next(reader, &line)) {
        uint64_t number = line_reader_number(reader);
        if (line.len > 0)
            take_line(scan, line, where, number);
        if (number % SHOW_LINES == 0)
            show(scan, stream, before, number);
    }
    scan->counts.lines += line_reader_number(reader);
    for (uint64_t i = line_reader_overlong(reader); i > 0; i--)
        note_unmatched(scan, span_of("a line that is too long"), where, line_reader_number(reader));
    if (octet_stream_damage(stream) != NULL)
        problems_add(scan->problems, PROBLEM_FILE, where, octet_stream_damage(stream));
}

bool
query_scan_file(struct query_scan *scan, const char *path, GError **error)
{
    struct octet_stream *stream = octet_stream_open(path, error);
    if (stream == NULL)
        return false;
    query_scan_stream(scan, stream, path);
    return true;
}
