/* SPDX-License-Identifier: Apache-2.0 */
/* Any query log: spans lie inside their line and hold no blank where they must not, each line is counted once
 * in each way of reading. */
#include "demand.h"

#include "study/query_scan.h"

static void
demand_inside(struct span part, struct span whole)
{
    demand(part.len == 0 ||
           (part.octets >= whole.octets && part.octets + part.len <= whole.octets + whole.len));
}

static void
check_line(struct span line)
{
    struct query_line query;
    demand_inside(query_line_prefix(line), line);
    if (query_line_read(line, &query)) {
        const struct span words[] = { query.client, query.name, query.class, query.type };
        for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
            demand(words[i].len > 0 && span_find(words[i], ' ') < 0);
            demand_inside(words[i], line);
        }
        demand(query.port.len >= 1 && query.port.len <= 5);
    }
    if (query_line_read_paper(line, &query)) {
        demand_inside(query.name, line);
        demand_inside(query.type, line);
        demand(query.type.len > 0 && query.class.len == 2);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    char *const ignored[] = { (char[]){ "version.bind" }, NULL };
    auto_exact struct span copy = exact_copy(octets, len);
    g_autoptr(QueryNames) names = query_names_new();
    struct problems problems;
    struct query_scan scan = { .names = names, .ignored = ignored, .problems = &problems };
    const struct query_counts *counts = &scan.counts;
    struct span rest = copy;
    struct span line;
    uint64_t empty = 0;
    while (span_line(&rest, &line))
        check_line(line);
    problems_init(&problems);
    query_names_add(names, "_dmarc.gmailcom.a.example", "gmailcom", DNS_DMARC_TXT);
    query_names_add(names, "gmailcom.b.example._report._dmarc.c.example", "gmailcom", DNS_EDV);
    query_scan_stream(&scan, octet_stream_of(copy), "fuzz");
    demand(counts->lines >= counts->queries + counts->other_class + counts->unmatched);
    empty = counts->lines - counts->queries - counts->other_class - counts->unmatched;
    demand(counts->paper_queries + counts->paper_ignored + counts->paper_stops + empty <=
           counts->lines);
    demand(problems.count[PROBLEM_QUERY_LINE] == counts->unmatched);
    problems_clear(&problems);
    return 0;
}
