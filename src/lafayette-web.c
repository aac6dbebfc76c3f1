/* SPDX-License-Identifier: Apache-2.0 */
/* lafayette-web - the pages and the JSON API; a daemon */
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/program.h"
#include "complaint/sender.h"
#include "http/site.h"
#include "ingest/reparse.h"
#include "report/report_parse.h"

#define STOP_SECONDS 15

static gboolean dev;

static const GOptionEntry entries[] = { { "dev", 0, 0, G_OPTION_ARG_NONE, &dev,
                                          "Read the templates anew for each page", NULL },
                                        G_OPTION_ENTRY_NULL };

static const struct program program = {
    .name = "lafayette-web",
    .arguments = "",
    .summary = "Serves the analysts' pages and the JSON API.",
    .description =
        "Listens on [web] host and port of forensic.cfg (127.0.0.1:5000 unless told otherwise), "
        "and\n"
        "stays in the foreground. Put a proxy with TLS before it, or name tlsCertificate and\n"
        "tlsKey. The first user is made by: lafayette-admin user add NAME --role admin\n\n"
        "SIGTERM ends it after the requests in work, SIGHUP reads configuration, templates and\n"
        "files anew (host, port, TLS, workers, proxies and auth need a restart).\n\n"
        "Exit codes: 0 after SIGTERM; 64 wrong options; 78 configuration, address, certificate or\n"
        "templates are wrong.\n",
    .entries = entries,
};

struct tls {
    char *certificate, *key;
};

static bool
read_tls(const struct config *config, struct tls *tls, GError **error)
{
    g_autoptr(GError) reason = NULL;
    if ((config->web.tls_certificate == NULL) != (config->web.tls_key == NULL)) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "%s: [web] tlsCertificate and tlsKey go together",
                    config->path);
        return false;
    }
    if (config->web.tls_certificate == NULL ||
        (g_file_get_contents(config->web.tls_certificate, &tls->certificate, NULL, &reason) &&
         g_file_get_contents(config->web.tls_key, &tls->key, NULL, &reason)))
        return true;
    g_set_error(error, FAULT, FAULT_OPERATOR, "%s", reason->message);
    return false;
}

static struct site *
read_site(const char *config_path, struct config **config, GError **error)
{
    g_autofree char *path = config_find(config_path, error);
    struct site_settings settings = { .dev = dev };
    struct site *site;
    settings.config = path != NULL ? config_load(path, error) : NULL;
    if (settings.config == NULL)
        return NULL;
    if (!config_check_networks(settings.config, error)) {
        config_free(settings.config);
        return NULL;
    }
    site = site_open(&settings, error);
    if (site == NULL)
        config_free(settings.config);
    *config = settings.config;
    return site;
}

static struct server *
serve(const struct config *config, struct site_host *host, GError **error)
{
    struct tls tls = { NULL, NULL };
    struct server_hooks hooks;
    struct server *server = NULL;
    size_t proxies = 0;
    g_autofree struct ip_range *ranges = config_ranges(config->web.proxies, &proxies);
    if (read_tls(config, &tls, error)) {
        struct server_settings settings = {
            .host = config->web.host,
            .port = (uint16_t)config->web.port,
            .certificate = tls.certificate,
            .key = tls.key,
            .workers = config->web.workers,
            .proxies = ranges,
            .proxy_count = proxies,
            .proxy_user_field =
                strcmp(config->web.auth, "proxy") == 0 ? config->web.proxy_user_header : NULL,
        };
        site_host_hooks(host, &hooks);
        server = server_start(&settings, &hooks, error);
    }
    g_free(tls.certificate);
    g_free(tls.key);
    return server;
}

/* The outcome of a transfer is in the outbox; the log has what an operator looks for. */
static void
told(const struct sender_event *event)
{
    char position[16], code[16];
    bool bad = strcmp(event->event, "outbox") == 0 || strcmp(event->event, "unknown") == 0 ||
               strcmp(event->event, "expired") == 0;
    g_snprintf(position, sizeof position, "%u", event->position);
    g_snprintf(code, sizeof code, "%u", event->code);
    log_event(bad ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO, "complaint", "is", event->event,
              "reference", event->reference, "recipient", position, "code", code, "text",
              event->text, NULL);
}

