/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "study/query_line.h"

/* "client port name class type", or "-". */
static char *
shown(const char *line, bool (*read)(struct span, struct query_line *))
{
    struct query_line query;
    if (!read(span_of(line), &query))
        return g_strdup("-");
    return g_strdup_printf("%.*s %.*s %.*s %.*s %.*s", (int)query.client.len, query.client.octets,
                           (int)query.port.len, query.port.octets, (int)query.name.len,
                           query.name.octets, (int)query.class.len, query.class.octets,
                           (int)query.type.len, query.type.octets);
}

#define TIME "25-Sep-2023 16:24:32.864 "
#define LONG_TAIL " -E(0)DC (192.0.2.53)"
#define WANT "192.0.2.1 53 a.example IN TXT"

/* clang-format off */
static const struct {
    const char *label, *line, *want, *paper;
} cases[] = {
    { "9.11 and later", TIME "client @0x7f2d913afed8 192.0.2.1#53 (a.example): query: a.example IN TXT" LONG_TAIL, WANT, WANT },
    { "category and severity", TIME "queries: info: client @0x7f2d 192.0.2.1#53 (a.example): query: a.example IN TXT" LONG_TAIL, WANT, WANT },
    { "view", TIME "client @0x7f2d 192.0.2.1#53 (a.example): view external: query: a.example IN TXT" LONG_TAIL, WANT, WANT },
    { "ECS", TIME "client @0x7f2d 192.0.2.1#53 (a.example): query: a.example IN TXT -E(0)K (192.0.2.53) [ECS 198.51.100.0/24/0]", WANT, WANT },
    { "0x20 case stays", TIME "client @0x7f2d 192.0.2.1#53 (A.exAmple): query: A.exAmple IN TXT" LONG_TAIL, "192.0.2.1 53 A.exAmple IN TXT", "192.0.2.1 53 A.exAmple IN TXT" },
    { "IPv6", TIME "client @0x7f2d 2001:db8::1#5353 (a.example): query: a.example IN AAAA" LONG_TAIL, "2001:db8::1 5353 a.example IN AAAA", "2001:db8::1 5353 a.example IN AAAA" },
    { "IPv6 with zone", TIME "client @0x7f2d fe80::1%eth0#53 (a.example): query: a.example IN A" LONG_TAIL, "fe80::1%eth0 53 a.example IN A", "fe80::1%eth0 53 a.example IN A" },
    { "no flags", TIME "client @0x7f2d 192.0.2.1#53 (a.example): query: a.example IN TXT", WANT, WANT },
    { "9.10: no pointer", TIME "client 192.0.2.1#53 (a.example): query: a.example IN TXT +", WANT, "-" },
    { "9.8: no name either", TIME "client 192.0.2.1#53: query: a.example IN TXT +", WANT, "-" },
    { "9.8 with view", TIME "client 192.0.2.1#53: view internal: query: a.example IN TXT +", WANT, "-" },
    { "TSIG", TIME "client @0x7f2d 192.0.2.1#53/key secondary.example (a.example): query: a.example IN TXT +S (192.0.2.53)", WANT, "-" },
    { "ISO time", "2023-09-25T16:24:32.864Z client @0x7f2d 192.0.2.1#53 (a.example): query: a.example IN TXT +", WANT, "-" },
    { "ISO time with category", "2023-09-25T16:24:32.864+02:00 queries: info: client @0x7f2d 192.0.2.1#53 (a.example): query: a.example IN TXT +", WANT, "-" },
    { "no time", "client @0x7f2d 192.0.2.1#53 (a.example): query: a.example IN TXT +", WANT, "-" },
    { "category alone", "queries: info: client @0x7f2d 192.0.2.1#53 (a.example): query: a.example IN TXT +", WANT, "-" },
    { "syslog", "Sep 25 16:24:32 ns1 named[812]: client @0x7f2d 192.0.2.1#53 (a.example): query: a.example IN TXT +", WANT, "-" },
    { "syslog, RFC 5424", "<30>1 2023-09-25T16:24:32Z ns1 named 812 - - queries: info: client @0x7f2d 192.0.2.1#53 (a.example): query: a.example IN TXT +", WANT, "-" },
    { "class CH", TIME "client @0x7f2d 192.0.2.1#53 (version.bind): query: version.bind CH TXT +", "192.0.2.1 53 version.bind CH TXT", "-" },
    { "root", TIME "client @0x7f2d 192.0.2.1#53 (.): query: . IN NS +", "192.0.2.1 53 . IN NS", "192.0.2.1 53 . IN NS" },
    { "escaped octets", TIME "client @0x7f2d 192.0.2.1#53 (a\\032b\\.c.example): query: a\\032b\\.c.example IN A +", "192.0.2.1 53 a\\032b\\.c.example IN A", "192.0.2.1 53 a\\032b\\.c.example IN A" },
    { "name that looks like a client", TIME "client @0x7f2d 192.0.2.1#53 (x#1:query:y): query: x#1:query:y IN A +", "192.0.2.1 53 x#1:query:y IN A", "192.0.2.1 53 x#1:query:y IN A" },
    { "unknown type", TIME "client @0x7f2d 192.0.2.1#53 (a.example): query: a.example IN TYPE65 +", "192.0.2.1 53 a.example IN TYPE65", "192.0.2.1 53 a.example IN TYPE65" },
    { "denied: no query of the log", TIME "client @0x7f2d 192.0.2.1#53 (www.stage.example): query (cache) 'www.stage.example/A/IN' denied", "-", "-" },
    { "query error", TIME "query-errors: info: client @0x7f2d 192.0.2.1#53 (a.example): query failed (REFUSED) for a.example/IN/A at query.c:5871", "-", "-" },
    { "cut behind the name", TIME "client @0x7f2d 192.0.2.1#53 (a.example): query: a.example IN", "-", "-" },
    { "cut in the word", TIME "client @0x7f2d 192.0.2.1#53 (a.example): quer", "-", "-" },
    { "no port", TIME "client @0x7f2d 192.0.2.1 (a.example): query: a.example IN TXT +", "-", "-" },
    { "port too long", TIME "client @0x7f2d 192.0.2.1#123456 (a.example): query: a.example IN TXT +", "-", "-" },
    { "another program", "Sep 25 16:24:32 ns1 sshd[1]: Accepted publickey for root from 192.0.2.1 port 22", "-", "-" },
    { "empty", "", "-", "-" },
    { "blank", " ", "-", "-" },
    /* What the notebook's greedy pattern does with what nobody logs. */
    { "paper: any case", "25-SEP-2023 16:24:32 CLIENT @0X7F 192.0.2.1#53 (A): QUERY: A.EXAMPLE In Txt +", "-", "192.0.2.1 53 A.EXAMPLE In Txt" },
    { "paper: the last in counts", TIME "client @0x7f2d 192.0.2.1#53 (a): query: a.example IN TXT in x", WANT, "192.0.2.1 53 a.example IN TXT in x" },
    { "paper: an in without a word goes on to the one before", TIME "client @0x7f2d 192.0.2.1#53 (a): query: a.example IN TXT in +", WANT, WANT },
    { "paper: the last query counts", TIME "client @0x7f2d 192.0.2.1#53 (a): query: b.example IN A query: a.example IN TXT", "192.0.2.1 53 b.example IN A", WANT },
};
/* clang-format on */

