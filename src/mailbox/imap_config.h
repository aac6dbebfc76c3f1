/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imap_config - a checked copy of the settings, defaults filled in
 *
 * Owns:    every string; the password is wiped when freed.
 * Threads: no shared state; read-only after parse.
 */
#pragma once

#include "mailbox/imap_connection.h"
#include "mailbox/imap_hosts.h"

struct imap_config {
    GArray *hosts;           /* of struct imap_host */
    struct imap_login login; /* host and port are set by each connect */
    char *user;
    char *password;
    char *token_file;
    char *token_command;
    char *ca_file;
    char *folder;     /* modified UTF-7 */
    char *shown;      /* UTF-8 */
    char *done;       /* UTF-8 */
    char *quarantine; /* UTF-8, or NULL */
    char *keyword;
    enum settle settle;
    bool (*is_known)(void *closure, uint32_t uid_validity, uint32_t uid);
    void (*note)(void *closure, const char *line);
    void *closure;
};
/* FAULT_OPERATOR when a setting is missing or out of bounds. Clear it in either case. */
bool imap_config_init(struct imap_config *config, const struct imap_settings *settings,
                      GError **error);
void imap_config_clear(struct imap_config *config);
/* A logged-in connection to one host; asks for a fresh token where tokens are used. */
struct imap_connection *imap_config_connect(const struct imap_config *config,
                                            const struct imap_host *host, GError **error);
/* A line for the log. */
void imap_config_note(const struct imap_config *config, const char *format, ...)
    G_GNUC_PRINTF(2, 3);
