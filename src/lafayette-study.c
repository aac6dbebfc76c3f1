/* SPDX-License-Identifier: Apache-2.0 */
/* lafayette-study - logs and mail folders of a study of DMARC reporting into its table */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "base/config.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/program.h"
#include "ingest/run_state.h"
#include "report/report_parse.h"
#include "store/schema.h"
#include "store/study_run.h"
#include "study/export.h"
#include "study/output.h"
#include "study/result.h"

enum format { FORMAT_TEXT, FORMAT_CSV, FORMAT_JSON, FORMAT_LATEX, FORMAT_HTML, FORMATS };

static char *rspamd, *inbox, *reports, *semantics_word, *format_word, *output, *explain, *export_to;
static char *db_config;
static char **query_logs;
static gboolean save;

static const GOptionEntry entries[] = {
    { "rspamd", 0, 0, G_OPTION_ARG_FILENAME, &rspamd, "rspamd's history: who got test mails",
      "FILE" },
    { "query-log", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &query_logs,
      "BIND's query log; as often as there are, in any order", "FILE" },
    { "inbox", 0, 0, G_OPTION_ARG_FILENAME, &inbox,
      "The providers' mailboxes, a folder for each label", "DIR" },
    { "reports", 0, 0, G_OPTION_ARG_FILENAME, &reports,
      "The mailboxes that got reports, folders NAME@DOMAIN", "DIR" },
    { "semantics", 0, 0, G_OPTION_ARG_STRING, &semantics_word,
      "What to show: paper or correct (the default)", "WORD" },
    { "format", 0, 0, G_OPTION_ARG_STRING, &format_word,
      "text (the default), csv, json, latex or html", "WORD" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Write there instead of stdout", "FILE" },
    { "explain", 0, 0, G_OPTION_ARG_STRING, &explain,
      "What decided the features of a provider, or those named behind it; text or json",
      "PROVIDER" },
    { "export", 0, 0, G_OPTION_ARG_FILENAME, &export_to, "Write the tables in between as CSV files",
      "DIR" },
    { "save", 0, 0, G_OPTION_ARG_NONE, &save, "Keep the run in the database", NULL },
    { "db", 0, 0, G_OPTION_ARG_FILENAME, &db_config, "forensic.cfg, which names the database",
      "FILE" },
    G_OPTION_ENTRY_NULL,
};

static const struct program program = {
    .name = "lafayette-study",
    .arguments = "[FEATURE...]",
    .summary = "Measures how mail providers honour DMARC reporting: F1 to F8 of each.",
    .description =
        "FILE of -c tells who sent test mails to whom; it may also name the inputs. Logs may be\n"
        "packed by gzip, zstd or xz. What is broken is counted, named and left out.\n\n"
        "Examples:\n"
        "  lafayette-study -c study-config.json\n"
        "  lafayette-study -c study.cfg --query-log q.log --query-log q.log.1.gz --format latex\n"
        "  lafayette-study -c study-config.json --explain yahoo.com F7\n"
        "  lafayette-study -c study-config.json --save --db /etc/lafayette/forensic.cfg\n\n"
        "Exit codes: 0; 64 wrong options; 75 the output or the database can't be written now; 78\n"
        "the configuration is wrong, or an input is not there.\n",
    .entries = entries,
    .config_words = "What the study is about: JSON or key file",
};

static int
fail(const GError *error)
{
    log_fault("failed", error);
    return fault_exit_code(error);
}

static enum format
format_of(const char *word)
{
    static const char *const names[FORMATS] = { "text", "csv", "json", "latex", "html" };
    for (int i = 0; i < FORMATS; i++)
        if (word == NULL || strcmp(word, names[i]) == 0)
            return (enum format)i;
    program_usage(&program, "--format %s: text, csv, json, latex or html", word);
}

static enum semantics
semantics_of(const char *word, const struct study_config *config)
{
    if (word == NULL)
        return config->paper ? PAPER : CORRECT;
    if (strcmp(word, "paper") == 0)
        return PAPER;
    if (strcmp(word, "correct") != 0)
        program_usage(&program, "--semantics %s: paper or correct", word);
    return CORRECT;
}

/* ---- reading ---- */

static bool
read_query_logs(struct study *study, char **paths, bool quiet, GError **error)
{
    g_autoptr(Progress) progress = progress_new("lines", 0, quiet);
    for (char **path = paths; path != NULL && *path != NULL; path++)
        if (!study_read_query_log(study, *path, progress, error))
            return false;
    return true;
}

typedef bool read_input(struct study *study, const char *path, struct progress *progress,
                        GError **error);

static bool
read_folder(struct study *study, const char *path, read_input *read, bool quiet, GError **error)
{
    g_autoptr(Progress) progress = progress_new("mails", 0, quiet);
    return path == NULL || read(study, path, progress, error);
}

static bool
read_history(struct study *study, const char *path, struct export *export, bool quiet,
             GError **error)
{
    g_autoptr(Progress) progress = progress_new("rows", 0, quiet);
    return path == NULL ||
           study_read_history(study, path, progress, export != NULL ? export_history : NULL, export,
                              error);
}

/* What the command line names stands for what the study's file names. */
static bool
read_all(struct study *study, struct export *export, bool quiet, GError **error)
{
    const struct study_config *config = study->config;
    if (export != NULL) {
        study->queries.row = export_query;
        study->queries.user = export;
    }
    if (!read_history(study, rspamd != NULL ? rspamd : config->rspamd, export, quiet, error) ||
        !read_query_logs(study, query_logs != NULL ? query_logs : config->query_logs, quiet,
                         error) ||
        !read_folder(study, inbox != NULL ? inbox : config->inboxes, study_read_inboxes, quiet,
                     error) ||
        !read_folder(study, reports != NULL ? reports : config->reports, study_read_reports, quiet,
                     error))
        return false;
    study_join(study);
    return true;
}

static void
tell_problems(const struct study *study)
{
    for (guint i = 0; i < study->problems.named->len; i++) {
        const struct problem *problem = g_ptr_array_index(study->problems.named, i);
        /* Query logs hold other lines than queries; nobody wants them each time. */
        bool usual = problem->kind == PROBLEM_QUERY_LINE;
        log_event(usual ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARNING, "left-out", "kind",
                  problem_kind_names[problem->kind], "where", problem->where, "reason",
                  problem->reason, NULL);
    }
}

/* An input that holds nothing is more often a wrong name than a finding. */
static void
tell_nothing_read(const struct study *study)
{
    const struct {
        const char *input;
        bool empty;
    } inputs[] = {
        { "rspamd", study->history_read && study->history_rows == 0 },
        { "query-log", study->queries_read && study->queries.counts.queries == 0 },
        { "inbox", study->inboxes_read && study->inboxes.mails == 0 },
        { "reports", study->reports_read && study->reports.reports->len == 0 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(inputs); i++)
        if (inputs[i].empty)
            log_event(LOG_LEVEL_WARNING, "nothing-read", "input", inputs[i].input, NULL);
}

/* A line of the summary is an event. */
static void
tell_summary(const struct study *study)
{
    g_autoptr(GString) summary = g_string_new(NULL);
    result_summary(study, summary);
    g_auto(GStrv) lines = g_strsplit(summary->str, "\n", -1);
    for (char **line = lines; *line != NULL; line++)
        if (**line != '\0')
            log_event(LOG_LEVEL_INFO, "read", "what", *line, NULL);
}

/* ---- writing ---- */

static void
append_result(const struct study *study, const struct features *features, enum format format,
              enum semantics semantics, GString *out)
{
    switch (format) {
    case FORMAT_CSV:
        result_csv(features, semantics, out);
        break;
    case FORMAT_JSON:
        output_append_json(result_json(study, features), out);
        break;
    case FORMAT_LATEX:
        result_latex(features, semantics, out);
        break;
    case FORMAT_HTML:
        result_html(study, features, semantics, out);
        break;
    default:
        result_text(study, features, semantics, out);
    }
}

static bool
write_out(const GString *text, enum format format, GError **error)
{
    return output_write(output, text, error) &&
           (output == NULL || format != FORMAT_LATEX || output_write_wrapper(output, error));
}

/* ---- keeping ---- */

/* 1, 0 or -1: study_run.h. */
static int
answer_number(enum answer verdict)
{
    return verdict == ANSWER_NULL ? -1 : verdict == ANSWER_YES;
}

/* The cells' rows; their evidence belongs to `texts`. */
static GArray *
saved_cells(const struct features *features, GPtrArray *texts)
{
    GArray *cells = g_array_new(FALSE, FALSE, sizeof(struct study_cell));
    for (guint i = 0; i < features->rows->len; i++) {
        const struct feature_row *row = g_ptr_array_index(features->rows, i);
        for (int feature = 0; feature < FEATURES; feature++) {
            json_t *json = result_cell_json(row, feature);
            char *text = json_dumps(json, JSON_COMPACT);
            struct study_cell cell = {
                .label = row->label,
                .provider = row->name,
                .feature = (unsigned)feature + 1,
                .paper = answer_number(row->cells[PAPER][feature].verdict),
                .correct = answer_number(row->cells[CORRECT][feature].verdict),
                .evidence = text,
            };
            json_decref(json);
            g_ptr_array_add(texts, text);
            g_array_append_val(cells, cell);
        }
    }
    return cells;
}

static bool
save_run(struct db *db, const struct study *study, const struct features *features,
         enum semantics semantics, int64_t *id, GError **error)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(free);
    g_autoptr(GArray) cells = saved_cells(features, texts);
    const struct study_run run = {
        .title = study->config->title,
        .paper = semantics == PAPER,
        .providers = features->rows->len,
        .query_lines = study->queries.counts.lines,
        .mails = study->inboxes.mails,
        .reports = study->reports.reports->len,
        .left_out = study->problems.count[PROBLEM_FILE] + study->history_broken +
                    study->problems.count[PROBLEM_MAIL] + study->problems.count[PROBLEM_REPORT],
    };
    json_t *json = result_json(study, features);
    char *content;
    json_object_del(json, "evidence");
    content = json_dumps(json, JSON_COMPACT);
    g_ptr_array_add(texts, content);
    json_decref(json);
    return study_run_write(db, &run, content, (const struct study_cell *)cells->data, cells->len,
                           id, error);
}

/* Opened before the logs are read: a wrong password is told at once. */
static struct db *
open_database(const char *path, struct config **config, GError **error)
{
    struct db_settings settings;
    g_autoptr(Db) db = NULL;
    *config = config_load(path, error);
    if (*config == NULL)
        return NULL;
    settings = db_settings_of(*config);
    db = db_open(&settings, error);
    return db != NULL && schema_check(db, error) ? g_steal_pointer(&db) : NULL;
}

static bool
keep(struct db *db, const struct study *study, const struct features *features,
     enum semantics semantics, GError **error)
{
    int64_t id = 0;
    char text[24];
    if (db == NULL)
        return true;
    if (!save_run(db, study, features, semantics, &id, error))
        return false;
    g_snprintf(text, sizeof text, "%" PRId64, id);
    log_event(LOG_LEVEL_INFO, "saved", "run", text, NULL);
    return true;
}

static int
finish(const struct study *study, struct export *export, struct db *db, enum format format,
       enum semantics semantics, char **arguments)
{
    g_autoptr(Features) features = features_of(study);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    tell_problems(study);
    tell_nothing_read(study);
    if (format != FORMAT_TEXT || explain != NULL || output != NULL)
        tell_summary(study);
    if (explain == NULL)
        append_result(study, features, format, semantics, text);
    else if (!output_append_explained(features, explain, arguments, format == FORMAT_JSON, text))
        program_usage(&program, "--explain %s: no such provider", explain);
    if ((export != NULL && !export_finish(export, study, features, &error)) ||
        !write_out(text, format, &error) || !keep(db, study, features, semantics, &error))
        return fail(error);
    return EX_OK;
}

static void
check_usage(const struct program_options *options)
{
    if (options->config == NULL)
        program_usage(&program, "which study? name its file with -c");
    if (options->arguments[0] != NULL && explain == NULL)
        program_usage(&program, "%s: features go with --explain", options->arguments[0]);
    for (char **name = options->arguments; *name != NULL; name++)
        if (feature_index(*name) < 0)
            program_usage(&program, "%s: features are F1 to F8", *name);
    if (save != (db_config != NULL))
        program_usage(&program, "--save and --db go together");
}

int
main(int argc, char **argv)
{
    struct program_options options;
    g_autoptr(GError) error = NULL;
    g_autoptr(StudyConfig) config = NULL;
    g_autoptr(Study) study = NULL;
    g_autoptr(Export) export = NULL;
    g_autoptr(Config) db_settings = NULL;
    g_autoptr(Db) db = NULL;
    enum format format;
    enum semantics semantics;
    program_start(&program, argc, argv, &options);
    check_usage(&options);
    format = format_of(format_word);
    if (explain != NULL && format != FORMAT_TEXT && format != FORMAT_JSON)
        program_usage(&program, "--explain gives text or json, not %s", format_word);
    report_open();
    config = study_config_load(options.config, &error);
    if (config == NULL)
        return fail(error);
    semantics = semantics_of(semantics_word, config);
    study = study_new(config);
    if (save && (db = open_database(db_config, &db_settings, &error)) == NULL)
        return fail(error);
    if (!output_check(output, &error))
        return fail(error);
    if (export_to != NULL && (export = export_open(export_to, config, &error)) == NULL)
        return fail(error);
    if (!read_all(study, export, options.quiet, &error))
        return fail(error);
    if (study->members->len == 0) {
        g_set_error(&error, FAULT, FAULT_OPERATOR,
                    "%s: no provider is known: name them, or rspamd's history of the test mails",
                    options.config);
        return fail(error);
    }
    return finish(study, export, db, format, semantics, options.arguments);
}
