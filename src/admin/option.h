/* SPDX-License-Identifier: Apache-2.0 */
/*
 * option - options and arguments of one command of lafayette-admin
 *
 * Threads: none yet when it is called.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Reads argv as GOption does. `synopsis` stands behind the command's name in its --help (which ends
 * the program with 0), `summary` below it. What is no option is in *rest, which the caller frees
 * with g_strfreev; NULL when nothing may be left. False with FAULT_USAGE. */
bool option_read(int argc, char **argv, const GOptionEntry *entries, const char *synopsis,
                 const char *summary, char ***rest, GError **error);
/* "2026-01-31", or RFC 3339 "2026-01-31T08:00:00Z", as seconds since 1970; FAULT_USAGE. */
bool option_date(const char *text, int64_t *when, GError **error);
