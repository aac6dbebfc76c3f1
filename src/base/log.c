/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

#define VALUE_OCTETS_MAX 1000

static const char *log_program = "lafayette";
static enum log_level log_limit = LOG_LEVEL_INFO;

void
log_open(const char *program, enum log_level level)
{
    log_program = program;
    log_limit = level;
}

static void
append_value(GString *line, const char *value)
{
    g_autofree char *masked = NULL;
    if (value == NULL) {
        g_string_append_c(line, '-');
        return;
    }
    masked = text_masked(span_of(value), VALUE_OCTETS_MAX);
    if (masked[0] != '\0' && strpbrk(masked, " \"=") == NULL) {
        g_string_append(line, masked);
        return;
    }
    g_string_append_c(line, '"');
    for (const char *at = masked; *at != '\0'; at++)
        g_string_append_c(line, *at == '"' ? '\'' : *at);
    g_string_append_c(line, '"');
}

/* One write() a line, so that lines of threads and of programs on one terminal stay whole. */
static void
write_line(GString *line)
{
    const char *at;
    size_t left;
    g_string_append_c(line, '\n'); /* may move the text */
    at = line->str;
    left = line->len;
    while (left > 0) {
        ssize_t wrote = write(STDERR_FILENO, at, left);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return; /* stderr is gone: nobody to tell */
        at += wrote;
        left -= (size_t)wrote;
    }
}

void
log_event(enum log_level level, const char *event, ...)
{
    static const char *const names[] = { "error", "warning", "info", "debug" };
    g_autoptr(GString) line = NULL;
    const char *key;
    va_list pairs;
    if (level > log_limit)
        return;
    line = g_string_new(NULL);
    g_string_printf(line, "%s %s[%ld]: %s", names[level], log_program, (long)getpid(), event);
    va_start(pairs, event);
    while ((key = va_arg(pairs, const char *)) != NULL) {
        g_string_append_printf(line, " %s=", key);
        append_value(line, va_arg(pairs, const char *));
    }
    va_end(pairs);
    write_line(line);
}

void
log_fault(const char *event, const GError *error)
{
    log_event(LOG_LEVEL_ERROR, event, "reason", error != NULL ? error->message : "unknown", NULL);
}
