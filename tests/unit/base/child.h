/* SPDX-License-Identifier: Apache-2.0 */
/* child - runs a function in a process of its own and takes what it writes and how it ends */
#pragma once

#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/auto.h"

struct child_result {
    char *out; /* stdout, then stderr, each up to the end */
    char *err;
    int code; /* exit code, or -1 */
};

static inline char *
child_read(FILE *file)
{
    GString *text = g_string_new(NULL);
    int octet;
    rewind(file);
    while ((octet = getc(file)) != EOF)
        g_string_append_c(text, (char)octet);
    return g_string_free(text, FALSE);
}

/* Before the leak check, which would find what a function that ends the program leaves behind. */
static inline void
child_leave(int code, void *unused)
{
    (void)unused;
    fflush(NULL);
    _exit(code);
}

/* Caller clears the result. stderr is no terminal there. */
static inline struct child_result
child_run(void (*run)(const void *argument), const void *argument)
{
    struct child_result result = { .code = -1 };
    g_autoptr(FILE) out = tmpfile();
    g_autoptr(FILE) err = tmpfile();
    int status = 0;
    pid_t pid;
    assert_non_null(out);
    assert_non_null(err);
    fflush(NULL);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        dup2(fileno(out), STDOUT_FILENO);
        dup2(fileno(err), STDERR_FILENO);
        on_exit(child_leave, NULL);
        run(argument);
        exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (WIFEXITED(status))
        result.code = WEXITSTATUS(status);
    result.out = child_read(out);
    result.err = child_read(err);
    return result;
}

static inline void
child_clear(struct child_result *result)
{
    g_free(result->out);
    g_free(result->err);
}
