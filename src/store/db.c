/* SPDX-License-Identifier: Apache-2.0 */
#include "store/db.h"

#include <string.h>

#include "store/host_list.h"
#include "store/statement.h"

#define CONNECT_SECONDS 5u
#define ANSWER_SECONDS 120u
#define PORT_DEFAULT 3306
/* A piece of a raw message, and a chunk of rows, must pass with room to spare. */
#define PACKET_OCTETS_MIN (2 * 1024 * 1024)

struct db {
    MYSQL *mysql; /* NULL: not connected */
    GPtrArray *hosts;
    char *host; /* the one connected to */
    unsigned port;
    char *socket, *user, *password, *name;
    GHashTable *statements; /* text to MYSQL_STMT */
    struct failure failure;
    bool open; /* a transaction of db_begin() */
    bool bulk;
    bool cluster;
    bool writable;
};

MYSQL *
db_handle(struct db *db)
{
    return db->mysql;
}

GHashTable *
db_statements(struct db *db)
{
    return db->statements;
}

bool
db_fail(struct db *db, const char *what, unsigned code, const char *state, const char *message,
        GError **error)
{
    failure_classify(code, state, &db->failure);
    const char *advice = failure_advice(code);
    g_set_error(error, FAULT, failure_fault(&db->failure), "%s: [%u] %s%s%s", what, code, message,
                *advice != '\0' ? "; " : "", advice);
    return false;
}

static bool
fail_here(struct db *db, const char *what, GError **error)
{
    if (db->mysql == NULL)
        return db_fail(db, what, 2006, "HY000", "not connected to the database", error);
    return db_fail(db, what, mysql_errno(db->mysql), mysql_sqlstate(db->mysql),
                   mysql_error(db->mysql), error);
}

bool
db_guard(struct db *db, const char *what, GError **error)
{
    unsigned status = 0;
    if (!db->open)
        return true;
    mariadb_get_infov(db->mysql, MARIADB_CONNECTION_SERVER_STATUS, &status);
    if (status & SERVER_STATUS_IN_TRANS)
        return true;
    db->failure = (struct failure){ .remedy = REMEDY_REPLAY };
    g_set_error(error, FAULT, FAULT_RETRY, "%s: the server ended the transaction", what);
    return false;
}

bool
db_execute(struct db *db, const char *sql, GError **error)
{
    if (db->mysql == NULL || mysql_query(db->mysql, sql) != 0)
        return fail_here(db, sql, error);
    return db_guard(db, sql, error);
}

bool
db_ask(struct db *db, const char *sql, char **value, GError **error)
{
    MYSQL_RES *result = NULL;
    if (db->mysql == NULL || mysql_query(db->mysql, sql) != 0 ||
        (result = mysql_store_result(db->mysql)) == NULL)
        return fail_here(db, sql, error);
    MYSQL_ROW row = mysql_fetch_row(result);
    *value = g_strdup(row != NULL ? row[0] : NULL);
    mysql_free_result(result);
    return db_guard(db, sql, error);
}

bool
db_begin(struct db *db, GError **error)
{
    if (!db_execute(db, "START TRANSACTION", error))
        return false;
    db->open = true;
    if (db_guard(db, "START TRANSACTION", error))
        return true;
    db->open = false;
    return false;
}

bool
db_commit(struct db *db, GError **error)
{
    db->open = false;
    return db_execute(db, "COMMIT", error);
}

void
db_rollback(struct db *db)
{
    db->open = false;
    if (db->mysql == NULL)
        return;
    /* Where that fails the connection is gone, and the server rolls back by itself. */
    if (mysql_query(db->mysql, "ROLLBACK") != 0)
        db_disconnect(db);
}

const struct failure *
db_failure(const struct db *db)
{
    return &db->failure;
}

bool
db_is_connected(const struct db *db)
{
    return db->mysql != NULL;
}

bool
db_is_cluster(const struct db *db)
{
    return db->cluster;
}

bool
db_has_bulk(const struct db *db)
{
    return db->bulk;
}

void
db_refuse_bulk(struct db *db)
{
    db->bulk = false;
}

const char *
db_host(const struct db *db)
{
    return db->host != NULL ? db->host : "localhost";
}

void
db_disconnect(struct db *db)
{
    g_hash_table_remove_all(db->statements);
    if (db->mysql != NULL)
        mysql_close(db->mysql);
    db->mysql = NULL;
    db->open = false;
    g_clear_pointer(&db->host, g_free);
}

/* Whether array binding may be used, which server this is, and whether it suits us. */
static bool
session_learn(struct db *db, GError **error)
{
    unsigned long capabilities = 0; /* the library writes a long here, an int for the status */
    g_autofree char *packet = NULL, *read_only = NULL, *wsrep = NULL;
    if (!db_ask(db, "SELECT @@max_allowed_packet", &packet, error) ||
        !db_ask(db, "SELECT @@global.read_only", &read_only, error) ||
        !db_ask(db,
                "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_VARIABLES "
                "WHERE VARIABLE_NAME = 'WSREP_ON'",
                &wsrep, NULL))
        g_clear_pointer(&wsrep, g_free); /* MySQL 8 has no such table, and no such cluster */
    if (packet == NULL || read_only == NULL)
        return false;
    if (g_ascii_strtoull(packet, NULL, 10) < PACKET_OCTETS_MIN) {
        db->failure = (struct failure){ .remedy = REMEDY_OPERATOR };
        g_set_error(error, FAULT, FAULT_OPERATOR,
                    "max_allowed_packet of the server is %s: set it to 16M, its default", packet);
        return false;
    }
    db->writable = strcmp(read_only, "0") == 0 || g_ascii_strcasecmp(read_only, "OFF") == 0;
    db->cluster = wsrep != NULL && g_ascii_strcasecmp(wsrep, "ON") == 0;
    mariadb_get_infov(db->mysql, MARIADB_CONNECTION_EXTENDED_SERVER_CAPABILITIES, &capabilities);
    db->bulk = (capabilities & (unsigned long)(MARIADB_CLIENT_STMT_BULK_OPERATIONS >> 32)) != 0 &&
               g_strcmp0(g_getenv("LAFAYETTE_NO_BULK"), "1") != 0;
    return true;
}

