/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "report/report_parse.h"
#include "study/result.h"

#define CONFIG                                                                                     \
    "{\"senders\": [{\"domain\": \"s1.example\", \"role\": \"internal\"}, {\"domain\": "           \
    "\"s2.example\", \"role\": \"external-accepted\", \"mailbox\": \"m2.example\"}, {\"domain\": " \
    "\"s3.example\", \"role\": \"external-refused\", \"mailbox\": \"m3.example\"}, {\"domain\": "  \
    "\"s4.example\", \"role\": \"external-overwritten\", \"mailbox\": \"m4.example\"}], \"edv\": " \
    "{\"redirect\": \"other@m4.example\"}, \"providers\": [{\"label\": \"p\", \"name\": "          \
    "\"p.example\", \"submitters\": [\"alias.example\"]}, {\"label\": \"q\", \"name\": "           \
    "\"q.example\"}]}"

static const struct {
    const char *domain, *mailbox, *to;
} mailboxes[] = {
    ['1'] = { "s1.example", "s1.example", "rua@p.s1.example" },
    ['2'] = { "s2.example", "m2.example", "rua@m2.example" },
    ['3'] = { "s3.example", "m3.example", "anybody@m3.example" },
    ['4'] = { "s4.example", "m4.example", "rua@m4.example" },
};

/* "p1" is p's report about p.s1; "p4r" to the other address; "p13" about p.s1 in the mailbox of s3;
 * "p1f" a failure report's address; "pq1" by p, about q.s1. */
static void
add_report(struct study *study, const char *code)
{
    bool about_q = code[1] == 'q';
    const char *digits = code + 1 + about_q;
    int about = digits[0];
    int lies = g_ascii_isdigit(digits[1]) ? digits[1] : about;
    const char *to = g_str_has_suffix(code, "r")   ? "other@m4.example"
                     : g_str_has_suffix(code, "f") ? "ruf@p.s1.example"
                                                   : mailboxes[about].to;
    g_autofree char *message =
        g_strdup_printf("To: %s\nSubject: Report Domain: %c.%s Submitter: %s Report-ID: %s\n\n", to,
                        about_q ? 'q' : code[0], mailboxes[about].domain,
                        code[0] == 'p' ? "alias.example" : "q.example", code);
    struct report_mail *report = report_mail_read(span_of(message));
    report->file = g_strdup(code);
    report->mailbox = g_strdup(mailboxes[lies].mailbox);
    g_ptr_array_add(study->reports.reports, report);
}

/* F3 F4 F6 F7 F8 of p: "+x-+-". */
static char *
cells(const struct feature_row *row, enum semantics semantics)
{
    static const int shown[] = { 2, 3, 5, 6, 7 };
    GString *out = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(shown); i++)
        g_string_append_c(out, "x+-"[row->cells[semantics][shown[i]].verdict]);
    return g_string_free(out, FALSE);
}

/* clang-format off */
static const struct { const char *label, *reports, *paper, *correct; } cases[] = {
    { "nothing sent", "", "xx---", "xx---" },
    { "F3 alone: F8 can't be said", "p1", "+x++x", "+xx+-" },
    { "all of it", "p1 p1f p2 p4r", "+++++", "+++++" },
    { "obeys not", "p1 p2 p3 p4", "+x+xx", "+x+xx" },
    { "to both addresses", "p1 p4 p4r", "+x+++", "+xx+x" },
    { "misfiled: about s2 in the mailbox of s3", "p1 p23", "+x+xx", "+xx+-" },
    { "about another provider's name", "pq1", "+x++x", "xx---" },
    { "outside alone", "p2 p3 p4r", "xx---", "xx---" },
    { "of the other provider", "q1 q2", "xx---", "xx---" },
    { "the same twice", "p1 p1", "+x++x", "+xx+-" },
};
/* clang-format on */

