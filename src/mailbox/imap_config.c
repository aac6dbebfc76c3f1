/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/imap_config.h"

#include <string.h>

#include "base/fault.h"
#include "mailbox/imap_token.h"
#include "mailbox/imap_utf7.h"

#define PORT_TLS 993
#define PORT_PLAIN 143
#define CONNECT_SECONDS 20
#define IDLE_SECONDS 120
#define SECONDS_MAX 3600

static bool
is_set(const char *text)
{
    return text != NULL && text[0] != '\0';
}

static char *
copy_or(const char *text, const char *otherwise)
{
    return g_strdup(is_set(text) ? text : otherwise);
}

static bool
fail(GError **error, const char *what)
{
    g_set_error(error, FAULT, FAULT_OPERATOR, "%s", what);
    return false;
}

static bool
check_login(const struct imap_settings *settings, GError **error)
{
    int ways =
        is_set(settings->password) + is_set(settings->token_file) + is_set(settings->token_command);
    if (!is_set(settings->host))
        return fail(error, "imapHost is missing");
    if (!is_set(settings->user) || strpbrk(settings->user, "\r\n") != NULL)
        return fail(error, "imapUser is missing or holds a line break");
    if (ways != 1)
        return fail(error, "give exactly one of imapPassword, imapTokenFile, imapTokenCommand");
    if (is_set(settings->password) && strpbrk(settings->password, "\r\n") != NULL)
        return fail(error, "imapPassword holds a line break");
    if (settings->connect_seconds > SECONDS_MAX || settings->idle_seconds > SECONDS_MAX)
        return fail(error, "IMAP: time limits go up to an hour");
    return true;
}

static const char *
quarantine_of(const struct imap_settings *settings)
{
    if (is_set(settings->quarantine))
        return settings->quarantine;
    return settings->settle == SETTLE_MOVE || settings->settle == SETTLE_DELETE ? "Quarantine"
                                                                                : NULL;
}

/* INBOX is that folder in whatever case (RFC 9051, 5.1). */
static bool
is_same_folder(const char *a, const char *b)
{
    return strcmp(a, b) == 0 ||
           (g_ascii_strcasecmp(a, "INBOX") == 0 && g_ascii_strcasecmp(b, "INBOX") == 0);
}

/* What is moved into the folder that is read comes again with each run, and imapDoneDays would
 * remove there what nobody has read. */
static bool
check_folders(const struct imap_config *config, GError **error)
{
    if (config->settle == SETTLE_MOVE && is_same_folder(config->shown, config->done))
        return fail(error, "imapDone is the folder that is read (imapFolder)");
    if (config->quarantine != NULL && is_same_folder(config->shown, config->quarantine))
        return fail(error, "imapQuarantine is the folder that is read (imapFolder)");
    return true;
}

bool
imap_config_init(struct imap_config *config, const struct imap_settings *settings, GError **error)
{
    uint16_t port = settings->tls == IMAP_TLS ? PORT_TLS : PORT_PLAIN;
    *config = (struct imap_config){ .settle = settings->settle,
                                    .is_known = settings->is_known,
                                    .note = settings->note,
                                    .closure = settings->closure };
    if (!check_login(settings, error))
        return false;
    config->hosts =
        imap_hosts_parse(settings->host, settings->port != 0 ? settings->port : port, error);
    if (config->hosts == NULL)
        return false;
    for (guint i = 0; settings->tls == IMAP_PLAIN && i < config->hosts->len; i++)
        if (!imap_host_is_loopback(&g_array_index(config->hosts, struct imap_host, i)))
            return fail(error, "IMAP without TLS is for loopback addresses only");
    config->user = g_strdup(settings->user);
    config->password = is_set(settings->password) ? g_strdup(settings->password) : NULL;
    config->token_file = is_set(settings->token_file) ? g_strdup(settings->token_file) : NULL;
    config->token_command =
        is_set(settings->token_command) ? g_strdup(settings->token_command) : NULL;
    config->ca_file = is_set(settings->ca_file) ? g_strdup(settings->ca_file) : NULL;
    config->shown = copy_or(settings->folder, "INBOX");
    config->done = copy_or(settings->done, "Done");
    config->quarantine = g_strdup(quarantine_of(settings));
    config->keyword = copy_or(settings->keyword, "$Ingested");
    config->login = (struct imap_login){
        .tls = settings->tls,
        .ca_file = config->ca_file,
        .unverified = settings->unverified,
        .user = config->user,
        .password = config->password,
        .connect_seconds =
            settings->connect_seconds != 0 ? settings->connect_seconds : CONNECT_SECONDS,
        .idle_seconds = settings->idle_seconds != 0 ? settings->idle_seconds : IDLE_SECONDS,
    };
    config->folder = imap_utf7_encode(config->shown, error);
    return config->folder != NULL && check_folders(config, error);
}

void
imap_config_clear(struct imap_config *config)
{
    g_clear_pointer(&config->hosts, g_array_unref);
    g_clear_pointer(&config->user, g_free);
    g_clear_pointer(&config->password, imap_token_free);
    g_clear_pointer(&config->token_file, g_free);
    g_clear_pointer(&config->token_command, g_free);
    g_clear_pointer(&config->ca_file, g_free);
    g_clear_pointer(&config->folder, g_free);
    g_clear_pointer(&config->shown, g_free);
    g_clear_pointer(&config->done, g_free);
    g_clear_pointer(&config->quarantine, g_free);
    g_clear_pointer(&config->keyword, g_free);
}

struct imap_connection *
imap_config_connect(const struct imap_config *config, const struct imap_host *host, GError **error)
{
    struct imap_login login = config->login;
    struct imap_connection *connection = NULL;
    char *token = NULL;
    login.host = host->name;
    login.port = host->port;
    if (config->password == NULL) {
        token = imap_token_get(config->token_file, config->token_command, error);
        if (token == NULL)
            return NULL;
        login.token = token;
    }
    connection = imap_connection_open(&login, error);
    imap_token_free(token);
    return connection;
}

void
imap_config_note(const struct imap_config *config, const char *format, ...)
{
    va_list arguments;
    g_autofree char *line = NULL;
    if (config->note == NULL)
        return;
    va_start(arguments, format);
    line = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    config->note(config->closure, line);
}
