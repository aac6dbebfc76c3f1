/* SPDX-License-Identifier: Apache-2.0 */
#include "base/program.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"

#ifndef LAFAYETTE_VERSION
#define LAFAYETTE_VERSION "unknown"
#endif

/* Where a standard descriptor is closed, the next file or connection that is opened would get its
 * number, and what is printed would go there. Opened the wrong way round, so that using it fails.
 */
static void
occupy_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            (void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY); /* the lowest: fd */
}

void
program_usage(const struct program *program, const char *format, ...)
{
    va_list arguments;
    fprintf(stderr, "%s: ", program->name);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, "\nsee %s --help\n", program->name);
    exit(EX_USAGE);
}

/* GLib leaves "--" where an argument behind it begins with "-"; then the first one is no file. */
static void
drop_separator(char **arguments)
{
    while (*arguments != NULL && strcmp(*arguments, "--") != 0)
        arguments++;
    for (; *arguments != NULL; arguments++)
        arguments[0] = arguments[1];
}

void
program_start(const struct program *program, int argc, char **argv, struct program_options *options)
{
    gboolean quiet = FALSE;
    gboolean verbose = FALSE;
    gboolean version = FALSE;
    static char *config; /* lives to the end of the program */
    const GOptionEntry common[] = {
        { "config", 'c', 0, G_OPTION_ARG_FILENAME, &config,
          program->config_words != NULL
              ? program->config_words
              : "Configuration; else $LAFAYETTE_CONFIG, the system's, ./forensic.cfg",
          "FILE" },
        { "quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet, "Only errors on stderr", NULL },
        { "verbose", 'v', 0, G_OPTION_ARG_NONE, &verbose, "More on stderr", NULL },
        { "version", 0, 0, G_OPTION_ARG_NONE, &version, "Print the version and end", NULL },
        G_OPTION_ENTRY_NULL
    };
    g_autoptr(GOptionContext) context = g_option_context_new(program->arguments);
    g_autoptr(GError) error = NULL;
    occupy_standard_descriptors();
    setlocale(LC_CTYPE, "C.UTF-8");
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of its write */
    g_set_prgname(program->name);
    g_option_context_set_summary(context, program->summary);
    g_option_context_set_description(context, program->description);
    if (program->entries != NULL)
        g_option_context_add_main_entries(context, program->entries, NULL);
    g_option_context_add_main_entries(context, common, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error))
        program_usage(program, "%s", error->message);
    if (version) {
        printf("%s %s\n", program->name, LAFAYETTE_VERSION);
        exit(EX_OK);
    }
    options->config = config;
    options->quiet = quiet;
    options->verbose = verbose;
    options->arguments = argv + 1;
    drop_separator(options->arguments);
    log_open(program->name, quiet ? LOG_LEVEL_ERROR : verbose ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
}
