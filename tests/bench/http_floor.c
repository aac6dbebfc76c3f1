/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_floor - the least that a list page costs: libmicrohttpd, and the query of the newest 50 mails
 *
 * http_floor SOCKET DATABASE USER PASSWORD: serves on 127.0.0.1 until its stdin ends; prints the
 * port. Eight threads of libmicrohttpd's own pool, a connection to the database each; every request
 * reads the same rows as lafayette-web's /email and answers with a line for each: no log-in, no
 * template, no escaping.
 */
#include <microhttpd.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "select/email_rows.h"

#define THREADS 8

static struct db_settings settings;
static GPrivate connection = G_PRIVATE_INIT(NULL);

static GString *
read_lines(void)
{
    struct db *db = g_private_get(&connection);
    g_autoptr(Selection) selection = selection_new();
    GString *out = g_string_new(NULL);
    int64_t total = 0;
    if (db == NULL) {
        db = db_open(&settings, NULL);
        g_private_set(&connection, db);
    }
    g_autoptr(EmailRows) rows =
        db != NULL ? email_rows_read(db, selection, clock_now(), 0, NULL) : NULL;
    if (rows == NULL || !email_total(db, selection, clock_now(), rows, &total, NULL))
        return out;
    for (size_t i = 0; i < rows->count; i++)
        g_string_append_printf(out, "%lld %s %s\n", (long long)rows->rows[i].email_id,
                               rows->rows[i].source_ip, rows->rows[i].subject);
    return out;
}

static enum MHD_Result
answer(void *closure, struct MHD_Connection *client, const char *url, const char *method,
       const char *version, const char *upload, size_t *upload_len, void **context)
{
    GString *body = read_lines();
    gsize len = body->len;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(len, g_string_free(body, FALSE), MHD_RESPMEM_MUST_FREE);
    enum MHD_Result result = MHD_queue_response(client, len > 0 ? 200 : 500, response);
    (void)closure;
    (void)url;
    (void)method;
    (void)version;
    (void)upload;
    (void)upload_len;
    (void)context;
    MHD_destroy_response(response);
    return result;
}

int
main(int argc, char **argv)
{
    struct MHD_Daemon *daemon;
    char byte;
    if (argc != 5) {
        fprintf(stderr, "http_floor SOCKET DATABASE USER PASSWORD\n");
        return 64;
    }
    settings = (struct db_settings){ .hosts = "localhost",
                                     .socket = argv[1],
                                     .name = argv[2],
                                     .user = argv[3],
                                     .password = argv[4] };
    daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, answer, NULL,
                              MHD_OPTION_THREAD_POOL_SIZE, (unsigned)THREADS, MHD_OPTION_END);
    if (daemon == NULL)
        return 69;
    printf("%u\n", MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    MHD_stop_daemon(daemon);
    return 0;
}
