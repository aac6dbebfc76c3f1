/* SPDX-License-Identifier: Apache-2.0 */
/* lafayette-admin - what a person does to the database from the command line */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "admin/admin.h"
#include "base/fault.h"
#include "base/log.h"
#include "report/report_parse.h"

/* clang-format off */
static const struct command {
    const char *name;
    const char *help;
    admin_command *run;
} commands[] = {
    { "init", "create the schema; harmless when it is there", admin_init },
    { "upgrade", "a database of the original becomes the newest schema [--keep-original]", admin_upgrade },
    { "doctor", "look whether all is well; what to do where it is not", admin_doctor },
    { "contacts", "whom to tell about abuse: import, list, disable, enable", admin_contacts },
    { "purge", "remove mails older than some days", admin_purge },
    { "reparse", "read held and stored messages with today's parser", admin_reparse },
    { "user", "who may log in: add, passwd, role, disable, enable, list", admin_user },
    { "token", "keys for programs that use the JSON API: make, list, revoke", admin_token },
    { "study", "saved runs of lafayette-study: list, remove", admin_study },
    { "show", "tell all that is stored of one mail or held message", admin_show },
};
/* clang-format on */

static void
print_help(FILE *out)
{
    fputs("usage: lafayette-admin [-c FILE] [-q|-v] COMMAND [ARGUMENT...]\n\n", out);
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
        fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].help);
    fputs("\n  -c, --config FILE  the configuration (else $LAFAYETTE_CONFIG, " LAFAYETTE_SYSCONFDIR
          "/lafayette/forensic.cfg)\n"
          "  -q, --quiet        errors only\n"
          "  -v, --verbose      say more\n"
          "      --help         this text\n"
          "      --version      the program's version\n"
          "\nexit: 0 done, 64 usage, 65 not there or refused, 75 try again later, 78 a person must "
          "act\n",
          out);
}

/* Reads the options before the command. -1: go on, else the exit code. */
static int
read_options(int argc, char **argv, struct admin_run *run)
{
    static const struct option options[] = {
        { "config", required_argument, NULL, 'c' }, { "quiet", no_argument, NULL, 'q' },
        { "verbose", no_argument, NULL, 'v' },      { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'V' },      { NULL, 0, NULL, 0 }
    };
    int option;
    while ((option = getopt_long(argc, argv, "+c:qv", options, NULL)) != -1) {
        switch (option) {
        case 'c':
            run->config_path = optarg;
            break;
        case 'q':
            run->level = LOG_LEVEL_ERROR;
            break;
        case 'v':
            run->level = LOG_LEVEL_DEBUG;
            break;
        case 'h':
            print_help(stdout);
            return EX_OK;
        case 'V':
            puts("lafayette-admin " LAFAYETTE_VERSION);
            return EX_OK;
        default: /* getopt has said what is wrong */
            return EX_USAGE;
        }
    }
    return -1;
}

static bool
run_command(const struct admin_run *run, int argc, char **argv, GError **error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        const struct command *command = &commands[i];
        if (strcmp(command->name, argv[0]) != 0)
            continue;
        bool has_own_help = command->run != admin_init && command->run != admin_upgrade;
        if (!has_own_help && argc == 2 &&
            (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
            printf("usage: lafayette-admin %s\n\n%s\n", command->name, command->help);
            return true;
        }
        return command->run(run, argc, argv, error);
    }
    g_set_error(error, FAULT, FAULT_USAGE, "no command \"%s\"; see lafayette-admin --help",
                argv[0]);
    return false;
}

int
main(int argc, char **argv)
{
    struct admin_run run = { .level = LOG_LEVEL_INFO };
    g_autoptr(GError) error = NULL;
    signal(SIGPIPE, SIG_IGN); /* a lost connection is an error of its call */
    int code = read_options(argc, argv, &run);
    if (code >= 0)
        return code;
    if (optind == argc) {
        print_help(stderr);
        return EX_USAGE;
    }
    log_open("lafayette-admin", run.level);
    report_open();
    if (run_command(&run, argc - optind, argv + optind, &error) && fflush(stdout) == 0)
        return EX_OK;
    if (error == NULL)
        g_set_error(&error, FAULT, FAULT_RETRY, "standard output: %s", g_strerror(errno));
    log_fault("failed", error);
    return fault_exit_code(error);
}
