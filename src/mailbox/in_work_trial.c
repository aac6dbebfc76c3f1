/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* pipe2 */
#include "mailbox/in_work_trial.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/fault.h"

/* A child that a library ends with exit(1) or the like has not come to its end. */
#define EXIT_PARSED 88
#define EXIT_REFUSED 89
#define REASON_OCTETS 128

/* Dies with the process that waits for it, so that no orphan holds the run's lock. */
static void
die_with_parent(pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
}

G_NORETURN static void
run_child(struct span octets, in_work_parse parse, void *user, pid_t parent)
{
    struct rlimit none = { 0, 0 };
    die_with_parent(parent);
    setrlimit(RLIMIT_CORE, &none);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    _exit(parse(octets, user) ? EXIT_PARSED : EXIT_REFUSED);
}

/* True when the pipe's other end was closed, by whatever way the child ended, within `seconds`. */
static bool
wait_end(int pipe_end, unsigned seconds)
{
    int64_t until = clock_monotonic_us() + (int64_t)seconds * G_USEC_PER_SEC;
    for (;;) {
        struct pollfd end = { .fd = pipe_end, .events = POLLIN };
        int64_t left_ms = (until - clock_monotonic_us()) / 1000;
        int ready = poll(&end, 1, (int)CLAMP(left_ms, 0, G_MAXINT));
        if (ready > 0)
            return true;
        if (ready == 0 || errno != EINTR)
            return false;
    }
}

static bool
judge(int status, bool in_time, unsigned seconds, char **died)
{
    if (!in_time)
        *died = g_strdup_printf("the parser did not end within %u s", seconds);
    else if (WIFSIGNALED(status))
        *died = g_strdup_printf("the parser died of signal %d (%s)", WTERMSIG(status),
                                g_strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) != EXIT_PARSED && WEXITSTATUS(status) != EXIT_REFUSED)
        *died = g_strdup_printf("the parser left with status %d", WEXITSTATUS(status));
    return *died == NULL;
}

bool
in_work_trial(struct span octets, in_work_parse parse, void *user, unsigned seconds, char **died)
{
    int ends[2], status = 0;
    pid_t parent = getpid(), child;
    bool in_time;
    *died = NULL;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    auto_fd int mine = ends[0];
    child = fork();
    if (child == 0)
        run_child(octets, parse, user, parent);
    close(ends[1]);
    if (child < 0)
        return false;
    in_time = wait_end(mine, seconds);
    if (!in_time)
        kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return judge(status, in_time, seconds, died);
}

struct in_work_trials {
    GMutex mutex;
    pid_t pid;
    int socket; /* -1 once it has failed */
};

/* What goes over the socket: a question and its octets, an answer with its reason. */
struct question {
    uint64_t octets;
    unsigned seconds;
};
struct answer {
    bool lived;
    char died[REASON_OCTETS]; /* "": none */
};

static bool
send_all(int fd, const void *octets, size_t len)
{
    const char *from = octets;
    while (len > 0) {
        ssize_t sent = send(fd, from, len, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        from += sent;
        len -= (size_t)sent;
    }
    return true;
}

static bool
receive_all(int fd, void *octets, size_t len)
{
    char *to = octets;
    while (len > 0) {
        ssize_t got = recv(fd, to, len, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        to += got;
        len -= (size_t)got;
    }
    return true;
}

G_NORETURN static void
serve(int fd, in_work_parse parse, void *user, pid_t parent)
{
    struct question question;
    die_with_parent(parent);
    signal(SIGINT, SIG_IGN); /* Ctrl-C reaches the whole group; the run decides when to end */
    signal(SIGTERM, SIG_IGN);
    while (receive_all(fd, &question, sizeof(question))) {
        g_autofree char *octets = g_malloc(question.octets + 1);
        g_autofree char *died = NULL;
        struct answer answer = { 0 };
        if (!receive_all(fd, octets, question.octets))
            break;
        answer.lived = in_work_trial((struct span){ octets, question.octets }, parse, user,
                                     question.seconds, &died);
        g_strlcpy(answer.died, died != NULL ? died : "", sizeof(answer.died));
        if (!send_all(fd, &answer, sizeof(answer)))
            break;
    }
    _exit(0);
}

struct in_work_trials *
in_work_trials_open(in_work_parse parse, void *user, GError **error)
{
    struct in_work_trials *trials;
    int ends[2] = { -1, -1 };
    pid_t parent = getpid(), pid = -1;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0) {
        pid = fork();
        if (pid == 0) {
            close(ends[0]);
            serve(ends[1], parse, user, parent);
        }
    }
    if (pid < 0) {
        g_set_error(error, FAULT, FAULT_RETRY, "no process for trials: %s", g_strerror(errno));
        for (size_t i = 0; i < G_N_ELEMENTS(ends); i++)
            auto_close_fd(&ends[i]);
        return NULL;
    }
    close(ends[1]);
    trials = g_new0(struct in_work_trials, 1);
    g_mutex_init(&trials->mutex);
    trials->pid = pid;
    trials->socket = ends[0];
    return trials;
}

bool
in_work_trials_run(struct in_work_trials *trials, struct span octets, unsigned seconds, char **died)
{
    struct question question;
    struct answer answer = { 0 };
    memset(&question, 0, sizeof(question)); /* the gap between the members is sent too */
    question.octets = octets.len;
    question.seconds = seconds;
    *died = NULL;
    g_mutex_lock(&trials->mutex);
    if (trials->socket >= 0 && (!send_all(trials->socket, &question, sizeof(question)) ||
                                !send_all(trials->socket, octets.octets, octets.len) ||
                                !receive_all(trials->socket, &answer, sizeof(answer)))) {
        answer.lived = false;
        close(trials->socket);
        trials->socket = -1;
    }
    g_mutex_unlock(&trials->mutex);
    if (answer.died[0] != '\0')
        *died = g_strndup(answer.died, sizeof(answer.died) - 1);
    return answer.lived;
}

void
in_work_trials_free(struct in_work_trials *trials)
{
    if (trials == NULL)
        return;
    if (trials->socket >= 0)
        close(trials->socket);
    while (waitpid(trials->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    g_mutex_clear(&trials->mutex);
    g_free(trials);
}
