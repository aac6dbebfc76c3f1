/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/imap_token.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/span.h"

void
imap_token_free(char *secret)
{
    if (secret == NULL)
        return;
    explicit_bzero(secret, strlen(secret));
    g_free(secret);
}

/* Reads to the end of file, at most IMAP_TOKEN_OCTETS, within the time. */
static bool
read_all(int fd, GString *into, const char *what, GError **error)
{
    int64_t deadline = clock_monotonic_us() + (int64_t)IMAP_TOKEN_SECONDS * G_USEC_PER_SEC;
    while (into->len < IMAP_TOKEN_OCTETS) {
        char piece[4096];
        struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
        int64_t left = deadline - clock_monotonic_us();
        int ready = left <= 0 ? 0 : poll(&poll_fd, 1, (int)(left / 1000) + 1);
        ssize_t got = 0;
        if (ready == 0) {
            g_set_error(error, FAULT, FAULT_RETRY, "%s: no end within %d s", what,
                        IMAP_TOKEN_SECONDS);
            return false;
        }
        got = ready < 0 ? -1 : read(fd, piece, sizeof piece);
        if (got == 0)
            break;
        if (got > 0)
            g_string_append_len(into, piece, got);
        else if (errno != EINTR && errno != EAGAIN) {
            g_set_error(error, FAULT, FAULT_RETRY, "%s: %s", what, g_strerror(errno));
            return false;
        }
        explicit_bzero(piece, sizeof piece);
    }
    return true;
}

static bool
read_file(const char *file, GString *into, GError **error)
{
    auto_fd int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "imapTokenFile %s: %s", file, g_strerror(errno));
        return false;
    }
    return read_all(fd, into, "imapTokenFile", error);
}

static bool
read_command(const char *command, GString *into, GError **error)
{
    g_auto(GStrv) argv = NULL;
    g_autoptr(GError) cause = NULL;
    auto_fd int out = -1;
    GPid child = 0;
    int status = 0;
    bool whole = false;
    if (!g_shell_parse_argv(command, NULL, &argv, &cause) ||
        !g_spawn_async_with_pipes(NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
                                  NULL, NULL, &child, NULL, &out, NULL, &cause)) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "imapTokenCommand: %s", cause->message);
        return false;
    }
    whole = read_all(out, into, "imapTokenCommand", error);
    close(out);
    out = -1;
    if (!whole)
        kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (whole && (!WIFEXITED(status) || WEXITSTATUS(status) != 0)) {
        g_set_error(error, FAULT, FAULT_RETRY, "imapTokenCommand: ended with %s %d",
                    WIFEXITED(status) ? "exit code" : "signal",
                    WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
        return false;
    }
    return whole;
}

char *
imap_token_get(const char *file, const char *command, GError **error)
{
    GString *text = g_string_sized_new(IMAP_TOKEN_OCTETS + 4096);
    struct span rest;
    struct span line = { NULL, 0 };
    char *token = NULL;
    bool read = file != NULL ? read_file(file, text, error) : read_command(command, text, error);
    rest = (struct span){ text->str, text->len };
    if (read && span_line(&rest, &line)) {
        line = span_trim(line);
        for (size_t i = 0; i < line.len; i++)
            if ((unsigned char)line.octets[i] <= ' ' || (unsigned char)line.octets[i] >= 0x7f)
                line.len = 0;
    }
    if (read && line.len > 0)
        token = span_dup(line);
    else if (read)
        g_set_error(error, FAULT, FAULT_OPERATOR, "%s: no token in the first line",
                    file != NULL ? "imapTokenFile" : "imapTokenCommand");
    explicit_bzero(text->str, text->allocated_len);
    g_string_free(text, TRUE);
    return token;
}
