/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "study/query_scan.h"

#define TIME "25-Sep-2023 16:24:32.864 "
#define ASKED(name, type)                                                                          \
    TIME "client @0x7f2d 192.0.2.1#53 (" name "): query: " name " IN " type " -E(0) "              \
         "(192.0.2.53)\n"
#define OLD(name, type) "client 192.0.2.1#53: query: " name " IN " type " +\n"

struct fixture {
    struct query_scan scan;
    struct problems problems;
};

static char *const ignored[] = { (char[]){ "version.bind" }, (char[]){ "www.stage" }, NULL };

static void
begin(struct fixture *at)
{
    problems_init(&at->problems);
    at->scan = (struct query_scan){ .names = query_names_new(),
                                    .ignored = ignored,
                                    .problems = &at->problems };
    query_names_add(at->scan.names, "_dmarc.gmailcom.a.example", "gmailcom", DNS_DMARC_TXT);
    query_names_add(at->scan.names, "goodrua._spf.gmailcom.a.example", "gmailcom", DNS_SPF_EXIST);
    query_names_add(at->scan.names, "gmailcom.b.example._report._dmarc.c.example", "gmailcom",
                    DNS_EDV);
}

static void
end(struct fixture *at)
{
    query_names_free(at->scan.names);
    problems_clear(&at->problems);
}

static void
scan(struct fixture *at, const char *text)
{
    query_scan_stream(&at->scan, octet_stream_of(span_of(text)), "q.log");
}

static const struct query_target *
target(const struct fixture *at, enum dns_column column)
{
    return query_names_of(at->scan.names, "gmailcom", column);
}

static void
test_types(void **state)
{
    /* clang-format off */
    static const struct {
        const char *label, *text;
        enum dns_column column;
        bool paper, correct;
    } cases[] = {
        { "TXT", ASKED("_dmarc.gmailcom.a.example", "TXT"), DNS_DMARC_TXT, true, true },
        { "any case", ASKED("_DMARC.GmailCom.a.eXample", "TXT"), DNS_DMARC_TXT, true, true },
        { "final dot", ASKED("_dmarc.gmailcom.a.example.", "TXT"), DNS_DMARC_TXT, true, true },
        { "A does not count", ASKED("_dmarc.gmailcom.a.example", "A"), DNS_DMARC_TXT, false, false },
        { "old form: paper can't read it", OLD("_dmarc.gmailcom.a.example", "TXT"), DNS_DMARC_TXT, false, true },
        { "longer name", ASKED("x_dmarc.gmailcom.a.example", "TXT"), DNS_DMARC_TXT, false, false },
        { "name below", ASKED("_dmarc.gmailcom.a.example.net", "TXT"), DNS_DMARC_TXT, false, false },
        { "exists: any type", ASKED("goodrua._spf.gmailcom.a.example", "A"), DNS_SPF_EXIST, true, true },
        { "EDV by TXT", ASKED("gmailcom.b.example._report._dmarc.c.example", "TXT"), DNS_EDV, true, true },
        { "EDV by A: paper counts it", ASKED("gmailcom.b.example._report._dmarc.c.example", "A"), DNS_EDV, true, false },
        { "class CH", TIME "client @0x7f2d 192.0.2.1#53 (x): query: _dmarc.gmailcom.a.example CH TXT +\n", DNS_DMARC_TXT, false, false },
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct fixture at;
        begin(&at);
        scan(&at, cases[i].text);
        if (query_target_asked(target(&at, cases[i].column), true) != cases[i].paper ||
            query_target_asked(target(&at, cases[i].column), false) != cases[i].correct)
            fail_msg("%s", cases[i].label);
        end(&at);
    }
}

static void
test_counts(void **state)
{
    struct fixture at;
    (void)state;
    begin(&at);
    scan(&at, ASKED("_dmarc.gmailcom.a.example", "TXT") ASKED("other.example", "A") TIME
         "client @0x7f2d 192.0.2.1#53 (version.bind): query: version.bind CH TXT +\n" TIME
         "client @0x7f2d 192.0.2.1#53 (www.stage.x): query (cache) 'x/A/IN' denied\n"
         "nonsense\n\n" OLD("other.example", "A"));
    assert_int_equal(at.scan.counts.lines, 7);
    assert_int_equal(at.scan.counts.queries, 3);
    assert_int_equal(at.scan.counts.other_class, 1);
    assert_int_equal(at.scan.counts.unmatched, 2);
    assert_int_equal(at.scan.counts.of_study, 1);
    assert_int_equal(at.scan.counts.paper_queries, 2);
    assert_int_equal(at.scan.counts.paper_ignored, 2);
    assert_int_equal(at.scan.counts.paper_stops, 2); /* nonsense, and the old form */
    assert_int_equal(at.problems.count[PROBLEM_QUERY_LINE], 2);
    assert_string_equal(((struct problem *)g_ptr_array_index(at.problems.named, 1))->where,
                        "q.log:5");
    end(&at);
}

static void
test_evidence_names_the_line(void **state)
{
    struct fixture at;
    const struct evidence *first;
    (void)state;
    begin(&at);
    scan(&at, "nonsense\n" ASKED("_dmarc.gmailcom.a.example", "TXT"));
    first = g_ptr_array_index(target(&at, DNS_DMARC_TXT)->evidence, 0);
    assert_string_equal(first->where, "q.log:2");
    assert_non_null(strstr(first->text, "query: _dmarc.gmailcom.a.example IN TXT"));
    assert_true(first->counts);
    for (unsigned i = 0; i < 100; i++)
        scan(&at, ASKED("_dmarc.gmailcom.a.example", "TXT"));
    assert_int_equal(target(&at, DNS_DMARC_TXT)->evidence->len, EVIDENCE_MAX);
    assert_int_equal(target(&at, DNS_DMARC_TXT)->correct.txt, 101);
    end(&at);
}

static void
test_problems_are_named_up_to_a_limit(void **state)
{
    struct fixture at;
    g_autoptr(GString) text = g_string_new(NULL);
    (void)state;
    begin(&at);
    for (unsigned i = 0; i < 1000; i++)
        g_string_append(text, "nonsense\n");
    scan(&at, text->str);
    assert_int_equal(at.problems.count[PROBLEM_QUERY_LINE], 1000);
    assert_int_equal(at.problems.named->len, PROBLEMS_NAMED_MAX);
    end(&at);
}

/* The table grows, and still finds each name and no other. */
static void
test_many_names(void **state)
{
    g_autoptr(QueryNames) names = query_names_new();
    (void)state;
    for (unsigned i = 0; i < 5000; i++) {
        g_autofree char *name = g_strdup_printf("_dmarc.label%u.a.example", i);
        query_names_add(names, name, "label", DNS_DMARC_TXT);
        query_names_add(names, name, "another", DNS_SPF_TXT);
    }
    assert_int_equal(query_names_all(names)->len, 5000);
    for (unsigned i = 0; i < 5000; i++) {
        g_autofree char *name = g_strdup_printf("_dmarc.LABEL%u.a.example", i);
        const struct query_target *found = query_names_find(names, span_of(name));
        assert_non_null(found);
        assert_true(span_equals_nocase(span_of(name), found->name));
        assert_string_equal(found->label, "label");
    }
    assert_null(query_names_find(names, span_of("_dmarc.label5000.a.example")));
    assert_null(query_names_find(names, (struct span){ NULL, 0 }));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_evidence_names_the_line),
        cmocka_unit_test(test_problems_are_named_up_to_a_limit),
        cmocka_unit_test(test_many_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
