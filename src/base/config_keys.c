/* SPDX-License-Identifier: Apache-2.0 */
#include "base/config_keys.h"

#include "base/config.h"

#define OF(member) offsetof(struct config, member)
#define FEED(member) offsetof(struct config_feed, member)

/* clang-format off */
const struct key config_keys[] = {
    { "db", "dbHost", KEY_STRING, OF(db.host), "localhost", 0, 0, NULL },
    { "db", "dbUser", KEY_STRING, OF(db.user), NULL, 0, 0, NULL },
    { "db", "dbName", KEY_STRING, OF(db.name), "arf", 0, 0, NULL },
    { "db", "dbPassword", KEY_SECRET, OF(db.password), NULL, 0, 0, NULL },
    { "db", "dbPort", KEY_NUMBER, OF(db.port), "3306", 1, 65535, NULL },
    { "db", "dbSocket", KEY_PATH, OF(db.socket), NULL, 0, 0, NULL },

    { "web", "secret_key", KEY_STRING, OF(web.secret_key), NULL, 0, 0, NULL },
    { "web", "reportSender", KEY_STRING, OF(web.report_sender), NULL, 0, 0, NULL },
    { "web", "mailSmtp", KEY_STRING, OF(web.mail_smtp), NULL, 0, 0, NULL },
    { "web", "smtpPort", KEY_NUMBER, OF(web.smtp_port), "25", 1, 65535, NULL },
    { "web", "smtpTls", KEY_WORD, OF(web.smtp_tls), "optional", 0, 0, "none|optional|starttls|tls" },
    { "web", "smtpUser", KEY_STRING, OF(web.smtp_user), "", 0, 0, NULL },
    { "web", "smtpPassword", KEY_SECRET, OF(web.smtp_password), "", 0, 0, NULL },
    { "web", "smtpCaFile", KEY_PATH, OF(web.smtp_ca_file), NULL, 0, 0, NULL },
    { "web", "smtpTimeout", KEY_NUMBER, OF(web.smtp_timeout_ms), "30000", 100, 600000, NULL },
    { "web", "smtpWorkers", KEY_NUMBER, OF(web.smtp_workers), "2", 0, 32, NULL },
    { "web", "bounceAddress", KEY_STRING, OF(web.bounce_address), "", 0, 0, NULL },
    { "web", "host", KEY_STRING, OF(web.host), "127.0.0.1", 0, 0, NULL },
    { "web", "port", KEY_NUMBER, OF(web.port), "5000", 0, 65535, NULL },
    { "web", "maskHeaders", KEY_FIELDS, OF(web.mask_headers), "", 0, 0, NULL },
    { "web", "auth", KEY_WORD, OF(web.auth), "password", 0, 0, "password|proxy" },
    { "web", "proxies", KEY_RANGES, OF(web.proxies), "", 0, 0, NULL },
    { "web", "proxyUserHeader", KEY_STRING, OF(web.proxy_user_header), "X-Remote-User", 0, 0, NULL },
    { "web", "metricsFrom", KEY_RANGES, OF(web.metrics_from), "127.0.0.0/8,::1", 0, 0, NULL },
    { "web", "tlsCertificate", KEY_PATH, OF(web.tls_certificate), NULL, 0, 0, NULL },
    { "web", "tlsKey", KEY_PATH, OF(web.tls_key), NULL, 0, 0, NULL },
    { "web", "templates", KEY_PATH, OF(web.templates), NULL, 0, 0, NULL },
    { "web", "files", KEY_PATH, OF(web.files), NULL, 0, 0, NULL },
    { "web", "workers", KEY_NUMBER, OF(web.workers), "0", 0, 256, NULL },
    { "web", "sessionHours", KEY_NUMBER, OF(web.session_hours), "12", 1, 8760, NULL },

    { "dnsbl", "zen", KEY_STRING, OF(dnsbl.zen), "", 0, 0, NULL },
    { "dnsbl", "dbl", KEY_STRING, OF(dnsbl.dbl), "", 0, 0, NULL },
    { "dnsbl", "surbl", KEY_STRING, OF(dnsbl.surbl), "", 0, 0, NULL },
    { "dnsbl", "wldomain", KEY_DOMAINS, OF(dnsbl.wldomain), "", 0, 0, NULL },
    { "dnsbl", "ipLists", KEY_LIST, OF(dnsbl.ip_lists), "", 0, 0, NULL },
    { "dnsbl", "hostLists", KEY_LIST, OF(dnsbl.host_lists), "", 0, 0, NULL },
    { "dnsbl", "inFlight", KEY_NUMBER, OF(dnsbl.in_flight), "50", 1, 10000, NULL },

    { "reports", "email", KEY_MAIL, OF(reports.email), "", 0, 0, NULL },
    { "reports", "emailSpam", KEY_MAIL, OF(reports.email_spam), "", 0, 0, NULL },
    { "reports", "arfPassword", KEY_SECRET, OF(reports.arf_password), "infected", 0, 0, NULL },
    { "reports", "arfZip", KEY_WORD, OF(reports.arf_zip), "always", 0, 0,
      "always|attachments|never" },
    { "reports", "arfCipher", KEY_WORD, OF(reports.arf_cipher), "zipcrypto", 0, 0,
      "zipcrypto|aes256" },
    { "reports", "xarf", KEY_BOOL, OF(reports.xarf), "no", 0, 0, NULL },
    { "reports", "signature", KEY_STRING, OF(reports.signature), "", 0, 0, NULL },
    { "reports", "anHour", KEY_NUMBER, OF(reports.an_hour), "200", 0, 1000000, NULL },
    { "reports", "aDay", KEY_NUMBER, OF(reports.a_day), "2000", 0, 1000000, NULL },
    { "reports", "contactAnHour", KEY_NUMBER, OF(reports.contact_an_hour), "20", 0, 1000000, NULL },
    { "reports", "contactADay", KEY_NUMBER, OF(reports.contact_a_day), "100", 0, 1000000, NULL },
    { "reports", "quietHours", KEY_NUMBER, OF(reports.quiet_hours), "24", 0, 8760, NULL },

    { "tools", "trace", KEY_BOOL, OF(tools.trace), "no", 0, 0, NULL },

    { "dns", "servers", KEY_SERVERS, OF(dns.servers), "", 0, 0, NULL },
    { "dns", "timeout", KEY_NUMBER, OF(dns.timeout_ms), "2000", 100, 60000, NULL },
    { "dns", "budget", KEY_NUMBER, OF(dns.budget_s), "120", 0, 86400, NULL },
    { "dns", "backfillDays", KEY_NUMBER, OF(dns.backfill_days), "7", 0, 3650, NULL },
    { "dns", "inFlight", KEY_NUMBER, OF(dns.in_flight), "1000", 1, 10000, NULL },
    { "dns", "cymru4", KEY_ZONE, OF(dns.cymru4), "origin.asn.cymru.com", 0, 0, NULL },
    { "dns", "cymru6", KEY_ZONE, OF(dns.cymru6), "origin6.asn.cymru.com", 0, 0, NULL },
    { "dns", "cymruAsn", KEY_ZONE, OF(dns.cymru_asn), "asn.cymru.com", 0, 0, NULL },
    { "dns", "abuse", KEY_ZONE, OF(dns.abuse), "abuse-contacts.abusix.zone", 0, 0, NULL },

    { "networks", "file", KEY_PATH, OF(networks.file), NULL, 0, 0, NULL },
    { "networks", "countryDb", KEY_PATH, OF(networks.country_db), NULL, 0, 0, NULL },
    { "networks", "asnDb", KEY_PATH, OF(networks.asn_db), NULL, 0, 0, NULL },
    { "networks", "prefer", KEY_WORD, OF(networks.prefer), "mmdb", 0, 0, "mmdb|dns" },
    { "networks", "public", KEY_RANGES, OF(networks.public), "", 0, 0, NULL },
    { "networks", "own", KEY_RANGES, OF(networks.own), "", 0, 0, NULL },
    { "networks", "forwarders", KEY_DOMAINS, OF(networks.forwarders), "", 0, 0, NULL },

    { "rdap", "url", KEY_STRING, OF(rdap.url), "", 0, 0, NULL },
    { "rdap", "bootstrap", KEY_STRING, OF(rdap.bootstrap), "https://data.iana.org/rdap/", 0, 0, NULL },
    { "rdap", "caFile", KEY_PATH, OF(rdap.ca_file), NULL, 0, 0, NULL },
    { "rdap", "timeout", KEY_NUMBER, OF(rdap.timeout_ms), "5000", 100, 60000, NULL },

    { "ingest", "threads", KEY_NUMBER, OF(ingest.threads), "0", 0, 64, NULL },
    { "ingest", "batch", KEY_NUMBER, OF(ingest.batch), "512", 1, 1000, NULL },
    { "ingest", "stuckAfter", KEY_NUMBER, OF(ingest.stuck_after_s), "3600", 1, 604800, NULL },

    { "retention", "ledger", KEY_NUMBER, OF(retention.ledger_days), "0", 0, 36500, NULL },

    { NULL, "kind", KEY_WORD, FEED(kind), "reports", 0, 0, "reports|spamtrap|replies" },
    { NULL, "source", KEY_SOURCE, FEED(source), NULL, 0, 0, NULL },
    { NULL, "imapHost", KEY_STRING, FEED(imap_host), NULL, 0, 0, NULL },
    { NULL, "imapUser", KEY_STRING, FEED(imap_user), NULL, 0, 0, NULL },
    { NULL, "imapPassword", KEY_SECRET, FEED(imap_password), NULL, 0, 0, NULL },
    { NULL, "imapPort", KEY_NUMBER, FEED(imap_port), "993", 1, 65535, NULL },
    { NULL, "imapTls", KEY_WORD, FEED(imap_tls), "tls", 0, 0, "tls|starttls|none" },
    { NULL, "imapCaFile", KEY_PATH, FEED(imap_ca_file), NULL, 0, 0, NULL },
    { NULL, "imapFolder", KEY_STRING, FEED(imap_folder), "INBOX", 0, 0, NULL },
    { NULL, "imapDone", KEY_STRING, FEED(imap_done), "Done", 0, 0, NULL },
    { NULL, "imapDoneDays", KEY_NUMBER, FEED(imap_done_days), "0", 0, 36500, NULL },
    { NULL, "imapQuarantine", KEY_STRING, FEED(imap_quarantine), "", 0, 0, NULL },
    { NULL, "imapSettle", KEY_WORD, FEED(imap_settle), "move", 0, 0, "move|keyword|delete|keep" },
    { NULL, "imapKeep", KEY_BOOL, FEED(imap_keep), "no", 0, 0, NULL },
    { NULL, "imapTokenFile", KEY_PATH, FEED(imap_token_file), NULL, 0, 0, NULL },
    { NULL, "imapTokenCommand", KEY_STRING, FEED(imap_token_command), NULL, 0, 0, NULL },
    { NULL, "authservId", KEY_LIST, FEED(authserv_id), "", 0, 0, NULL },
    { NULL, "receivedBy", KEY_LIST, FEED(received_by), "", 0, 0, NULL },
};
/* clang-format on */
const size_t config_key_count = G_N_ELEMENTS(config_keys);