/* Without an SMTP server complaints wait in the outbox, or for another daemon. Who may not be
 * written from keeps nobody from looking. */
static struct sender *
send_complaints(const struct config *config)
{
    g_autoptr(GError) error = NULL;
    struct sender *sender = NULL;
    if (sender_is_wanted(config))
        sender = sender_start(config, config->web.smtp_workers, told, &error);
    if (error != NULL)
        log_fault("complaints-not-sent", error);
    return sender;
}

/* Who sends by the configuration of which site. */
struct sending {
    struct sender *sender; /* NULL: nobody does */
    struct site *site;     /* a reference */
};

/* The same as a restart would do, but that nobody waits for it: what is in hand is finished by the
 * old configuration, everything else is left to the new one. */
static void
send_by(struct sending *sending, struct site *site, const struct config *config)
{
    sender_stop(sending->sender);
    site_unref(sending->site);
    sending->site = site_ref(site);
    sending->sender = send_complaints(config);
}

/* Until SIGTERM or SIGINT; SIGHUP on the way. */
static void
wait_for_signals(struct site_host *host, struct sending *sending, const char *config_path,
                 const sigset_t *signals)
{
    int number = 0;
    while (sigwait(signals, &number) == 0 && number == SIGHUP) {
        g_autoptr(GError) error = NULL;
        struct config *config;
        struct site *site = read_site(config_path, &config, &error);
        if (site != NULL) {
            site_host_change(host, site);
            send_by(sending, site, config);
            log_event(LOG_LEVEL_INFO, "reloaded", NULL);
        } else {
            log_fault("reload-failed", error); /* the old one goes on */
        }
    }
    log_event(LOG_LEVEL_INFO, "stopping", "signal", number == SIGINT ? "INT" : "TERM", NULL);
}

static int
fail(const GError *error)
{
    log_fault("failed", error);
    return fault_exit_code(error);
}

int
main(int argc, char **argv)
{
    struct program_options options;
    g_autoptr(GError) error = NULL;
    struct config *config = NULL;
    struct site *site;
    struct site_host *host;
    struct server *server;
    struct reparse_trials *trials;
    struct sending sending = { NULL, NULL };
    sigset_t signals;
    program_start(&program, argc, argv, &options);
    if (options.arguments[0] != NULL)
        program_usage(&program, "no arguments are taken: %s", options.arguments[0]);
    /* Before any thread: all of them leave these to sigwait(). */
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    json_object_seed(0);
    report_open();
    site = read_site(options.config, &config, &error);
    if (site == NULL)
        return fail(error);
    site_ref(site); /* the trials keep its configuration, whatever is reloaded */
    trials = reparse_trials_open(config, &error);
    if (trials == NULL) {
        site_unref(site);
        site_unref(site);
        return fail(error);
    }
    host = site_host_new(site, &error);
    if (host != NULL)
        site_host_set_trials(host, trials);
    server = host != NULL ? serve(config, host, &error) : NULL;
    if (server == NULL) {
        site_host_free(host);
        reparse_trials_free(trials);
        site_unref(site);
        return fail(error);
    }
    site_host_set_server(host, server);
    printf("http%s://%s%s%s:%u/\n", config->web.tls_certificate != NULL ? "s" : "",
           strchr(config->web.host, ':') != NULL ? "[" : "", config->web.host,
           strchr(config->web.host, ':') != NULL ? "]" : "", server_port(server));
    fflush(stdout);
    send_by(&sending, site, config);
    wait_for_signals(host, &sending, options.config, &signals);
    sender_stop(sending.sender);
    server_stop(server, STOP_SECONDS);
    site_host_free(host);
    site_unref(sending.site);
    reparse_trials_free(trials);
    site_unref(site);
    return EX_OK;
}
