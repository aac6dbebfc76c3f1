/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resolver_driver - asks what stdin says, for tests/integration/test_resolver.py
 *
 * resolver_driver KEY=VALUE...:
 *   servers=A,B      as [dns] servers; default: none
 *   timeout=MS       default 1000
 *   in_flight=N      of lane 0; default 100
 *   lanes=N,N        the caps of further lanes
 *   deadline=MS      of each run; default 60000
 *   close=LANE       that lane is closed when an answer of it is 127.255.255.254
 *   full=N           every Nth time the socket's buffer is full
 *   chain=1          the address of each PTR's name is asked in its callback
 * stdin, line by line: "LANE TYPE NAME" asks (TYPE: A AAAA PTR TXT), "run" runs, and so does the
 * end. Prints "LANE TYPE NAME OUTCOME TTL FAILURE RECORD..." an answer (records with what is no
 * printable ASCII as \xNN, blanks too), "run whole|cut MS" a run, and last the counts.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "enrich/resolver.h"

struct driver {
    struct resolver *resolver;
    struct resolver_settings settings;
    char **servers;
    char **lanes;
    int64_t deadline_ms;
    unsigned close;
    bool chain;
};

struct asked {
    struct driver *driver;
    unsigned lane;
    enum rr type;
    char *name;
};

static volatile int stop;

static unsigned long full;

/* What c-ares sends goes through here. */
ssize_t
send(int socket, const void *octets, size_t len, int flags)
{
    static unsigned long sent;
    if (full > 0 && ++sent % full == 0) {
        errno = EAGAIN;
        return -1;
    }
    return sendto(socket, octets, len, flags, NULL, 0);
}

static void ask(struct driver *driver, unsigned lane, enum rr type, const char *name);

static const char *
type_name(enum rr type)
{
    return type == RR_A ? "A" : type == RR_AAAA ? "AAAA" : type == RR_PTR ? "PTR" : "TXT";
}

static bool
type_of(const char *name, enum rr *type)
{
    static const enum rr types[] = { RR_A, RR_AAAA, RR_PTR, RR_TXT };
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
        if (strcmp(type_name(types[i]), name) == 0) {
            *type = types[i];
            return true;
        }
    }
    return false;
}

static void
print_record(enum rr type, const struct answer_record *record)
{
    char text[IP_TEXT_MAX];
    putchar(' ');
    if (type == RR_A || type == RR_AAAA)
        fputs(ip_text(&record->ip, text), stdout);
    for (size_t i = 0; i < record->text.len; i++) {
        unsigned char octet = (unsigned char)record->text.octets[i];
        if (octet > ' ' && octet <= '~' && octet != '\\')
            putchar(octet);
        else
            printf("\\x%02x", octet);
    }
}

static void
answered(void *user, const struct answer *answer)
{
    static const char *const outcomes[] = { "found", "none", "not-known" };
    struct asked *asked = user;
    struct driver *driver = asked->driver;
    printf("%u %s %s %s %u %s", asked->lane, type_name(asked->type), asked->name,
           outcomes[answer->outcome], answer->ttl, answer->failure != NULL ? answer->failure : "-");
    for (size_t i = 0; i < answer->count; i++) {
        char text[IP_TEXT_MAX];
        print_record(asked->type, &answer->records[i]);
        if (asked->lane == driver->close &&
            strcmp(ip_text(&answer->records[i].ip, text), "127.255.255.254") == 0)
            resolver_close_lane(driver->resolver, driver->close, "list error");
    }
    putchar('\n');
    for (size_t i = 0; driver->chain && asked->type == RR_PTR && i < answer->count; i++) {
        g_autofree char *name = span_dup(answer->records[i].text);
        ask(driver, 0, RR_A, name);
    }
    g_free(asked->name);
    g_free(asked);
}

