/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fate - a library for LD_PRELOAD: ends the program at a call that others would see, or fails it
 *
 * Counted are the calls by which a program changes the world outside: write, send, rename, fsync,
 * unlink, mkdir and their kin, by all threads of the process that loaded us, not by its children.
 *
 *   FATE_AT=K       kill with SIGKILL at the K-th call (1 is the first)
 *   FATE_WHEN=      before the call, after it, or half: half of the octets of a write, then death
 *   FATE_COUNT=F    at the program's end the number of calls is written to the file F
 *   FATE_PEAK=F     likewise the most memory that it had, in kB (VmHWM; unlike the rusage that a
 *                   parent gets it has nothing of the parent's own)
 *   FATE_FAIL=N     each rename and unlink fails with errno N
 *   FATE_PREAD=N    from the N-th on each pread() of a file fails with EIO
 *   FATE_HOLD=N     each rename and unlink after the N-th waits until the file FATE_GATE is there;
 *                   where that holds a number, those after the so manieth go on waiting
 *   FATE_MARK=TEXT  a message that holds TEXT is deadly: FATE_DEATH=abort (default), hang, exit
 *   FATE_TOLD=F     the file F is made when one hangs
 *   FATE_THREADS=N  from the N-th on no thread can be made
 *   FATE_FORK=1     the children of the process that loaded us cannot fork
 *   FATE_POLL_MS=N  no poll() of a child waits longer
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum when { BEFORE, AFTER, HALF };

static pid_t watched;
static atomic_long calls;
static atomic_long threads;
static atomic_long preads;
static long kill_at;
static enum when when;
static int fail_with;
static long hold_after;
static atomic_long renames;
static int count_file = -1;
static int peak_file = -1;
static const char *mark;

static long
number_of(const char *name)
{
    const char *text = getenv(name);
    return text != NULL ? atol(text) : 0;
}

static int
open_result(const char *name)
{
    const char *path = getenv(name);
    return path != NULL ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
}

__attribute__((constructor)) static void
begin(void)
{
    const char *text = getenv("FATE_WHEN");
    watched = getpid();
    kill_at = number_of("FATE_AT");
    fail_with = (int)number_of("FATE_FAIL");
    hold_after = number_of("FATE_HOLD");
    mark = getenv("FATE_MARK");
    if (text != NULL)
        when = strcmp(text, "after") == 0 ? AFTER : strcmp(text, "half") == 0 ? HALF : BEFORE;
    count_file = open_result("FATE_COUNT");
    peak_file = open_result("FATE_PEAK");
}

static void
write_peak(void)
{
    FILE *status = fopen("/proc/self/status", "re");
    char line[256];
    long peak = 0;
    while (status != NULL && fgets(line, sizeof line, status) != NULL)
        sscanf(line, "VmHWM: %ld", &peak);
    dprintf(peak_file, "%ld\n", peak);
}

__attribute__((destructor)) static void
end(void)
{
    if (getpid() == watched && count_file >= 0)
        dprintf(count_file, "%ld\n", atomic_load(&calls));
    if (getpid() == watched && peak_file >= 0)
        write_peak();
}

static void *
next(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL)
        abort();
    return found;
}

