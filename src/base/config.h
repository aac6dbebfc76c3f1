/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config - forensic.cfg as typed values
 *
 * The file is a GKeyFile: [sections], `key = value`, `#` comments. Keys are found whatever their
 * case (files of the original have them in any). A value is taken as it stands, with no escapes.
 * A section with `imapHost` or `source` is a feed; any other unknown section, an unknown key or a
 * bad value is FAULT_OPERATOR and the message names it, and never shows a password. Relative paths
 * start at the file's folder. Owns: all strings, until config_free(). Threads: read-only after
 * loading.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/ip.h"

#define CONFIG_OCTETS_MAX (1024 * 1024)

struct config_feed {
    char *name;   /* of the section */
    char *kind;   /* reports, spamtrap, replies */
    char *source; /* "maildir:PATH", "mbox:PATH", "dir:PATH", or NULL: IMAP */
    char *imap_host;
    char *imap_user;
    char *imap_password;
    uint32_t imap_port;
    char *imap_tls; /* tls, starttls, none */
    char *imap_ca_file;
    char *imap_folder;
    char *imap_done;
    uint32_t imap_done_days;
    char *imap_quarantine;
    char *imap_settle; /* move, keyword, delete, keep */
    bool imap_keep;    /* the same as imapSettle = keep */
    char *imap_token_file;
    char *imap_token_command;
    char **authserv_id; /* whose Authentication-Results on the report mail count */
    char **received_by; /* our border hosts: the Received line that one of them wrote is true */
};

struct config {
    struct {
        char *host; /* comma list: the first live one is used */
        char *user;
        char *name;
        char *password;
        uint32_t port;
        char *socket;
    } db;
    struct {
        char *secret_key;
        char *report_sender;
        char *mail_smtp;
        uint32_t smtp_port, smtp_timeout_ms;
        char *smtp_tls; /* none, optional, starttls, tls */
        char *smtp_user, *smtp_password, *smtp_ca_file;
        uint32_t smtp_workers; /* 0: this daemon sends nothing */
        char *bounce_address;  /* "bounces@example.com": VERP with "+" goes into its local part */
        char *host;
        uint32_t port;
        char **mask_headers;
        char *auth;                      /* password, proxy */
        char **proxies;                  /* CIDRs whose X-Forwarded-* are believed */
        char *proxy_user_header;         /* with auth = proxy: who it is */
        char **metrics_from;             /* CIDRs that may read /metrics */
        char *tls_certificate, *tls_key; /* files */
        char *templates, *files;         /* folders; NULL: those installed */
        uint32_t workers;                /* 0: by the cores */
        uint32_t session_hours;
    } web;
    struct {
        char *zen, *dbl, *surbl;
        char **wldomain;
        char **ip_lists, **host_lists; /* further zones, see enrich/blocklist.h */
        uint32_t in_flight;            /* questions at once to each list */
    } dnsbl;
    struct {
        char **email, **email_spam;
        char *arf_password;
        char *arf_zip;    /* always, attachments, never */
        char *arf_cipher; /* zipcrypto, aes256 */
        bool xarf;
        char *signature; /* who we are, for the text of a complaint */
        uint32_t an_hour, a_day, contact_an_hour, contact_a_day, quiet_hours; /* 0: no cap */
    } reports;
    struct {
        char **servers;
        uint32_t timeout_ms, budget_s, backfill_days;
        uint32_t in_flight; /* questions at once to our own resolver */
        char *cymru4, *cymru6, *cymru_asn, *abuse;
    } dns;
    struct {
        char *file, *country_db, *asn_db;
        char *prefer;      /* mmdb, dns: who is asked first */
        char **public;     /* CIDRs that count as public though they are special */
        char **own;        /* CIDRs of our own senders: likelyGenuine */
        char **forwarders; /* domains of known forwarders */
    } networks;
    struct {
        bool trace; /* URLs may be followed for an analyst */
    } tools;
    struct {
        char *url;       /* "bootstrap" (IANA's list), or the base of one server; "": not asked */
        char *bootstrap; /* where IANA's lists are */
        char *ca_file;
        uint32_t timeout_ms;
    } rdap;
    struct {
        uint32_t threads; /* parse threads; 0: one a core */
        uint32_t batch;   /* mails a transaction */
        uint32_t stuck_after_s;
    } ingest;
    struct {
        uint32_t ledger_days; /* 0: for ever */
    } retention;
    GPtrArray *feeds; /* of struct config_feed *, in the file's order */
    char *path;       /* of the file */
};

/* The file to read: `given` (-c), $LAFAYETTE_CONFIG unless empty, the system's forensic.cfg, or
 * ./forensic.cfg when it belongs to the caller or root and nobody else may write to it. NULL with
 * FAULT_OPERATOR when there is none. Caller frees. */
char *config_find(const char *given, GError **error);
struct config *config_load(const char *path, GError **error);
/* For programs that look up networks: the files of [networks] are files that may be read. */
bool config_check_networks(const struct config *config, GError **error);
/* The feed of that name or NULL. */
const struct config_feed *config_feed(const struct config *config, const char *name);
/* A list of KEY_RANGES (networks.public, networks.own) as ranges, *count of them; the texts were
 * checked when the file was read. Caller frees with g_free. */
struct ip_range *config_ranges(char *const *texts, size_t *count);
void config_free(struct config *config); /* NULL is allowed */
typedef struct config Config;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Config, config_free)
