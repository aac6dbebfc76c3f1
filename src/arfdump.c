/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arfdump - one mail in, one JSON object a report out: the parser alone, no database, no network
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/program.h"
#include "classify/classify.h"
#include "mailbox/mailbox.h"
#include "report/report_json.h"
#include "report/report_parse.h"

static gboolean spamtrap;

static const GOptionEntry entries[] = {
    { "spamtrap", 0, 0, G_OPTION_ARG_NONE, &spamtrap,
      "What is no report is a mail that a spam trap caught", NULL },
    G_OPTION_ENTRY_NULL
};

static const struct program program = {
    .name = "arfdump",
    .arguments = "[FILE|DIR|-]...",
    .summary = "Prints what the failure and abuse reports in mails say, one JSON object a line.",
    .description =
        "FILE is one mail or an mbox, DIR a Maildir or a folder of mails, - (or nothing) stdin.\n"
        "A message that is no report gives {\"file\":...,\"error\":...}.\n\n"
        "Example: arfdump failures.mbox | jq -r '[.source_ip, .subject] | @tsv'\n\n"
        "Exit codes: 0; 65 when a message was no report or could not be read; 75 when a source "
        "broke.\n",
    .entries = entries,
};

struct dump {
    struct report_settings settings;
    struct classify_settings classify;
    bool bad;
};

static bool
print_line(json_t *object)
{
    char *line = json_dumps(object, JSON_COMPACT);
    bool good = line != NULL && fputs(line, stdout) >= 0 && putchar('\n') != EOF;
    free(line);
    json_decref(object);
    return good;
}

static json_t *
line_for(const char *where)
{
    json_t *line = json_object();
    json_object_set_new(line, "file", json_stringn_nocheck(where, strlen(where)));
    return line;
}

static bool
print_error(struct dump *dump, const char *where, const char *reason)
{
    json_t *line = line_for(where);
    json_object_set_new(line, "error", json_string(reason));
    dump->bad = true;
    return print_line(line);
}

static bool
print_report(struct dump *dump, const char *where, const struct report *report)
{
    json_t *line = line_for(where);
    json_t *object = report_json(report);
    if (report->kind != REPORT_AGGREGATE && report->kind != REPORT_TLSRPT) {
        struct verdict verdict;
        classify(report, &dump->classify, &verdict);
        json_object_set_new(object, "email_type", json_string(email_type_name(verdict.type)));
        json_object_set_new(object, "email_rule", json_string(verdict.rule));
    }
    json_object_update_missing(line, object);
    json_decref(object);
    return print_line(line);
}

static bool
dump_delivery(struct dump *dump, const struct delivery *delivery)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) reports = NULL;
    bool good = true;
    if (delivery->octets == NULL)
        return print_error(dump, delivery->where, delivery->unreadable);
    reports = reports_parse(span_of_bytes(delivery->octets), &dump->settings, &error);
    if (reports == NULL)
        return print_error(dump, delivery->where, error->message);
    for (guint i = 0; good && i < reports->len; i++)
        good = print_report(dump, delivery->where, g_ptr_array_index(reports, i));
    return good;
}

/* False: the source or stdout broke, *error says which. */
static bool
dump_path(struct dump *dump, const char *path, GError **error)
{
    g_autoptr(Mailbox) mailbox = mailbox_open_path(path, SETTLE_KEEP, error);
    g_autoptr(GError) cause = NULL;
    if (mailbox == NULL)
        return false;
    for (;;) {
        g_autoptr(Delivery) delivery = mailbox_next(mailbox, &cause);
        if (delivery == NULL)
            break;
        if (!dump_delivery(dump, delivery)) {
            g_set_error(error, FAULT, FAULT_RETRY, "stdout: %s", g_strerror(errno));
            return false;
        }
    }
    if (cause != NULL)
        g_propagate_error(error, g_steal_pointer(&cause));
    return cause == NULL && *error == NULL;
}

int
main(int argc, char **argv)
{
    struct program_options options;
    struct dump dump = { .bad = false };
    char *standard_input[] = { (char[]){ "-" }, NULL };
    char **paths;
    int exit_code = EX_OK;
    program_start(&program, argc, argv, &options);
    report_open();
    dump.settings.spamtrap = spamtrap;
    paths = options.arguments[0] != NULL ? options.arguments : standard_input;
    for (char **path = paths; *path != NULL; path++) {
        g_autoptr(GError) error = NULL;
        if (!dump_path(&dump, *path, &error)) {
            log_fault("read", error);
            exit_code = g_error_matches(error, FAULT, FAULT_RETRY) ? EX_TEMPFAIL : EX_NOINPUT;
        }
    }
    if (fflush(stdout) != 0)
        exit_code = EX_TEMPFAIL;
    return exit_code == EX_OK && dump.bad ? EX_DATAERR : exit_code;
}