static void
test_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = shown(cases[i].line, query_line_read);
        g_autofree char *paper = shown(cases[i].line, query_line_read_paper);
        if (strcmp(got, cases[i].want) != 0)
            fail_msg("%s: \"%s\", not \"%s\"", cases[i].label, got, cases[i].want);
        if (strcmp(paper, cases[i].paper) != 0)
            fail_msg("%s, paper: \"%s\", not \"%s\"", cases[i].label, paper, cases[i].paper);
    }
}

/* Every prefix of a line: spans stay inside, nothing is read behind its end. */
static void
test_cut_anywhere(void **state)
{
    const char *whole = cases[2].line;
    (void)state;
    for (size_t len = 0; len <= strlen(whole); len++) {
        g_autofree char *copy = g_memdup2(whole, MAX(len, 1));
        struct query_line query;
        if (query_line_read((struct span){ copy, len }, &query))
            assert_true(query.type.octets + query.type.len <= copy + len);
        if (query_line_read_paper((struct span){ copy, len }, &query))
            assert_true(query.type.octets + query.type.len <= copy + len);
    }
}

static void
test_prefix(void **state)
{
    struct span prefix = query_line_prefix(span_of(cases[1].line));
    (void)state;
    assert_true(span_equals(prefix, "25-Sep-2023 16:24:32.864 queries: info:"));
    assert_int_equal(query_line_prefix(span_of("nothing")).len, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_cut_anywhere),
        cmocka_unit_test(test_prefix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