static void
ask(struct driver *driver, unsigned lane, enum rr type, const char *name)
{
    struct asked *asked = g_new(struct asked, 1);
    *asked = (struct asked){ driver, lane, type, g_strdup(name) };
    resolver_ask(driver->resolver, lane, type, name, answered, asked);
}

static void
run(struct driver *driver)
{
    int64_t start = clock_monotonic_us();
    bool whole = resolver_run(driver->resolver, start + driver->deadline_ms * 1000, &stop);
    printf("run %s %lld\n", whole ? "whole" : "cut",
           (long long)((clock_monotonic_us() - start) / 1000));
}

static bool
take(struct driver *driver, const char *setting)
{
    const char *value = strchr(setting, '=');
    g_autofree char *key = value != NULL ? g_strndup(setting, (gsize)(value - setting)) : NULL;
    if (key == NULL)
        return false;
    value++;
    if (strcmp(key, "servers") == 0)
        driver->servers = g_strsplit(value, ",", -1);
    else if (strcmp(key, "lanes") == 0)
        driver->lanes = g_strsplit(value, ",", -1);
    else if (strcmp(key, "timeout") == 0)
        driver->settings.timeout_ms = (unsigned)strtoul(value, NULL, 10);
    else if (strcmp(key, "in_flight") == 0)
        driver->settings.in_flight = (unsigned)strtoul(value, NULL, 10);
    else if (strcmp(key, "deadline") == 0)
        driver->deadline_ms = strtol(value, NULL, 10);
    else if (strcmp(key, "close") == 0)
        driver->close = (unsigned)strtoul(value, NULL, 10);
    else if (strcmp(key, "full") == 0)
        full = strtoul(value, NULL, 10);
    else if (strcmp(key, "chain") == 0)
        driver->chain = true;
    else
        return false;
    return true;
}

static void
on_signal(int number)
{
    (void)number;
    stop = 1;
}

static void
read_questions(struct driver *driver)
{
    char line[2048];
    while (fgets(line, sizeof line, stdin) != NULL) {
        g_auto(GStrv) words = g_strsplit(g_strchomp(line), " ", 3);
        enum rr type;
        if (g_strcmp0(words[0], "run") == 0)
            run(driver);
        else if (g_strv_length(words) == 3 && type_of(words[1], &type))
            ask(driver, (unsigned)strtoul(words[0], NULL, 10), type, words[2]);
        else
            fprintf(stderr, "no question: %s\n", line);
    }
    run(driver);
}

static void
print_counts(const struct resolver *resolver)
{
    struct resolver_counts counts;
    resolver_counts(resolver, &counts);
    printf("counts %llu %llu %llu %llu %llu\n", (unsigned long long)counts.asked,
           (unsigned long long)counts.found, (unsigned long long)counts.none,
           (unsigned long long)counts.not_known, (unsigned long long)counts.shared);
}

int
main(int argc, char **argv)
{
    struct driver driver = { .settings = { .timeout_ms = 1000, .in_flight = 100 },
                             .deadline_ms = 60000,
                             .close = UINT_MAX };
    g_autoptr(GError) error = NULL;
    int code = 0;
    for (int i = 1; i < argc; i++) {
        if (!take(&driver, argv[i])) {
            fprintf(stderr, "what is %s?\n", argv[i]);
            return 64;
        }
    }
    signal(SIGTERM, on_signal);
    driver.settings.servers = driver.servers;
    driver.resolver = resolver_new(&driver.settings, &error);
    if (driver.resolver != NULL) {
        for (char **cap = driver.lanes; cap != NULL && *cap != NULL; cap++)
            resolver_add_lane(driver.resolver, (unsigned)strtoul(*cap, NULL, 10));
        read_questions(&driver);
        print_counts(driver.resolver);
    } else {
        fprintf(stderr, "%s\n", error->message);
        code = fault_exit_code(error);
    }
    resolver_free(driver.resolver);
    g_strfreev(driver.servers);
    g_strfreev(driver.lanes);
    return code;
}