static bool
session_open(struct db *db, GError **error)
{
    return db_execute(db, "SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci", error) &&
           db_execute(db,
                      "SET SESSION sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,"
                      "NO_ENGINE_SUBSTITUTION', time_zone = '+00:00', autocommit = 1, "
                      "innodb_lock_wait_timeout = 20",
                      error) &&
           db_execute(db, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", error) &&
           session_learn(db, error);
}

static bool
connect_host(struct db *db, const struct host *host, GError **error)
{
    unsigned connect = CONNECT_SECONDS, answer = ANSWER_SECONDS, infile = 0;
    unsigned port = host->port != 0 ? host->port : db->port;
    bool local = host->name == NULL || strcmp(host->name, "localhost") == 0;
    db_disconnect(db);
    db->host =
        port != 0 && !local ? g_strdup_printf("%s:%u", host->name, port) : g_strdup(host->name);
    g_autofree char *what = g_strdup_printf("database %s", db_host(db));
    db->mysql = mysql_init(NULL);
    if (db->mysql == NULL)
        return fail_here(db, what, error);
    mysql_options(db->mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect);
    mysql_options(db->mysql, MYSQL_OPT_READ_TIMEOUT, &answer);
    mysql_options(db->mysql, MYSQL_OPT_WRITE_TIMEOUT, &answer);
    mysql_options(db->mysql, MYSQL_OPT_LOCAL_INFILE, &infile);
    mysql_options(db->mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    if (mysql_real_connect(db->mysql, host->name, db->user, db->password, db->name,
                           port != 0 ? port : PORT_DEFAULT, local ? db->socket : NULL, 0) == NULL) {
        fail_here(db, what, error);
    } else if (session_open(db, error)) {
        return true;
    } else {
        g_prefix_error(error, "%s: ", what);
    }
    db_disconnect(db);
    return false;
}

/* A pass over the list: the first host that can be written to, or (any) that lives at all. */
static bool
connect_pass(struct db *db, bool any, bool *lives, GError **error)
{
    g_autoptr(GString) problems = g_string_new(NULL);
    enum fault fault = FAULT_RETRY;
    for (unsigned i = 0; i < db->hosts->len && fault != FAULT_OPERATOR; i++) {
        g_autoptr(GError) problem = NULL;
        if (connect_host(db, g_ptr_array_index(db->hosts, i), &problem)) {
            *lives = true;
            if (any || db->writable)
                return true;
            failure_classify(1290, "HY000", &db->failure);
            g_set_error(&problem, FAULT, FAULT_RETRY, "database %s: read-only", db_host(db));
        } else if (g_error_matches(problem, FAULT, FAULT_OPERATOR)) {
            fault = FAULT_OPERATOR; /* the same on all hosts */
        }
        g_string_append_printf(problems, "%s%s", problems->len > 0 ? "; " : "", problem->message);
    }
    g_set_error(error, FAULT, (gint)fault, "%s", problems->str);
    return false;
}

bool
db_reconnect(struct db *db, GError **error)
{
    bool lives = false;
    g_autoptr(GError) problem = NULL;
    if (connect_pass(db, false, &lives, &problem))
        return true;
    /* Nothing but read-only servers: good enough for readers, and writers will be told. */
    if (lives && connect_pass(db, true, &lives, NULL))
        return true;
    db_disconnect(db);
    g_propagate_error(error, g_steal_pointer(&problem));
    return false;
}

static void
statement_close(void *statement)
{
    mysql_stmt_close(statement);
}

struct db_settings
db_settings_of(const struct config *config)
{
    return (struct db_settings){ .hosts = config->db.host,
                                 .port = config->db.port,
                                 .socket = config->db.socket,
                                 .user = config->db.user,
                                 .password = config->db.password,
                                 .name = config->db.name };
}

struct db *
db_open(const struct db_settings *settings, GError **error)
{
    static gsize library = 0;
    if (g_once_init_enter(&library)) { /* not safe in two threads at once */
        mysql_library_init(0, NULL, NULL);
        g_once_init_leave(&library, 1);
    }
    GPtrArray *hosts = host_list_parse(settings->hosts, error);
    if (hosts == NULL)
        return NULL;
    g_autoptr(Db) db = g_new0(struct db, 1);
    db->hosts = hosts;
    db->port = settings->port;
    if (settings->socket != NULL && settings->socket[0] != '\0')
        db->socket = g_strdup(settings->socket);
    db->user = g_strdup(settings->user);
    db->password = g_strdup(settings->password);
    db->name = g_strdup(settings->name);
    db->statements = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, statement_close);
    return db_reconnect(db, error) ? g_steal_pointer(&db) : NULL;
}

void
db_close(struct db *db)
{
    if (db == NULL)
        return;
    db_disconnect(db);
    g_hash_table_unref(db->statements);
    g_ptr_array_unref(db->hosts);
    g_free(db->socket);
    g_free(db->user);
    if (db->password != NULL)
        explicit_bzero(db->password, strlen(db->password));
    g_free(db->password);
    g_free(db->name);
    g_free(db);
}
