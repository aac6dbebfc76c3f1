/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arf_message - one complaint as the mail that goes to an abuse desk
 *
 * In:      what is known of the mail or mails, and the octets of one of them.
 * Out:     multipart/report (RFC 5965): text with all facts, message/feedback-report, the redacted
 *          original as message/rfc822 (text/rfc822-headers when it can't be 7-bit or is not there),
 *          the redacted original in a zip, XARF v4 when asked for. 7-bit, CRLF, no line over 998.
 *          All but the To field, so that one text serves every recipient: see arf_message_for().
 * Redacted: recipients everywhere by a keyed token (RFC 6590), the fields of maskHeaders removed.
 * Errors:  FAULT_REJECT: nothing to complain about (no source address, a mail that is a report or a
 *          bounce itself unless `forced`), an address or text that can't be written.
 * Threads: no state; after report_open() of the program.
 */
#pragma once

#include "base/clock.h"
#include "base/fault.h"
#include "base/ip.h"

enum complaint_type { COMPLAINT_FRAUD, COMPLAINT_ABUSE, COMPLAINT_VIRUS };
enum complaint_zip { COMPLAINT_ZIP_NEVER, COMPLAINT_ZIP_ATTACHMENTS, COMPLAINT_ZIP_ALWAYS };

#define COMPLAINT_TIMES_MAX 50
#define COMPLAINT_URIS_MAX 50
/* What desks and their servers take: a mail over it goes as its header, a zip over it stays
 * away. */
#define COMPLAINT_ORIGINAL_OCTETS_MAX (3 * 1024 * 1024)
#define COMPLAINT_ZIP_OCTETS_MAX (4 * 1024 * 1024)

struct complaint_time { /* one more mail of the series */
    int64_t arrival;
    const char *message_id; /* may be NULL */
};

struct complaint_facts {
    const char *reference; /* letters, digits, "-": stands in subject, text, Message-ID */
    enum complaint_type type;
    const char *reported_as;  /* the Feedback-Type of the report on the mail, "other" when it said
                                 none; NULL: there is no report, the mail came to ourselves */
    const char *auth_failure; /* of an auth-failure report: "dmarc", "spf" ...; NULL: not said */
    struct ip source_ip;
    uint32_t source_port;      /* 0: not known */
    const char *source_domain; /* PTR, may be NULL; hostile */
    bool source_confirmed;
    uint32_t asn;                       /* 0: not known */
    const char *as_name, *country_code; /* may be NULL; hostile */
    int64_t arrival;                    /* of the first mail of the series */
    uint32_t incidents;                 /* mails counted */
    const struct complaint_time
        *times; /* of all mails but the first; at most COMPLAINT_TIMES_MAX */
    size_t time_count;
    const char *subject, *mail_from, *message_id, *reporting_mta; /* of the mail; may be NULL */
    const char *const *reported_domains;                          /* NULL-terminated, or NULL */
    const char *const *uris; /* reportable ones, as written; NULL-terminated, or NULL */
    const char *const *authentication_results;
    const char *const *recipients; /* whom the mail went to: made unreadable everywhere */
    GBytes *original;              /* the reported mail's octets, or NULL */
    bool headers_only;             /* they are its header alone */
    bool has_attachments;
    bool forced; /* also about a report, a bounce, an automatic answer */
};

struct complaint_style {
    const char *sender; /* [web] reportSender */
    const char *site;   /* host name for Message-IDs; no host name: the sender's domain */
    const char *const *mask_headers;
    const char *token_key; /* secret for tokens */
    const char *zip_password;
    enum complaint_zip zip;
    bool zip_aes256;   /* else ZipCrypto */
    bool whole_in_zip; /* the unredacted mail: by a contact's wish only */
    bool xarf;
    bool headers_part;        /* text/rfc822-headers even where message/rfc822 could be */
    const char *contact_text; /* who we are, how to stop us: [reports] signature; may be NULL */
    const char *const *own_domains; /* whose mail we look after: [dnsbl] wldomain; may be NULL */
};

struct arf_message {
    char *message_id; /* with <> */
    char *subject;
    GBytes *rest; /* everything but To */
    bool zipped, xarf;
};

struct arf_message *arf_message_new(const struct complaint_facts *facts,
                                    const struct complaint_style *style, int64_t now,
                                    GError **error);
void arf_message_free(struct arf_message *message); /* NULL is allowed */
typedef struct arf_message ArfMessage;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ArfMessage, arf_message_free)
/* The whole mail for these addresses (comma separated, checked): "To: ...\r\n" and the rest. */
GBytes *arf_message_for(GBytes *rest, const char *to, GError **error);

/* One address that may stand in MAIL FROM, RCPT TO and To as it is: mail_address.h, its domain in
 * ASCII. */
bool complaint_address_ok(const char *address);
