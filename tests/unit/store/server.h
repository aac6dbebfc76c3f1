/* SPDX-License-Identifier: Apache-2.0 */
/* server - a private MariaDB for a test program, and questions to it */
#pragma once

#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "store/db.h"
#include "store/schema.h"

struct server {
    char *folder;
    char *socket;
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

static inline int
server_setup(void **state)
{
    struct server *server = g_new0(struct server, 1);
    signal(SIGPIPE, SIG_IGN);
    server->folder = g_dir_make_tmp("lafayette-store.XXXXXX", NULL);
    *state = server;
    return server->folder != NULL && server_command(server, "start", NULL) ? 0 : -1;
}

static inline int
server_teardown(void **state)
{
    struct server *server = *state;
    const char *const argv[] = { "rm", "-rf", "--", server->folder, NULL };
    server_command(server, "kill", NULL);
    g_spawn_sync(NULL, (char **)(uintptr_t)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                 NULL, NULL);
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
must(bool ok, const GError *error)
{
    if (!ok)
        fail_msg("%s", error != NULL ? error->message : "no reason given");
}

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
