/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report - what one failure or abuse report says, and the mail it is about
 *
 * Names are those of RFC 5965, 6591, 6692, 9991. Every string is valid UTF-8 without NUL; a field
 * that the report leaves out is NULL (numbers: as told). All memory belongs to the report's arena
 * and lives until report_free(); pointers in here never own anything.
 * Threads: a report is built by one thread and is not changed afterwards.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/ip.h"
#include "base/span.h"

enum report_kind {
    REPORT_ARF,       /* has a message/feedback-report part */
    REPORT_TEXT,      /* tells the same in prose (Exim, cPanel), or by form alone (JMRP, Apple) */
    REPORT_XARF,      /* X-ARF v3 or v4 */
    REPORT_SPAMTRAP,  /* no report: the whole message is the mail (feeds of kind spamtrap only) */
    REPORT_AGGREGATE, /* DMARC aggregate report: recognised, not read */
    REPORT_TLSRPT     /* TLS report, RFC 8460: recognised, not read */
};

/* One header field. `value` is unfolded, its encoded words decoded. */
struct mail_field {
    const char *name; /* as written */
    const char *value;
};

/* One node of a MIME tree, parents before children. */
struct mail_part {
    const char *type;        /* "text/plain", lower case */
    const char *report_type; /* parameter of multipart/report, lower case, or NULL */
    unsigned depth;          /* 0 for the root; parts of an attached mail are deeper than it */
    unsigned message;        /* how many message/rfc822 stand above: 0 for the mail itself */
};

/* A mail: the one that was reported, or the report itself as it came. */
struct mail {
    const struct mail_field *fields; /* in order of appearance */
    size_t field_count;
    const struct mail_part *parts;
    size_t part_count;
    const char *subject;      /* decoded, unfolded */
    const char *from;         /* header field, decoded */
    const char *from_address; /* the first addr-spec of From: */
    const char *message_id;   /* as written, without white space around it */
    int64_t date;             /* the Date field, or CLOCK_UNKNOWN */
    const char *text;         /* text of the text parts up to MAIL_TEXT_OCTETS, HTML as its text */
    size_t text_len;
    const char *delivery_status; /* text of the first message/delivery-status part (RFC 3464), its
                                    groups of fields parted by empty lines, lines ended by LF or
                                    CRLF; cut at MAIL_STATUS_OCTETS; NULL when there is none */
};
#define MAIL_TEXT_OCTETS (64 * 1024)
#define MAIL_STATUS_OCTETS (16 * 1024)

/* The first field of that name (any case), or NULL. */
const char *mail_field(const struct mail *mail, const char *name);

enum link_flag {
    LINK_NOT_REPORTABLE = 1 << 0, /* image, style, DTD, namespace: kept, never reported */
    LINK_NO_SCHEME = 1 << 1,      /* written without one: www.x.y or host.tld/path */
    LINK_DEFANGED = 1 << 2,       /* was written hxxp or with [.] */
    LINK_UNWRAPPED = 1 << 3,      /* taken out of `outer` */
    LINK_TEXT_DIFFERS = 1 << 4,   /* the visible text names another host than href */
    LINK_IN_COMMENT = 1 << 5,     /* stood in a comment of the HTML */
    LINK_FORM = 1 << 6,           /* target of a form */
    LINK_REFRESH = 1 << 7,        /* meta refresh */
    LINK_CUT = 1 << 8             /* was longer than LIMIT_URL_OCTETS */
};

struct link {
    const char *url;   /* as written after decoding; defanging undone, wrapper taken off */
    const char *key;   /* normalised (spec of the database's key): equal keys are one URL */
    const char *host;  /* lower-case A-labels or an address; never empty */
    const char *outer; /* the wrapper it was taken from, or NULL */
    unsigned flags;    /* enum link_flag */
};

struct attachment {
    const char *filename; /* decoded, at most 255 characters; NULL when it has none */
    const char *type;     /* media type, lower case */
    uint64_t size;        /* decoded octets */
    char md5[33];         /* lower-case hex */
    char sha256[65];
};

/* "source_ip" came from "received": what the report did not state and where we found it. */
struct derived {
    const char *field;
    const char *from;
};

struct string_list {
    const char *const *items;
    size_t count;
};

struct report {
    enum report_kind kind;
    unsigned part; /* 1, 2 ... when one message holds several reports; 0 when it holds one */

    /* message/feedback-report */
    const char *feedback_type; /* lower case */
    const char *user_agent;
    const char *version;
    struct ip source_ip;            /* len 0: absent or no address */
    uint32_t source_port;           /* 0: absent */
    int64_t arrival_date;           /* as claimed, else derived; CLOCK_UNKNOWN */
    const char *original_mail_from; /* "" for <> and for an empty field; NULL when absent */
    struct string_list original_rcpt_to;
    struct string_list reported_domain; /* lower case */
    struct string_list reported_uri;
    const char *auth_failure;        /* lower case */
    const char *delivery_result;     /* delivered, spam, policy, reject, other */
    const char *delivery_result_raw; /* the word as written */
    const char *disposition;         /* none, quarantine, reject; NULL: nothing was said */
    const char *identity_alignment;
    struct string_list authentication_results; /* unfolded */
    const char *original_envelope_id;
    const char *reporting_mta;
    const char *dkim_domain;
    const char *dkim_selector;
    const char *dkim_identity;
    uint32_t incidents; /* 0: absent, counts as 1 */

    /* the mails */
    const struct mail *outer;    /* the report as a mail; never NULL */
    const struct mail *original; /* NULL when the report holds nothing of it */
    bool headers_only;           /* the report carries the original's header alone */
    const char *message_id;      /* the original's, else Message-ID of the feedback part */
    const char *report_message_id;

    const struct link *links; /* of the original, distinct by key, in order; in the arena */
    size_t link_count;
    const struct attachment *attachments;
    size_t attachment_count;
    const struct derived *derived;
    size_t derived_count;
    bool truncated; /* a limit of base/limits.h was reached: something is missing */

    GStringChunk *arena;
};

void report_free(struct report *report); /* NULL is allowed */
typedef struct report Report;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Report, report_free)

/* Word of arfdump's "kind". */
const char *report_kind_name(enum report_kind kind);
