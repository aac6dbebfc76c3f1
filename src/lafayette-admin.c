/* SPDX-License-Identifier: Apache-2.0 */
/* lafayette-admin - what a person does to the database from the command line */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/config.h"
#include "base/fault.h"
#include "base/log.h"
#include "store/db.h"
#include "store/schema.h"

struct run {
    const char *config_path; /* of -c, or NULL */
    enum log_level level;
};

/* Runs a command; argv[0] is its name. */
typedef bool command_run(const struct run *run, int argc, char **argv, GError **error);

static struct db *
open_database(const struct run *run, GError **error)
{
    g_autofree char *path = config_find(run->config_path, error);
    g_autoptr(Config) config = path != NULL ? config_load(path, error) : NULL;
    if (config == NULL)
        return NULL;
    struct db_settings settings = { .hosts = config->db.host,
                                    .port = config->db.port,
                                    .socket = config->db.socket,
                                    .user = config->db.user,
                                    .password = config->db.password,
                                    .name = config->db.name };
    return db_open(&settings, error);
}

static bool
command_init(const struct run *run, int argc, char **argv, GError **error)
{
    if (argc > 1) {
        g_set_error(error, FAULT, FAULT_USAGE, "init takes no argument, got \"%s\"", argv[1]);
        return false;
    }
    g_autoptr(Db) db = open_database(run, error);
    if (db == NULL || !schema_create(db, error))
        return false;
    if (run->level > LOG_LEVEL_ERROR)
        printf("schema version %d is in place\n", SCHEMA_VERSION);
    return true;
}

/* clang-format off */
static const struct command {
    const char *name;
    const char *help;
    command_run *run;
} commands[] = {
    { "init", "create the schema; harmless when it is there", command_init },
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
          "\nexit: 0 done, 64 usage, 75 try again later, 78 a person must act\n",
          out);
}

/* Reads the options before the command. -1: go on, else the exit code. */
static int
read_options(int argc, char **argv, struct run *run)
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
run_command(const struct run *run, int argc, char **argv, GError **error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
        if (strcmp(commands[i].name, argv[0]) == 0)
            return commands[i].run(run, argc, argv, error);
    g_set_error(error, FAULT, FAULT_USAGE, "no command \"%s\"; see lafayette-admin --help",
                argv[0]);
    return false;
}

int
main(int argc, char **argv)
{
    struct run run = { .level = LOG_LEVEL_INFO };
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
    if (run_command(&run, argc - optind, argv + optind, &error) && fflush(stdout) == 0)
        return EX_OK;
    if (error == NULL)
        g_set_error(&error, FAULT, FAULT_RETRY, "standard output: %s", g_strerror(errno));
    log_fault("failed", error);
    return fault_exit_code(error);
}