static void
test_reports(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(StudyConfig) config = study_config_parse("c", span_of(CONFIG), &error);
    (void)state;
    assert_non_null(config);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Study) study = study_new(config);
        g_auto(GStrv) codes = g_strsplit(cases[i].reports, " ", -1);
        for (char **code = codes; *code != NULL; code++)
            add_report(study, *code);
        study->reports_read = true;
        study_join(study);
        g_autoptr(Features) features = features_of(study);
        const struct feature_row *row = features_row(features, "P.example");
        g_autofree char *paper = cells(row, PAPER);
        g_autofree char *correct = cells(row, CORRECT);
        if (strcmp(paper, cases[i].paper) != 0 || strcmp(correct, cases[i].correct) != 0)
            fail_msg("%s: paper %s, correct %s", cases[i].label, paper, correct);
    }
}

static void
test_nothing_read_is_nothing_said(void **state)
{
    g_autoptr(StudyConfig) config = study_config_parse("c", span_of(CONFIG), NULL);
    g_autoptr(Study) study = study_new(config);
    (void)state;
    study_join(study);
    g_autoptr(Features) features = features_of(study);
    assert_int_equal(features->rows->len, 2);
    for (int semantics = 0; semantics < SEMANTICS; semantics++)
        for (int feature = 0; feature < FEATURES; feature++) {
            const struct cell *cell = &features_row(features, "q")->cells[semantics][feature];
            assert_int_equal(cell->verdict, ANSWER_NULL);
            assert_non_null(cell->reason);
        }
}

static void
test_study_without_senders(void **state)
{
    g_autoptr(StudyConfig) config = study_config_parse(
        "c", span_of("{\"providers\": [{\"label\": \"p\", \"name\": \"p.example\"}]}"), NULL);
    g_autoptr(Study) study = study_new(config);
    g_autoptr(GString) text = g_string_new(NULL);
    (void)state;
    study->reports_read = study->queries_read = study->inboxes_read = true;
    study_join(study);
    g_autoptr(Features) features = features_of(study);
    for (int feature = 0; feature < FEATURES; feature++)
        assert_int_equal(features_row(features, "p")->cells[CORRECT][feature].verdict, ANSWER_NULL);
    result_explain(features_row(features, "p"), -1, text);
    assert_non_null(strstr(text->str, "no such sender domain"));
}

/* What a name may hold does no harm in any form. */
static void
test_names_are_escaped(void **state)
{
    g_autoptr(StudyConfig) config = study_config_parse(
        "c",
        span_of("{\"title\": \"<b>&\", \"providers\": [{\"label\": \"p\", \"name\": "
                "\"=a_b&<i>%$#{}~^\\\\\\\"\"}]}"),
        NULL);
    g_autoptr(Study) study = study_new(config);
    g_autoptr(GString) latex = g_string_new(NULL);
    g_autoptr(GString) html = g_string_new(NULL);
    g_autoptr(GString) csv = g_string_new(NULL);
    (void)state;
    study_join(study);
    g_autoptr(Features) features = features_of(study);
    result_latex(features, CORRECT, latex);
    assert_non_null(strstr(latex->str, "{90}=a\\_b\\&<i>\\%\\$\\#\\{\\}\\textasciitilde{}"
                                       "\\textasciicircum{}\\textbackslash{}\"\\end{turn}"));
    result_html(study, features, CORRECT, html);
    assert_non_null(strstr(html->str, "&lt;b&gt;&amp;"));
    assert_null(strstr(html->str, "<b>&"));
    assert_null(strstr(html->str, "<i>"));
    result_csv(features, CORRECT, csv);
    assert_non_null(strstr(csv->str, "\r\n\"'=a_b&<i>%$#{}~^\\\"\"\",p,"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reports),
        cmocka_unit_test(test_nothing_read_is_nothing_said),
        cmocka_unit_test(test_study_without_senders),
        cmocka_unit_test(test_names_are_escaped),
    };
    report_open();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
