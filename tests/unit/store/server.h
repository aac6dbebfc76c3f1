/* SPDX-License-Identifier: Apache-2.0 */
/* server - a private MariaDB for a test program, and questions to it */
#pragma once

#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/db.h"
#include "store/schema.h"

struct server {
    char *folder;
    char *socket;
    GPid keeper; /* ends the server when `alive` is closed, as it is when the test dies */
    int alive;
};

static inline bool
server_command(struct server *server, const char *verb, const char *option)
{
    g_autofree char *folder = g_build_filename(server->folder, "db", NULL);
    const char *const argv[] = { "tests/harness/private-mariadbd", verb, folder, option, NULL };
    g_autofree char *out = NULL;
    g_autoptr(GError) error = NULL;
    int status = 0;
    if (!g_spawn_sync(NULL, (char **)(uintptr_t)argv, NULL, 0, NULL, NULL, &out, NULL, &status,
                      &error) ||
        !g_spawn_check_wait_status(status, &error)) {
        fail_msg("private-mariadbd %s: %s", verb, error->message);
        return false;
    }
    if (g_str_has_prefix(out, "socket=")) {
        g_free(server->socket);
        server->socket = g_strdup(g_strstrip(out) + strlen("socket="));
    }
    return true;
}

static inline void
server_keeper_alone(gpointer unused)
{
    (void)unused;
    setsid();
}

static inline bool
server_keep(struct server *server)
{
    const char *const argv[] = { "/bin/sh", "-c",
                                 "trap '' INT TERM HUP; read -r x; tests/harness/private-mariadbd "
                                 "kill \"$0/db\"; rm -rf -- \"$0\"",
                                 server->folder, NULL };
    return g_spawn_async_with_pipes(NULL, (char **)(uintptr_t)argv, NULL,
                                    G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL,
                                    server_keeper_alone, NULL, &server->keeper, &server->alive,
                                    NULL, NULL, NULL);
}

static inline int
server_setup(void **state)
{
    struct server *server = g_new0(struct server, 1);
    signal(SIGPIPE, SIG_IGN);
    server->folder = g_dir_make_tmp("lafayette-store.XXXXXX", NULL);
    *state = server;
    return server->folder != NULL && server_keep(server) && server_command(server, "start", NULL)
               ? 0
               : -1;
}

static inline int
server_teardown(void **state)
{
    struct server *server = *state;
    close(server->alive);
    waitpid(server->keeper, NULL, 0);
    g_free(server->folder);
    g_free(server->socket);
    g_free(server);
    return 0;
}

/* Our account's connection to the database; fails the test when there is none. */
static inline struct db *
server_open(const struct server *server, const char *name)
{
    g_autoptr(GError) error = NULL;
    struct db_settings settings = {
        .socket = server->socket, .user = "lafayette", .password = "lafayette", .name = name
    };
    struct db *db = db_open(&settings, &error);
    if (db == NULL)
        fail_msg("%s", error->message);
    return db;
}

static inline void
must_be(bool ok, const GError *error)
{
    if (!ok)
        fail_msg("%s", error != NULL ? error->message : "no reason given");
}
/* As a function it might take the error before `ok` sets it. */
#define must(ok, error)                                                                            \
    do {                                                                                           \
        bool must_ok = (ok);                                                                       \
        must_be(must_ok, error);                                                                   \
    } while (0)

static inline void
must_run(struct db *db, const char *sql)
{
    g_autoptr(GError) error = NULL;
    must(db_execute(db, sql, &error), error);
}

/* The first column of the first row; NULL for NULL. Caller frees. */
static inline char *
ask(struct db *db, const char *sql)
{
    g_autoptr(GError) error = NULL;
    char *value = NULL;
    must(db_ask(db, sql, &value, &error), error);
    return value;
}

static inline long
count(struct db *db, const char *sql)
{
    g_autofree char *value = ask(db, sql);
    return value != NULL ? strtol(value, NULL, 10) : -1;
}

/* A fresh database `name` with the schema in it, and a connection to it. */
static inline struct db *
server_database(const struct server *server, const char *name)
{
    g_autoptr(GError) error = NULL;
    struct db *db = server_open(server, "arf");
    g_autofree char *drop = g_strdup_printf("DROP DATABASE IF EXISTS %s", name);
    g_autofree char *create = g_strdup_printf("CREATE DATABASE %s", name);
    must_run(db, drop);
    must_run(db, create);
    db_close(db);
    db = server_open(server, name);
    must(schema_create(db, &error), error);
    return db;
}
