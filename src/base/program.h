/* SPDX-License-Identifier: Apache-2.0 */
/*
 * program - what all of Lafayette's programs share: options, --help, --version, signals
 *
 * Exit codes are those of sysexits.h: 0, 64 usage, 65 data, 69 unavailable, 75 try later, 78
 * config.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct program {
    const char *name;
    const char *arguments;       /* "[FILE|DIR|-]...": shown behind the name in --help */
    const char *summary;         /* what it is for */
    const char *description;     /* examples and exit codes, below the options */
    const GOptionEntry *entries; /* its own options, may be NULL */
    const char *config_words;    /* what -c names; NULL: forensic.cfg */
};

struct program_options {
    char *config; /* -c, or NULL; lives to the end of the program */
    bool quiet;
    bool verbose;
    char **arguments; /* what is left; NULL-terminated, lives to the end of the program */
};

/* Reads the command line. Ends the program by itself after --help and --version (0) and on a
 * wrong option (64). Sets up the log and ignores SIGPIPE and SIGXFSZ. */
void program_start(const struct program *program, int argc, char **argv,
                   struct program_options *options);
/* Prints the message and "see NAME --help"; ends the program with 64. */
void program_usage(const struct program *program, const char *format, ...)
    G_GNUC_PRINTF(2, 3) G_GNUC_NORETURN;
