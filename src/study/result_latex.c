/* SPDX-License-Identifier: Apache-2.0 */
#include "study/result.h"

#define YES "{\\color{green}\\ding{51}}"
#define NO "{\\color{red}\\ding{55}}"

static const char *const cells[] = { [ANSWER_NO] = NO, [ANSWER_YES] = YES, [ANSWER_NULL] = "-" };
static const char *const packages[] = { "color",  "rotating", "array",
                                        "pifont", "multirow", "booktabs" };
static const char *const rows[FEATURES] = {
    "DMARC_{record}", "DMARC_{header}", "DMARC_{rua}",   "DMARC_{ruf}",
    "EDV_{query}",    "EDV_{control}",  "EDV_{failure}", "EDV_{overwrite}",
};

static void
append_escaped(const char *text, GString *out)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '\\':
            g_string_append(out, "\\textbackslash{}");
            break;
        case '~':
            g_string_append(out, "\\textasciitilde{}");
            break;
        case '^':
            g_string_append(out, "\\textasciicircum{}");
            break;
        case '&':
        case '%':
        case '$':
        case '#':
        case '_':
        case '{':
        case '}':
            g_string_append_c(out, '\\');
            g_string_append_c(out, *text);
            break;
        default:
            g_string_append_c(out, *text);
        }
    }
}

/* Thin rules part what concerns records, results, and reports. */
static bool
has_rule_below(int feature)
{
    return feature == 0 || feature == 1 || feature == 3;
}

static void
append_head(const struct features *features, GString *out)
{
    g_string_append(out, "\n%Mandatory LaTeX package : \n");
    for (size_t i = 0; i < G_N_ELEMENTS(packages); i++)
        g_string_append_printf(out, "%%\\usepackage{%s}\n", packages[i]);
    g_string_append(out, "\n\n% Python Script start here\n\n\\begin{table*}[h!]\n  \\centering \n");
    g_string_append(out, "    \\caption{Results of ESP testing that show their adherence to "
                         "specifications.  \\\\  " NO " did not use or respect the feature, " YES
                         " respects the feature, - feature cannot be evaluated }\n");
    g_string_append(out, "    \\label{tab:esp} \n    \\scriptsize\n  \n"
                         "    \\setlength{\\tabcolsep}{7pt}\n\\begin{tabular}{l|");
    for (guint i = 0; i < features->rows->len; i++)
        g_string_append(out, i > 0 ? "|b{0.1cm}" : "b{0.1cm}");
    g_string_append(out, "}\n\nFeatures &");
    for (guint i = 0; i < features->rows->len; i++) {
        const struct feature_row *row = g_ptr_array_index(features->rows, i);
        g_string_append(out, i > 0 ? " & \\begin{turn}{90}" : " \\begin{turn}{90}");
        append_escaped(row->name, out);
        g_string_append(out, "\\end{turn} ");
    }
    g_string_append(out, " \\\\ \\specialrule{1pt}{0pt}{0pt}  \n");
}

void
result_latex(const struct features *features, enum semantics semantics, GString *out)
{
    append_head(features, out);
    for (int feature = 0; feature < FEATURES; feature++) {
        g_string_append_printf(out, " $F_{%d}$ : $%s$ &", feature + 1, rows[feature]);
        for (guint i = 0; i < features->rows->len; i++) {
            const struct feature_row *row = g_ptr_array_index(features->rows, i);
            g_string_append_printf(out, "%s %s", i > 0 ? " &" : "",
                                   cells[row->cells[semantics][feature].verdict]);
        }
        g_string_append(out, "  \\\\[1ex] \n");
        if (has_rule_below(feature))
            g_string_append(out, "\\specialrule{0.5pt}{0pt}{0pt}  \n");
    }
    g_string_append(out, "\n\\specialrule{1pt}{0pt}{0pt} \n\\end{tabular}\n\n\\end{table*}\n"
                         "% Python script end here\n\n");
}

void
result_latex_wrapper(const char *table_file, GString *out)
{
    g_string_append(out, "\\documentclass[varwidth=\\maxdimen,border=5pt]{standalone}\n"
                         "\\usepackage{varwidth}\n");
    for (size_t i = 0; i < G_N_ELEMENTS(packages); i++)
        g_string_append_printf(out, "\\usepackage{%s}\n", packages[i]);
    g_string_append(out, "\\begin{document}\n\\input{");
    g_string_append(out, table_file);
    g_string_append(out, "}\n\\end{document}\n");
}