static void
die(void)
{
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

/* True when this is the call; `before` has killed by then. */
static int
is_the_call(void)
{
    if (getpid() != watched || atomic_fetch_add(&calls, 1) + 1 != kill_at)
        return 0;
    if (when == BEFORE)
        die();
    return 1;
}

static long
renames_allowed(void)
{
    FILE *gate = fopen(getenv("FATE_GATE"), "re");
    long allowed = LONG_MAX;
    if (gate == NULL)
        return hold_after;
    if (fscanf(gate, "%ld", &allowed) != 1)
        allowed = LONG_MAX;
    fclose(gate);
    return allowed;
}

static void
hold(void)
{
    const struct timespec moment = { .tv_nsec = 10 * 1000 * 1000 };
    long before;
    if (hold_after == 0 || getpid() != watched)
        return;
    before = atomic_fetch_add(&renames, 1);
    while (before >= hold_after && before >= renames_allowed())
        nanosleep(&moment, NULL);
}

/* A call that is done or not; `half` means before. */
#define WHOLE(type, name, parameters, arguments)                                                   \
    type name parameters                                                                           \
    {                                                                                              \
        static type(*real) parameters;                                                             \
        int last = is_the_call();                                                                  \
        type result;                                                                               \
        if (real == NULL)                                                                          \
            real = (type(*) parameters)next(#name);                                                \
        if (last && when == HALF)                                                                  \
            die();                                                                                 \
        result = real arguments;                                                                   \
        if (last)                                                                                  \
            die();                                                                                 \
        return result;                                                                             \
    }

/* A call that may carry half of its octets. */
#define PIECE(name, parameters, arguments)                                                         \
    ssize_t name parameters                                                                        \
    {                                                                                              \
        static ssize_t(*real) parameters;                                                          \
        int last = is_the_call();                                                                  \
        ssize_t result;                                                                            \
        if (real == NULL)                                                                          \
            real = (ssize_t(*) parameters)next(#name);                                             \
        if (last && when == HALF)                                                                  \
            len /= 2;                                                                              \
        result = real arguments;                                                                   \
        if (last)                                                                                  \
            die();                                                                                 \
        return result;                                                                             \
    }

/* A call that can be held, and made to fail as well. */
#define FAILING(name, parameters, arguments)                                                       \
    int name parameters                                                                            \
    {                                                                                              \
        static int(*real) parameters;                                                              \
        int last, result;                                                                          \
        hold();                                                                                    \
        last = is_the_call();                                                                      \
        if (real == NULL)                                                                          \
            real = (int(*) parameters)next(#name);                                                 \
        if (last && when == HALF)                                                                  \
            die();                                                                                 \
        if (fail_with != 0 && getpid() == watched) {                                               \
            errno = fail_with;                                                                     \
            return -1;                                                                             \
        }                                                                                          \
        result = real arguments;                                                                   \
        if (last)                                                                                  \
            die();                                                                                 \
        return result;                                                                             \
    }

PIECE(write, (int fd, const void *octets, size_t len), (fd, octets, len))
PIECE(pwrite, (int fd, const void *octets, size_t len, off_t at), (fd, octets, len, at))
PIECE(send, (int fd, const void *octets, size_t len, int flags), (fd, octets, len, flags))
PIECE(sendto,
      (int fd, const void *octets, size_t len, int flags, const struct sockaddr *to,
       socklen_t room),
      (fd, octets, len, flags, to, room))
WHOLE(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags), (fd, message, flags))
WHOLE(ssize_t, writev, (int fd, const struct iovec *pieces, int count), (fd, pieces, count))
WHOLE(int, fsync, (int fd), (fd))
WHOLE(int, fdatasync, (int fd), (fd))
WHOLE(int, ftruncate, (int fd, off_t len), (fd, len))
WHOLE(int, posix_fallocate, (int fd, off_t at, off_t len), (fd, at, len))
WHOLE(int, msync, (void *at, size_t len, int flags), (at, len, flags))
WHOLE(int, mkdirat, (int folder, const char *name, mode_t mode), (folder, name, mode))
WHOLE(int, futimens, (int fd, const struct timespec times[2]), (fd, times))
FAILING(rename, (const char *from, const char *to), (from, to))
FAILING(renameat, (int at, const char *from, int to_at, const char *to), (at, from, to_at, to))
FAILING(renameat2, (int at, const char *from, int to_at, const char *to, unsigned flags),
        (at, from, to_at, to, flags))
FAILING(unlink, (const char *name), (name))
FAILING(unlinkat, (int at, const char *name, int flags), (at, name, flags))

/* The parser's input, as GMime sees it, and what is compressed: where the mark is looked for. */
static void
look(const void *octets, size_t len)
{
    const char *death = getenv("FATE_DEATH"), *told = getenv("FATE_TOLD");
    if (mark == NULL || octets == NULL || memmem(octets, len, mark, strlen(mark)) == NULL)
        return;
    if (death != NULL && strcmp(death, "hang") == 0 && told != NULL)
        close(open(told, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    if (death != NULL && strcmp(death, "hang") == 0)
        for (;;)
            pause();
    if (death != NULL && strcmp(death, "exit") == 0)
        _exit(0);
    abort();
}

struct octets {
    unsigned char *data;
    unsigned len;
};

/* gmime, of its stream: the byte array is filled in by and by, so the parser's own call looks. */
static __thread struct octets *stream_octets;

void *g_mime_stream_mem_new_with_byte_array(struct octets *array);
void *
g_mime_stream_mem_new_with_byte_array(struct octets *array)
{
    static void *(*real)(struct octets *);
    if (real == NULL)
        real = (void *(*)(struct octets *))next("g_mime_stream_mem_new_with_byte_array");
    stream_octets = array;
    return real(array);
}

void *g_mime_parser_construct_message(void *parser, void *options);
void *
g_mime_parser_construct_message(void *parser, void *options)
{
    static void *(*real)(void *, void *);
    if (real == NULL)
        real = (void *(*)(void *, void *))next("g_mime_parser_construct_message");
    if (stream_octets != NULL && getenv("FATE_IN_ZSTD") == NULL)
        look(stream_octets->data, stream_octets->len);
    return real(parser, options);
}

size_t ZSTD_compressCCtx(void *context, void *to, size_t room, const void *from, size_t len,
                         int level);
size_t
ZSTD_compressCCtx(void *context, void *to, size_t room, const void *from, size_t len, int level)
{
    static size_t (*real)(void *, void *, size_t, const void *, size_t, int);
    if (real == NULL)
        real =
            (size_t(*)(void *, void *, size_t, const void *, size_t, int))next("ZSTD_compressCCtx");
    if (getenv("FATE_IN_ZSTD") != NULL)
        look(from, len);
    return real(context, to, room, from, len, level);
}

int
pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
               void *user)
{
    static int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    long none = number_of("FATE_THREADS");
    if (real == NULL)
        real = (int (*)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *))next(
            "pthread_create");
    if (none > 0 && atomic_fetch_add(&threads, 1) + 1 >= none)
        return EAGAIN;
    return real(thread, attributes, run, user);
}

ssize_t
pread(int fd, void *octets, size_t len, off_t at)
{
    static ssize_t (*real)(int, void *, size_t, off_t);
    long broken = number_of("FATE_PREAD");
    if (real == NULL)
        real = (ssize_t(*)(int, void *, size_t, off_t))next("pread");
    if (broken > 0 && getpid() == watched && atomic_fetch_add(&preads, 1) + 1 >= broken) {
        errno = EIO;
        return -1;
    }
    return real(fd, octets, len, at);
}

pid_t
fork(void)
{
    static pid_t (*real)(void);
    if (real == NULL)
        real = (pid_t(*)(void))next("fork");
    if (getpid() == watched || number_of("FATE_FORK") == 0)
        return real();
    errno = EAGAIN;
    return -1;
}

int
poll(struct pollfd *ends, nfds_t count, int timeout)
{
    static int (*real)(struct pollfd *, nfds_t, int);
    long most = getpid() != watched ? number_of("FATE_POLL_MS") : 0;
    if (real == NULL)
        real = (int (*)(struct pollfd *, nfds_t, int))next("poll");
    return real(ends, count, most > 0 && (timeout < 0 || timeout > most) ? (int)most : timeout);
}
