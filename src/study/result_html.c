/* SPDX-License-Identifier: Apache-2.0 */
#include "study/result.h"

static const char style[] =
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;"
    "color:#1d2430;background:#fff}table{border-collapse:collapse}th,td{padding:.3rem .7rem;"
    "border-bottom:1px solid #d9dee6;text-align:center}th:first-child{text-align:left}"
    ".yes{color:#0b6b3a}.no{color:#a8221b}.null{color:#66707f}.differs{outline:2px solid #b97a00;"
    "outline-offset:-2px}a{color:inherit;text-decoration:none}a:hover{text-decoration:underline}"
    "code{font:13px/1.4 ui-monospace,monospace;overflow-wrap:anywhere}li.counts{font-weight:600}"
    "section{border-top:1px solid #d9dee6;margin-top:1.5rem}"
    "@media(prefers-color-scheme:dark){body{color:#e4e8ee;background:#14181f}.yes{color:#5fce93}"
    ".no{color:#ff8d85}.null{color:#9aa5b4}th,td,section{border-color:#333c49}}";

static const char *const classes[] = { "no", "yes", "null" };
static const char *const signs[] = { "\xE2\x9C\x97", "\xE2\x9C\x93", "\xE2\x80\x93" };
static const char *const words[] = { "no", "yes", "cannot be said" };

static void
append_escaped(GString *out, const char *text)
{
    g_autofree char *escaped = g_markup_escape_text(text, -1);
    g_string_append(out, escaped);
}

static void
append_cell(const struct feature_row *row, guint number, int feature, enum semantics semantics,
            GString *out)
{
    enum answer verdict = row->cells[semantics][feature].verdict;
    bool differs = row->cells[PAPER][feature].verdict != row->cells[CORRECT][feature].verdict;
    g_string_append_printf(out,
                           "<td class=\"%s%s\"><a href=\"#r%u%s\" title=\"%s\" "
                           "aria-label=\"%s\">%s</a></td>",
                           classes[verdict], differs ? " differs" : "", number,
                           feature_names[feature], words[verdict], words[verdict], signs[verdict]);
}

static void
append_table(const struct features *features, enum semantics semantics, GString *out)
{
    g_string_append(out, "<table>\n<thead><tr><th scope=\"col\">Provider</th>");
    for (int feature = 0; feature < FEATURES; feature++)
        g_string_append_printf(out, "<th scope=\"col\" title=\"%s\">%s</th>",
                               feature_words[feature], feature_names[feature]);
    g_string_append(out, "</tr></thead>\n<tbody>\n");
    for (guint i = 0; i < features->rows->len; i++) {
        const struct feature_row *row = g_ptr_array_index(features->rows, i);
        g_string_append(out, "<tr><th scope=\"row\">");
        append_escaped(out, row->name);
        g_string_append(out, "</th>");
        for (int feature = 0; feature < FEATURES; feature++)
            append_cell(row, i, feature, semantics, out);
        g_string_append(out, "</tr>\n");
    }
    g_string_append(out, "</tbody>\n</table>\n");
}

static void
append_evidence(const struct feature_row *row, guint number, int feature, GString *out)
{
    g_string_append_printf(out, "<h3 id=\"r%u%s\">%s %s</h3>\n<ul>\n", number,
                           feature_names[feature], feature_names[feature], feature_words[feature]);
    for (int semantics = 0; semantics < SEMANTICS; semantics++) {
        const struct cell *cell = &row->cells[semantics][feature];
        g_string_append_printf(out, "<li>%s: <b class=\"%s\">%s</b>, ", semantics_names[semantics],
                               classes[cell->verdict], words[cell->verdict]);
        append_escaped(out, cell->reason);
        g_string_append(out, "</li>\n");
    }
    for (guint i = 0; i < row->evidence[feature]->len; i++) {
        const struct evidence *evidence = g_ptr_array_index(row->evidence[feature], i);
        g_string_append_printf(out, "<li%s><code>", evidence->counts ? " class=\"counts\"" : "");
        append_escaped(out, evidence->where);
        g_string_append(out, "</code>: <code>");
        append_escaped(out, evidence->text);
        g_string_append(out, "</code></li>\n");
    }
    g_string_append(out, "</ul>\n");
}

static void
append_problems(const struct problems *problems, GString *out)
{
    if (problems->named->len == 0)
        return;
    g_string_append(out, "<h2>Left out</h2>\n<ul>\n");
    for (guint i = 0; i < problems->named->len; i++) {
        const struct problem *problem = g_ptr_array_index(problems->named, i);
        g_string_append_printf(out, "<li>%s <code>", problem_kind_names[problem->kind]);
        append_escaped(out, problem->where);
        g_string_append(out, "</code>: <code>");
        append_escaped(out, problem->reason);
        g_string_append(out, "</code></li>\n");
    }
    g_string_append(out, "</ul>\n");
}

void
result_html(const struct study *study, const struct features *features, enum semantics semantics,
            GString *out)
{
    const char *title = study->config->title[0] != '\0' ? study->config->title
                                                        : "How providers honour DMARC reporting";
    g_autoptr(GString) summary = g_string_new(NULL);
    g_string_append(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                         "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
    append_escaped(out, title);
    g_string_append_printf(out, "</title>\n<style>%s</style>\n</head>\n<body>\n<h1>", style);
    append_escaped(out, title);
    g_string_append_printf(out,
                           "</h1>\n<p>Semantics: %s. Framed cells differ in the other semantics. A "
                           "cell leads to what decided it.</p>\n",
                           semantics_names[semantics]);
    append_table(features, semantics, out);
    g_string_append(out, "<h2>What was read</h2>\n<pre>");
    result_summary(study, summary);
    append_escaped(out, summary->str);
    g_string_append(out, "</pre>\n");
    append_problems(&study->problems, out);
    for (guint i = 0; i < features->rows->len; i++) {
        const struct feature_row *row = g_ptr_array_index(features->rows, i);
        g_string_append(out, "<section>\n<h2>");
        append_escaped(out, row->name);
        g_string_append(out, "</h2>\n");
        for (int feature = 0; feature < FEATURES; feature++)
            append_evidence(row, i, feature, out);
        g_string_append(out, "</section>\n");
    }
    g_string_append(out, "</body>\n</html>\n");
}
