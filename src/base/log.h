/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log - one line an event on stderr: `level program[pid]: event key=value ...`
 *
 * The mains set it up once; rooms do not log, they return errors (only http/ and the mains call
 * this). Octets of a value that are no printable ASCII are written as \xNN, blanks put the value
 * into quotes; never give it a password or the text of a mail.
 * Threads: lines of several threads never mix.
 */
#pragma once

#include <glib.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* `program` is kept, not copied. Lines above `level` are left out. */
void log_open(const char *program, enum log_level level);
/* Key and value pairs as strings, ended by NULL:
 * log_event(LOG_LEVEL_INFO, "ingested", "feed", name, NULL); a NULL value is written as "-". */
void log_event(enum log_level level, const char *event, ...) G_GNUC_NULL_TERMINATED;
/* The error with its chain of reasons: `error program[pid]: EVENT reason="..."`. */
void log_fault(const char *event, const GError *error);
