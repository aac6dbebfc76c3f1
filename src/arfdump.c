/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arfdump - one mail in, one JSON object a report out: the parser alone, no database, no network
 */
#include <stdio.h>
#include <sysexits.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/program.h"
#include "ingest/dump.h"

static gboolean spamtrap;

static const GOptionEntry entries[] = {
    { "spamtrap", 0, 0, G_OPTION_ARG_NONE, &spamtrap,
      "What is no report is a mail that a spam trap caught", NULL },
    G_OPTION_ENTRY_NULL,
};

static const struct program program = {
    .name = "arfdump",
    .arguments = "[FILE|DIR|-]...",
    .summary = "Prints what the failure and abuse reports in mails say, one JSON object a line.",
    .description =
        "FILE is one mail or an mbox, DIR a Maildir or a folder of mails, - (or nothing) stdin.\n"
        "A message that is no report gives {\"file\":...,\"error\":...}.\n\n"
        "Example: arfdump failures.mbox | jq -r '[.source_ip, .subject] | @tsv'\n\n"
        "Exit codes: 0; 65 when a message was no report or could not be read; 66 when a "
        "FILE is not there; 75 when a source broke.\n",
    .entries = entries,
};

static bool
dump_path(struct dump *dump, const char *path, GError **error)
{
    g_autoptr(Mailbox) mailbox = mailbox_open_path(path, SETTLE_KEEP, error);
    return mailbox != NULL && dump_mailbox(dump, mailbox, error);
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
    dump.report.spamtrap = spamtrap;
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
